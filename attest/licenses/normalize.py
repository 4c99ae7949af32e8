"""From whatever a document says of a license to an SPDX expression, once for each distinct text.

What stays unknown is kept as `LicenseRef-attest-…` and listed, never guessed.
How a text is read: `attest.licenses.reading`.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from attest.licenses.catalog import STRICTNESS, category_of
from attest.licenses.expression import Tree, leaves
from attest.licenses.families import family_of
from attest.licenses.reading import Method, Reader
from attest.model.license import Category, LicenseText

MAX_LENGTH: Final = 64 * 1024
_NO_TEXTS: Final[Mapping[str, LicenseText]] = {}


class NormalizedLicense(msgspec.Struct, frozen=True, kw_only=True):
    """What a license text means.

    `expression` is canonical SPDX, or `NOASSERTION`; `tree` is the same, parsed.
    `method` is the step that found it, `confidence` how sure it is: 1 by name,
    the likeness of a text, 0 where a part was not understood. `categories` are
    those of its leaves, strictest first. `unrecognized` are the parts that were
    not understood, as written.
    """

    raw: str
    expression: str
    tree: Tree
    method: Method
    confidence: float
    categories: tuple[Category, ...] = ()
    unrecognized: tuple[str, ...] = ()

    @property
    def families(self) -> dict[str, str]:
        """The family of each leaf that names one without a version, by its id."""
        found = {leaf.id: family_of(leaf.id) for leaf in leaves(self.tree)}
        return {id_: family for id_, family in found.items() if family is not None}


class Normalizer:
    """Normalizes the license texts of one document, whose own `LicenseRef-…` ids `texts` explains."""

    def __init__(self, texts: Mapping[str, LicenseText] | None = None) -> None:
        self._texts = _NO_TEXTS if texts is None else texts
        self._readers: dict[str | None, Reader] = {}
        self._known: dict[tuple[str, str | None], NormalizedLicense] = {}

    def normalize(self, raw: str, ecosystem: str | None = None) -> NormalizedLicense:
        """Return the meaning of `raw`; `ecosystem` is the type of the package's purl. Never raises."""
        known = self._known.get((raw, ecosystem))
        if known is None:
            known = self._known[raw, ecosystem] = self._normalize(raw, ecosystem)
        return known

    def _normalize(self, raw: str, ecosystem: str | None) -> NormalizedLicense:
        if ecosystem not in self._readers:
            self._readers[ecosystem] = Reader(self._texts, ecosystem)
        reading = self._readers[ecosystem].read(raw[:MAX_LENGTH])
        return NormalizedLicense(
            raw=raw,
            expression=str(reading.tree),
            tree=reading.tree,
            method=reading.method,
            confidence=reading.confidence,
            categories=categories_of(reading.tree),
            unrecognized=reading.unrecognized,
        )


def categories_of(tree: Tree) -> tuple[Category, ...]:
    """Return the categories of an expression's leaves, each once, strictest first and unknown last."""
    found = {category_of(leaf) for leaf in leaves(tree)}
    known = sorted(found - {Category.UNKNOWN}, key=lambda each: -STRICTNESS[each])
    return (*known, Category.UNKNOWN) if Category.UNKNOWN in found else tuple(known)
