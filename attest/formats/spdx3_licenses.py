"""The licenses of SPDX 3: relations to elements, which become one expression for each package.

https://spdx.github.io/spdx-spec/v3.0.1/model/ExpandedLicensing/ExpandedLicensing/
"""

import re
from collections import defaultdict
from typing import Final

from attest.formats.bounds import MAX_LICENSE, MAX_TEXT
from attest.formats.faults import Faults
from attest.formats.spdx3_graph import Element, Graph, Reference, every, id_of
from attest.model.license import NOASSERTION, NONE, LicenseText

_LISTED: Final = re.compile(r"https?://spdx\.org/licenses/([A-Za-z0-9.+-]+)", re.ASCII)
_NO_ASSERTION: Final = re.compile(r"(?:.*[/_#:])?(?:NoAssertion|NoAssertionLicense|NOASSERTION)", re.ASCII)
_NONE: Final = re.compile(r"(?:.*[/_#:])?(?:None|NoneLicense|NONE)", re.ASCII)
_SLUG: Final = re.compile(r"[^A-Za-z0-9.]+")
_MAX_SLUG: Final = 64
_KINDS: Final = {"hasDeclaredLicense": 0, "hasConcludedLicense": 1}
_SETS: Final = {"ConjunctiveLicenseSet": " AND ", "DisjunctiveLicenseSet": " OR "}


class Licenses:
    """What is declared and concluded for each element; `texts` are what its `LicenseRef-…` mean."""

    def __init__(self, graph: Graph, faults: Faults) -> None:
        self.texts: dict[str, LicenseText] = {}
        self._graph = graph
        self._faults = faults
        self._references: dict[str, str] = {}
        # what an element stands for is worked out once, however many sets share it
        self._read: dict[str, str] = {}
        self._found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for relation in graph.of_type("Relationship", "LifecycleScopedRelationship"):
            kind = _KINDS.get(relation.relationship_type)
            origin = id_of(relation.origin)
            if kind is not None and origin:
                place = f"{relation.place}/to"
                self._found[origin][kind].extend(self._operand(each, place) for each in every(relation.to))

    def of(self, id_: str) -> tuple[str | None, str | None]:
        """Return what is declared and what is concluded for an element, each null where nothing is."""
        declared, concluded = self._found.get(id_, ([], []))
        return _joined(declared, " AND ") or None, _joined(concluded, " AND ") or None

    def _operand(self, reference: Reference | None, place: str) -> str:
        """Return the expression that a license element stands for."""
        element = self._graph.at(reference)
        if element is None:
            return self._outside(reference, place)
        known = self._read.get(element.id) if element.id else None
        if known is not None:
            return known
        # whoever leads back to itself finds nothing
        self._read[element.id] = NOASSERTION
        try:
            expression = self._expression(element, place)
        except RecursionError:
            expression = NOASSERTION
            self._faults.lose("ATT-EVD-003", "licenses that are nested too deep are not read", place)
        if len(expression) > MAX_LICENSE:
            expression = NOASSERTION
            self._faults.lose("ATT-EVD-003", f"a license of more than {MAX_LICENSE} characters is not read", place)
        self._read[element.id] = expression
        return expression

    def _expression(self, element: Element, place: str) -> str:
        kind = element.type.rpartition("_")[2]
        if kind == "LicenseExpression":
            self._explain(element)
            return element.expression or NOASSERTION
        if kind in _SETS:
            members = [self._operand(each, place) for each in every(element.members)]
            return _joined(members, _SETS[kind]) or NOASSERTION
        if kind == "OrLaterOperator":
            return f"{self._operand(element.license, place)}+"
        if kind == "WithAdditionOperator":
            return f"{self._operand(element.extendable, place)} WITH {self._addition(element.addition)}"
        listed = _LISTED.fullmatch(element.id)
        return listed[1] if listed else self._reference(element)

    def _outside(self, reference: Reference | None, place: str) -> str:
        """Read an id that no element of the document has."""
        text = reference if isinstance(reference, str) else ""
        listed = _LISTED.fullmatch(text)
        if listed:
            return listed[1]
        if _NONE.fullmatch(text):
            return NONE
        if not _NO_ASSERTION.fullmatch(text):
            self._faults.lose("ATT-SBOM-004", "a license element is missing", place)
        return NOASSERTION

    def _addition(self, reference: Reference | None) -> str:
        element = self._graph.at(reference)
        id_ = element.id if element is not None else reference if isinstance(reference, str) else ""
        listed = _LISTED.fullmatch(id_)
        if listed:
            return listed[1]
        return f"AdditionRef-{_slug((element.name if element else None) or id_)}"

    def _explain(self, element: Element) -> None:
        """Take note of what the ids of an expression stand for."""
        for each in every(element.custom_ids):
            if isinstance(each, dict) and isinstance(each.get("key"), str):
                meant = self._graph.at(each.get("value"))
                if meant is not None:
                    self.texts.setdefault(each["key"], self._text(meant))

    def _reference(self, element: Element) -> str:
        known = self._references.get(element.id)
        if known is None or not element.id:
            text, number = self._text(element), 1
            name = element.id.rpartition("#")[2].rpartition("/")[2] or element.name or ""
            known = base = f"LicenseRef-{_slug(name.removeprefix('LicenseRef-'))}"
            while self.texts.setdefault(known, text) != text:
                number += 1
                known = f"{base}-{number}"
            self._references[element.id] = known
        return known

    def _text(self, element: Element) -> LicenseText:
        see_also = (element.see_also,) if isinstance(element.see_also, str) else tuple(element.see_also or ())
        text = element.text
        if text is not None and len(text) > MAX_TEXT:
            self._faults.lose("ATT-EVD-003", f"a license text of more than {MAX_TEXT} characters is cut", "/@graph")
            text = text[:MAX_TEXT]
        return LicenseText(name=element.name or None, text=text or None, see_also=see_also)


def _joined(operands: list[str], operator: str) -> str:
    distinct = list(dict.fromkeys(operands))
    if len(distinct) > 1:
        distinct = [f"({each})" if " OR " in each or " AND " in each else each for each in distinct]
    return operator.join(distinct)


def _slug(text: str) -> str:
    return _SLUG.sub("-", text[:_MAX_SLUG]).strip("-.") or "license"
