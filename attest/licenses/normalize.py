"""From whatever a document says of a license to an SPDX expression, once for each distinct text.

The steps stand in the order in which they are tried; one operand that cannot be
understood never spoils the others. What stays unknown is kept as
`LicenseRef-attest-…` and listed, never guessed: a family's name without a
version does not become a version.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec

from attest.licenses import catalog
from attest.licenses.aliases import alias
from attest.licenses.expression import (
    And,
    ExpressionError,
    Leaf,
    Tree,
    all_of,
    any_of,
    leaves,
    parse,
)
from attest.licenses.families import family_of
from attest.licenses.phrases import named_version
from attest.licenses.splitting import Joint, split
from attest.licenses.text_match import license_of_text
from attest.licenses.withs import with_exception
from attest.model.license import NOASSERTION, NONE, Category, LicenseText

MAX_LENGTH: Final = 64 * 1024
MAX_DEPTH: Final = 12
_SILENT: Final = frozenset({"", "noassertion", "none", "unknown", "n/a", "na", "null", "-"})
_REF: Final = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.+~_-]+", re.ASCII | re.IGNORECASE)
_STRAY: Final = frozenset({"licenseref-and", "licenseref-or", "licenseref-with"})
_QUOTES: Final = "\"'`\u201c\u201d\u2018\u2019"
_OPERATOR: Final = re.compile(r"\s(?:AND|OR)\s")
_WORDY: Final = re.compile(r"\b(?:and|or|with|any|later)\b|[,;/&|]")
_SLUG: Final = re.compile(r"[^A-Za-z0-9.-]+", re.ASCII)
_MAX_SLUG: Final = 64
_MIN_BODY: Final = 200
_MAX_TEXT: Final = 4 * 1024 * 1024


_Known = dict[str, tuple[Tree | None, tuple[str, ...]]]
"""What was read of an operand: its tree, and the parts of it that were not understood."""


class NormalizedLicense(msgspec.Struct, frozen=True, kw_only=True):
    """What a license text means.

    `expression` is canonical SPDX, or `NOASSERTION`; `tree` is the same, parsed.
    `categories` are those of its leaves, strictest first. `unrecognized` are the
    parts that were not understood, as written.
    """

    raw: str
    expression: str
    tree: Tree
    categories: tuple[Category, ...] = ()
    unrecognized: tuple[str, ...] = ()


class Normalizer:
    """Normalizes the license texts of one document, whose own `LicenseRef-…` ids `texts` explains."""

    def __init__(self, texts: Mapping[str, LicenseText] | None = None) -> None:
        self._texts = texts or {}
        self._known: dict[tuple[str, str | None], NormalizedLicense] = {}
        self._operands: dict[str | None, _Known] = {}

    def normalize(self, raw: str, ecosystem: str | None = None) -> NormalizedLicense:
        """Return the meaning of `raw`; `ecosystem` is the type of the package's purl. Never raises."""
        known = self._known.get((raw, ecosystem))
        if known is None:
            known = self._known[raw, ecosystem] = self._normalize(raw, ecosystem)
        return known

    def _normalize(self, raw: str, ecosystem: str | None) -> NormalizedLicense:
        reading = _Reading(self._texts, ecosystem, self._operands.setdefault(ecosystem, {}))
        try:
            tree = reading.operand(raw[:MAX_LENGTH], 0) or Leaf(NOASSERTION)
            str(tree)
        except RecursionError:
            # parentheses to the limit of the stack say nothing that anyone meant
            tree = reading.unknown(raw[:MAX_LENGTH])
        return NormalizedLicense(
            raw=raw,
            expression=str(tree),
            tree=tree,
            categories=categories_of(tree),
            unrecognized=tuple(dict.fromkeys(reading.unrecognized)),
        )


def categories_of(tree: Tree) -> tuple[Category, ...]:
    """Return the categories of an expression's leaves, each once, strictest first and unknown last."""
    found = {catalog.category_of(leaf) for leaf in leaves(tree)}
    known = sorted(found - {Category.UNKNOWN}, key=lambda each: -catalog.STRICTNESS[each])
    return (*known, Category.UNKNOWN) if Category.UNKNOWN in found else tuple(known)


class _Reading:
    """The reading of one text; collects what was not understood."""

    def __init__(self, texts: Mapping[str, LicenseText], ecosystem: str | None, known: "_Known | None" = None) -> None:
        self.texts = texts
        self.known: _Known = {} if known is None else known
        self.ecosystem = ecosystem
        self.unrecognized: list[str] = []

    def operand(self, raw: str, depth: int) -> Tree | None:
        """Return the tree of one operand; null for a stray operator that became a license.

        What was read before is not read again: the same few names stand in
        hundreds of expressions.
        """
        known = self.known.get(raw) if depth else None
        if known is None:
            inner = len(self.unrecognized)
            tree = self._operand(raw, depth)
            known = self.known[raw] = (tree, tuple(self.unrecognized[inner:]))
        else:
            self.unrecognized += known[1]
        return known[0]

    def _operand(self, raw: str, depth: int) -> Tree | None:
        text = _cleaned(raw)
        if text.lower() in _SILENT:
            return Leaf(NOASSERTION)
        if text.lower() in _STRAY:
            return None
        for step in (self._id, self._expression, self._alias, self._reference, self._phrase):
            tree = step(text, depth)
            if tree is not None:
                return tree
        tree = self._joined(text, depth) if depth < MAX_DEPTH else None
        if tree is None and len(text) >= _MIN_BODY:
            matched = license_of_text(text)
            tree = parse(matched) if matched else None
        return tree if tree is not None else self.unknown(text)

    def _id(self, text: str, _depth: int) -> Tree | None:
        id_ = catalog.canonical_id(text)
        if id_ is not None:
            return parse(catalog.replacement_of(id_))
        if text.endswith("+") and (id_ := catalog.canonical_id(text[:-1])):
            return later(id_)
        return None

    def _expression(self, text: str, depth: int) -> Tree | None:
        """Read what is an SPDX expression already, operators and all; each license in it is read on its own."""
        if depth or _WORDY.search(text) or not _OPERATOR.search(text):
            return None
        try:
            return self._replaced(parse(text))
        except ExpressionError:
            return None

    def _replaced(self, tree: Tree) -> Tree | None:
        if isinstance(tree, Leaf):
            return self.operand(str(tree), 1)
        kept = tuple(each for each in map(self._replaced, tree.operands) if each is not None)
        if not kept:
            return None
        return all_of(kept) if isinstance(tree, And) else any_of(kept)

    def _alias(self, text: str, _depth: int) -> Tree | None:
        expression = alias(text, self.ecosystem)
        return parse(expression) if expression else None

    def _reference(self, text: str, depth: int) -> Tree | None:
        if not _REF.fullmatch(text):
            return None
        leaf = Leaf(text)
        if text.startswith((catalog.REF_PREFIX, catalog.SCANCODE_PREFIX)) or family_of(text):
            return leaf
        return self._explained(text, depth) or self._kept(text)

    def _explained(self, id_: str, depth: int) -> Tree | None:
        """Read what the document says about its own id: name, short text, body, then links."""
        info = self.texts.get(id_)
        if info is None or depth >= MAX_DEPTH:
            return None
        silent = {id_.lower(), *_SILENT}
        body = (info.text or "")[:_MAX_TEXT]
        candidates = [info.name or "", body if len(body) < _MIN_BODY else ""]
        for candidate in candidates:
            if candidate.strip().lower() in silent or candidate.startswith("sha256:"):
                continue
            inner = _Reading({}, self.ecosystem)
            tree = inner.operand(candidate, MAX_DEPTH - 6)
            if tree is not None and any(_is_understood(leaf) for leaf in leaves(tree)):
                self.unrecognized += inner.unrecognized
                return tree
        matched = license_of_text(body) if len(body) >= _MIN_BODY else None
        pages = [catalog.license_at(bare_url(url)) for url in info.see_also]
        found = matched or next((page for page in pages if page), None)
        return parse(found) if found else None

    def _kept(self, id_: str) -> Tree:
        info = self.texts.get(id_)
        self.unrecognized.append((info.name or info.text or id_)[:200] if info else id_)
        return Leaf(_SLUG_REF.sub("-", id_))

    def _phrase(self, text: str, _depth: int) -> Tree | None:
        page = catalog.license_at(bare_url(text)) if "/" in text else None
        return parse(page) if page else named_version(text, self.unrecognized)

    def _joined(self, text: str, depth: int) -> Tree | None:
        joint = split(text, self.ecosystem)
        if joint is None:
            return None
        if joint.kind == "with":
            return self._with(joint, depth)
        if joint.kind == "slash" and not all(self._is_known(part) for part in joint.parts):
            return None
        operands = [self.operand(part, depth + 1) for part in joint.parts]
        kept = tuple(each for each in operands if each is not None)
        if not kept:
            return None
        is_choice = joint.kind == "or" or (joint.kind == "slash" and self.ecosystem in ("cargo", "npm"))
        return any_of(kept) if is_choice else all_of(kept)

    def _with(self, joint: Joint, depth: int) -> Tree | None:
        inner = _Reading(self.texts, self.ecosystem)
        base = inner.operand(joint.parts[0], depth + 1)
        if not isinstance(base, Leaf) or not catalog.is_known(base.id):
            return None
        self.unrecognized += inner.unrecognized
        return with_exception(base, joint.parts[1], self.unrecognized)

    def _is_known(self, text: str) -> bool:
        tree = _Reading({}, self.ecosystem).operand(text, MAX_DEPTH)
        return tree is not None and all(catalog.is_known(leaf.id) for leaf in leaves(tree))

    def unknown(self, text: str) -> Tree:
        """Keep a text that means nothing known, as an id of its own."""
        self.unrecognized.append(text[:200])
        return Leaf(catalog.REF_PREFIX + slug(text))


_SLUG_REF: Final = re.compile(r"[^A-Za-z0-9.:-]+", re.ASCII)
_URL_NOISE: Final = re.compile(
    r"^(?:https?://)?(?:web\.archive\.org/web/\d+(?:id_)?/(?:https?://)?)?(?:www\.)?|[?#].*$|/$|\.(?:txt|html?|php)$",
    re.IGNORECASE,
)


def bare_url(url: str) -> str:
    """Return a URL as the catalog knows it: without scheme, archive, query and ending."""
    previous = ""
    url = url.strip()[:2048]
    while url != previous:
        previous, url = url, _URL_NOISE.sub("", url)
    return url.lower()


def later(id_: str) -> Tree:
    """Return what `+` behind an id means: a later version, where there are any."""
    return later_of(parse(catalog.replacement_of(id_)))


def later_of(tree: Tree) -> Tree:
    """Turn a leaf into its or-later form, as its family spells it."""
    from attest.licenses.families import has_versions

    if not isinstance(tree, Leaf):
        return tree
    if tree.id.endswith("-only") and catalog.is_known(f"{tree.id.removesuffix('-only')}-or-later"):
        return msgspec.structs.replace(tree, id=f"{tree.id.removesuffix('-only')}-or-later")
    if tree.id.endswith("-or-later") or not has_versions(tree.id):
        return tree
    return msgspec.structs.replace(tree, or_later=True)


def slug(text: str) -> str:
    """Return a text as it may stand in an id, at most 64 characters and a hash of the rest."""
    cut = _SLUG.sub("-", text).strip("-.")
    if not cut:
        cut = "text"
    if len(cut) > _MAX_SLUG:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        cut = f"{cut[:_MAX_SLUG].rstrip('-.')}-{digest}"
    return cut


def _cleaned(raw: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    text = text.rpartition(" :: ")[2]
    return text.strip(_QUOTES).rstrip(",;").strip()


def _is_understood(leaf: Leaf) -> bool:
    return (
        catalog.is_known(leaf.id)
        or leaf.id.startswith(catalog.SCANCODE_PREFIX)
        or catalog.category_of(leaf) is not Category.UNKNOWN
    )


__all__ = ["NONE", "ExpressionError", "NormalizedLicense", "Normalizer", "categories_of", "slug"]
