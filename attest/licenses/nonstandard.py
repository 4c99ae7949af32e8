"""Ids for what is on no list: a text that means no known license still is one thing, and has one id."""

import hashlib
import re
from typing import Final

from attest.licenses.families import REF_PREFIX

MAX_SLUG: Final = 64
_OTHER: Final = re.compile(r"[^A-Za-z0-9.-]+", re.ASCII)
_OTHER_IN_REFERENCE: Final = re.compile(r"[^A-Za-z0-9.:_-]+", re.ASCII)


def nonstandard_id(text: str) -> str:
    """Return an id that a text alone determines, so that every document gives it the same one.

    What cannot stand in an id becomes `-`. Where letters are lost so, or the
    text is too long, 8 digits of its SHA-256 keep it apart from others.
    """
    slug = _OTHER.sub("-", text).strip("-.")
    is_lossy = not slug or (not text.isascii() and any(each.isalnum() and not each.isascii() for each in text))
    if not is_lossy and len(slug) <= MAX_SLUG:
        return f"{REF_PREFIX}{slug}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{REF_PREFIX}{slug[:MAX_SLUG].rstrip('-.') or 'text'}-{digest}"


def reference_id(text: str) -> str:
    """Return a document's own `LicenseRef-…` as it may stand in an expression."""
    return _OTHER_IN_REFERENCE.sub("-", text)
