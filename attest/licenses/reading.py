"""Reading one license text: the steps, in the order in which they are tried.

1. nothing is said: empty, `UNKNOWN`, `N/A`
2. an SPDX id, in any case
3. a whole text out of the table of aliases
4. an SPDX expression, each operand read by all steps
5. a document's own `LicenseRef-…`, by what the document says about it
6. the name of a license, with its version
7. the address of a page about a license
8. the body of a license
9. a list, or a phrase that joins licenses, each part read by all steps
10. otherwise an id made from the text

One operand that cannot be understood never spoils the others. A family's name
without a version never becomes a version, and nothing else is guessed either.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from attest.licenses import catalog
from attest.licenses.aliases import meaning
from attest.licenses.expression import ExpressionError, Leaf, Tree, all_of, any_of, leaves, parse, replaced
from attest.licenses.families import CALLAWAY_PREFIX, REF_PREFIX, bare_family, family_of, has_versions, is_member
from attest.licenses.names import license_named
from attest.licenses.nonstandard import nonstandard_id, reference_id
from attest.licenses.splitting import Kind, split
from attest.licenses.text_match import MIN_LENGTH, license_of_text
from attest.licenses.urls import is_url
from attest.licenses.withs import exception_named
from attest.model.license import NOASSERTION, LicenseText

MAX_DEPTH: Final = 12
MAX_SHOWN: Final = 200
MAX_TEXT: Final = 4 * 1024 * 1024

_SILENT: Final = frozenset({"", "noassertion", "none", "unknown", "n/a", "na", "null", "-"})
_REFERENCE: Final = re.compile(r"(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.+~-]+", re.ASCII | re.IGNORECASE)
# what becomes of an operator in a tool that takes every word for a license
_STRAY: Final = frozenset({"licenseref-and", "licenseref-or", "licenseref-with"})
_OPERATOR: Final = re.compile(r"\s(?:AND|OR|WITH)\s|^\(", re.IGNORECASE)
_RANGE: Final = re.compile(r"\bor\s+(?:any|later|newer|greater|above|higher)\b", re.IGNORECASE)
_QUOTES: Final = "\"'`\u201c\u201d\u2018\u2019"
_CHOOSES_BY_SLASH: Final = frozenset({"cargo", "npm"})


class Method(StrEnum):
    """How the meaning of a text was found; of a list, that it is one."""

    SILENT = "silent"
    ID = "id"
    ALIAS = "alias"
    EXPRESSION = "expression"
    REFERENCE = "reference"
    NAME = "name"
    PAGE = "page"
    TEXT = "text"
    LIST = "list"
    UNRECOGNIZED = "unrecognized"


class Reading(msgspec.Struct, frozen=True):
    """What a text means, and how sure that is: 1 by name, the likeness of a text, 0 where a part is not understood."""

    tree: Tree
    method: Method
    confidence: float = 1.0
    unrecognized: tuple[str, ...] = ()


class Reader:
    """Reads texts of one ecosystem; `texts` explains the document's own ids.

    What was read before is not read again: the same few names stand in hundreds
    of expressions.
    """

    def __init__(self, texts: Mapping[str, LicenseText], ecosystem: str | None) -> None:
        self._texts = texts
        self._ecosystem = ecosystem
        self._known: dict[tuple[str, int], Reading | None] = {}
        self._operands: dict[Leaf, Reading | None] = {}
        # an explanation is read without the texts, for it is not explained again
        self._explanations: Reader | None = Reader({}, ecosystem) if texts else None

    def read(self, raw: str) -> Reading:
        """Return the meaning of a whole text."""
        return self.part(raw, 0) or _silent()

    def part(self, raw: str, depth: int) -> Reading | None:
        """Return the meaning of a part, so many joints below the whole; null for a stray operator."""
        key = (raw, depth)
        if key not in self._known:
            text = _cleaned(raw)
            self._known[key] = None if text.lower() in _STRAY else self._first(raw, text, depth)
        return self._known[key]

    def _first(self, raw: str, text: str, depth: int) -> Reading:
        if text.lower() in _SILENT:
            return _silent()
        return (
            _by_id(text)
            or self._by_alias(text)
            or self._by_expression(text, depth)
            or self._by_reference(text, depth)
            or _by_name(text)
            or _by_page(text)
            or _by_body(raw)
            or _by_family(text)
            or self._by_parts(text, depth)
            or _unrecognized(text)
        )

    def _by_alias(self, text: str) -> Reading | None:
        expression = meaning(text, self._ecosystem)
        if expression is None:
            return None
        tree = parse(expression)
        families = [leaf for leaf in leaves(tree) if leaf.id.startswith(REF_PREFIX)]
        return Reading(tree, Method.ALIAS, 0.0 if families else 1.0, (text,) if families else ())

    def _by_expression(self, text: str, depth: int) -> Reading | None:
        if not _OPERATOR.search(text) or _RANGE.search(text):
            return None
        try:
            tree = parse(text)
        except ExpressionError:
            return None
        if isinstance(tree, Leaf) and tree.exception:
            return self._with((str(Leaf(tree.id, tree.or_later)), tree.exception), depth)
        inner: list[Reading] = []
        other = replaced(tree, lambda leaf: self._operand(leaf, inner))
        return _composed(other, Method.EXPRESSION, inner) if other is not None else _silent()

    def _operand(self, leaf: Leaf, inner: list[Reading]) -> Tree | None:
        if leaf not in self._operands:
            self._operands[leaf] = self.part(str(leaf), 1)
        reading = self._operands[leaf]
        inner += [reading] if reading else []
        return reading.tree if reading else None

    def _by_reference(self, text: str, depth: int) -> Reading | None:
        if not _REFERENCE.fullmatch(text):
            return None
        # a license without versions has no later one
        plain = text.rstrip("+")
        if plain.startswith(REF_PREFIX):
            return Reading(Leaf(reference_id(plain)), Method.REFERENCE, 0.0, (plain,))
        if plain.startswith(catalog.SCANCODE_PREFIX):
            return Reading(Leaf(reference_id(plain)), Method.REFERENCE)
        return self._explained(text, depth) or self._by_callaway(text) or self._kept(plain)

    def _explained(self, id_: str, depth: int) -> Reading | None:
        """Read what the document says about its own id: name, short text, body, then pages.

        Where the name is a mere family's, what comes behind it says which member is meant.
        """
        info = self._texts.get(id_)
        if info is None:
            return None
        body = (info.text or "")[:MAX_TEXT]
        for said in (info.name or "", body):
            reading = None if _says_nothing(said, id_) else self._explanation(said, depth)
            if reading and _is_understood(reading):
                return _member(reading, body, info.see_also) or reading
        pages = (_by_page(page) for page in info.see_also)
        return _by_body(body) or next((each for each in pages if each), None)

    def _by_callaway(self, id_: str) -> Reading | None:
        """Read the old Fedora name in an id; one of a family only stays as it is."""
        if not id_.startswith(CALLAWAY_PREFIX):
            return None
        reading = self._explanation(id_.removeprefix(CALLAWAY_PREFIX), 0)
        return reading if reading and _is_listed(reading) and family_of(id_) is None else None

    def _explanation(self, text: str, depth: int) -> Reading | None:
        reader = self._explanations or self
        return reader.part(text, max(depth, MAX_DEPTH - 2))

    def _kept(self, id_: str) -> Reading:
        info = self._texts.get(id_)
        said = (info.name or info.text or id_)[:MAX_SHOWN] if info else id_
        return Reading(Leaf(reference_id(id_)), Method.REFERENCE, 0.0, (said,))

    def _by_parts(self, text: str, depth: int) -> Reading | None:
        joint = split(text, self._ecosystem) if depth < MAX_DEPTH else None
        if joint is None:
            return None
        if joint.kind is Kind.WITH:
            return self._with(joint.parts, depth)
        readings = [each for each in (self.part(part, depth + 1) for part in joint.parts) if each]
        understood = sum(map(_is_understood, readings))
        if joint.kind is Kind.SLASH and not all(map(_is_listed, readings)):
            return None
        # prose has commas, too; in a list something is a license, and in a long one most things are
        if not understood or (len(text) >= MIN_LENGTH and understood * 2 < len(readings)):
            return None
        is_choice = joint.kind is Kind.OR or (joint.kind is Kind.SLASH and self._ecosystem in _CHOOSES_BY_SLASH)
        trees = [each.tree for each in readings]
        return _composed(any_of(trees) if is_choice else all_of(trees), Method.LIST, readings)

    def _with(self, parts: Sequence[str], depth: int) -> Reading | None:
        text, exception = parts
        base = self.part(text, depth + 1) if depth < MAX_DEPTH else None
        if base is None or not isinstance(base.tree, Leaf) or base.tree.exception:
            return None
        found = exception_named(exception, base.tree)
        is_named = base.method is not Method.UNRECOGNIZED or (found and family_of(base.tree.id))
        if not is_named or base.method is Method.SILENT:
            return None
        if found is None:
            unrecognized = (*base.unrecognized, exception[:MAX_SHOWN])
            return msgspec.structs.replace(base, confidence=0.0, unrecognized=unrecognized)
        return msgspec.structs.replace(base, tree=Leaf(base.tree.id, base.tree.or_later, found))


def _cleaned(raw: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", raw).split())
    return text.rpartition(" :: ")[2].strip(_QUOTES).rstrip(",;").strip()


def _silent() -> Reading:
    return Reading(Leaf(NOASSERTION), Method.SILENT)


def _by_id(text: str) -> Reading | None:
    id_ = catalog.canonical_id(text)
    if id_ is not None:
        return Reading(_current(id_), Method.ID)
    if text.endswith("+") and (id_ := catalog.canonical_id(text[:-1])):
        return Reading(_later(_current(id_)), Method.ID)
    return None


def _current(id_: str) -> Tree:
    """Return what an id of the list is called today."""
    replacement = catalog.replacement_of(id_)
    return Leaf(id_) if replacement == id_ else parse(replacement)


def _later(tree: Tree) -> Tree:
    """Turn a license into its or-later form, as its family spells it; one without later versions stays."""
    if not isinstance(tree, Leaf) or tree.id.endswith("-or-later") or not has_versions(tree.id):
        return tree
    range_ = f"{tree.id.removesuffix('-only')}-or-later"
    if tree.id.endswith("-only") and catalog.is_known(range_):
        return Leaf(range_, exception=tree.exception)
    return Leaf(tree.id, or_later=True, exception=tree.exception)


def _by_name(text: str) -> Reading | None:
    named = license_named(text)
    if named is None:
        return None
    leaf, exception = named
    return Reading(leaf, Method.NAME, 0.0, (exception,)) if exception else Reading(leaf, Method.NAME)


def _by_page(text: str) -> Reading | None:
    id_ = catalog.id_at(text) if is_url(text) else None
    return Reading(_current(id_), Method.PAGE) if id_ else None


def _by_body(text: str) -> Reading | None:
    match = license_of_text(text) if len(text) >= MIN_LENGTH else None
    return Reading(match.tree, Method.TEXT, match.confidence) if match else None


def _member(reading: Reading, body: str, pages: Iterable[str]) -> Reading | None:
    """Return the member of a family, all that `reading` names, by its text or its pages; null where they disagree."""
    family = family_of(reading.tree.id) if isinstance(reading.tree, Leaf) else None
    if family is None:
        return None
    found = [each for each in (_by_body(body), *map(_by_page, pages)) if each]
    members = {each.tree for each in found if all(is_member(leaf.id, family) for leaf in leaves(each.tree))}
    return found[0] if len(members) == 1 and found[0].tree in members else None


def _by_family(text: str) -> Reading | None:
    """Keep a family's name from being split: `GNU Library or Lesser General Public License`."""
    return _unrecognized(text) if bare_family(text) else None


def _unrecognized(text: str) -> Reading:
    return Reading(Leaf(nonstandard_id(text)), Method.UNRECOGNIZED, 0.0, (text[:MAX_SHOWN],))


def _composed(tree: Tree, method: Method, inner: Iterable[Reading]) -> Reading:
    readings = list(inner)
    confidence = min((each.confidence for each in readings), default=1.0)
    unrecognized = tuple(dict.fromkeys(text for each in readings for text in each.unrecognized))
    return Reading(tree, method, confidence, unrecognized)


def _says_nothing(text: str, id_: str) -> bool:
    """Tell whether an id is explained by no words, by itself, by a digest, or by a body, which is matched instead."""
    if len(text) >= MIN_LENGTH:
        return True
    said = text.strip().lower()
    return said in ("", "noassertion", id_.lower()) or said.startswith("sha256:")


def _is_understood(reading: Reading) -> bool:
    return reading.method is Method.SILENT or any(catalog.is_understood(leaf) for leaf in leaves(reading.tree))


def _is_listed(reading: Reading) -> bool:
    return all(catalog.is_known(leaf.id) for leaf in leaves(reading.tree))
