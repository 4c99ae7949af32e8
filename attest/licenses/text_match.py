"""Recognizing the text of a license: equal to one of the list, but for names, years, parentheses, space and case."""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

# copyright lines, pages, and what stands in parentheses, which the list's own markup often makes optional
_NOISE: Final = re.compile(
    r"^[\s*#/;-]*(?:copyright|\(c\)|©|all rights reserved).*$|https?://\S+|\([^()]{0,60}\)",
    re.IGNORECASE | re.MULTILINE,
)
_WORDS: Final = re.compile(r"[a-z0-9]+", re.ASCII)
MIN_WORDS: Final = 20


def license_of_text(text: str) -> str | None:
    """Return the id whose text this is, with or without its title; null if it is none of the list's."""
    table = _fingerprints()
    return next((table[each] for each in fingerprints(text) if each in table), None)


def fingerprints(text: str) -> tuple[str, ...]:
    """Return the fingerprints of a text: as it is, and without its first line."""
    whole = _words(text)
    rest = _words(text.strip().partition("\n")[2])
    return tuple(
        hashlib.sha256(" ".join(words).encode()).hexdigest()[:16] for words in (whole, rest) if len(words) >= MIN_WORDS
    )


def _words(text: str) -> list[str]:
    return _WORDS.findall(_NOISE.sub("", text).lower().replace("licence", "license"))


@cache
def _fingerprints() -> dict[str, str]:
    content = (files("attest") / "licenses" / "data" / "fingerprints.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, str])
