"""The elements of an SPDX 3 document: told apart by their type, found by their id, wherever they stand.

A type may be written as the context shortens it (`software_Package`) or as the
address it stands for, an element in the graph or inside a reference to it.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.faults import Faults
from attest.formats.tolerant import repaired

_LICENSING: Final = ("simplelicensing_", "expandedlicensing_")
# a reference that says no more than where it leads
_ADDRESS: Final = frozenset({"spdxId", "@id", "type", "@type"})

Reference = str | dict[str, Any]
References = list[Reference] | Reference | None


class Element(msgspec.Struct, gc=False):
    """Any element: each has a few of these. `place` is the JSON pointer inside the document where it stands."""

    type: str = ""
    node_type: str | list[str] | None = msgspec.field(name="@type", default=None)
    spdx_id: str = msgspec.field(name="spdxId", default="")
    node_id: str = msgspec.field(name="@id", default="")
    name: str | None = None
    created: str | None = None
    spec_version: str | None = msgspec.field(name="specVersion", default=None)
    creation_info: Reference | None = msgspec.field(name="creationInfo", default=None)
    created_using: References = msgspec.field(name="createdUsing", default=None)
    root_element: References = msgspec.field(name="rootElement", default=None)
    origin: Reference | None = msgspec.field(name="from", default=None)
    to: References = None
    relationship_type: str = msgspec.field(name="relationshipType", default="")
    supplied_by: References = msgspec.field(name="suppliedBy", default=None)
    external_identifier: References = msgspec.field(name="externalIdentifier", default=None)
    extension: msgspec.Raw = msgspec.Raw(b"")
    version: str | None = msgspec.field(name="software_packageVersion", default=None)
    purl: str | None = msgspec.field(name="software_packageUrl", default=None)
    purpose: str | None = msgspec.field(name="software_primaryPurpose", default=None)
    expression: str | None = msgspec.field(name="simplelicensing_licenseExpression", default=None)
    text: str | None = msgspec.field(name="simplelicensing_licenseText", default=None)
    custom_ids: References = msgspec.field(name="simplelicensing_customIdToUri", default=None)
    members: References = msgspec.field(name="expandedlicensing_member", default=None)
    license: Reference | None = msgspec.field(name="expandedlicensing_subjectLicense", default=None)
    extendable: Reference | None = msgspec.field(name="expandedlicensing_subjectExtendableLicense", default=None)
    addition: Reference | None = msgspec.field(name="expandedlicensing_subjectAddition", default=None)
    see_also: list[str] | str | None = msgspec.field(name="expandedlicensing_seeAlso", default=None)
    # some producers leave the profile out of the names
    short_version: str | None = msgspec.field(name="packageVersion", default=None)
    short_purl: str | None = msgspec.field(name="packageUrl", default=None)
    short_purpose: str | None = msgspec.field(name="primaryPurpose", default=None)
    short_expression: str | None = msgspec.field(name="licenseExpression", default=None)
    short_text: str | None = msgspec.field(name="licenseText", default=None)
    element: References = None
    place: str = ""

    def __post_init__(self) -> None:
        """Take what was said under a short name, or by an address, for what it is."""
        node_types = [self.node_type] if isinstance(self.node_type, str) else self.node_type or [""]
        self.type = shortened(_only(self.type or None, node_types[0] or None, "type") or "")
        self.relationship_type = self.relationship_type.rpartition("/")[2]
        self.version = _only(self.version, self.short_version, "packageVersion")
        self.purl = _only(self.purl, self.short_purl, "packageUrl")
        self.purpose = _only(self.purpose, self.short_purpose, "primaryPurpose")
        self.expression = _only(self.expression, self.short_expression, "licenseExpression")
        self.text = _only(self.text, self.short_text, "licenseText")

    @property
    def id(self) -> str:
        """The id by which others refer to it."""
        return self.spdx_id or self.node_id

    @property
    def is_package(self) -> bool:
        """True for packages of any profile."""
        return self.type.endswith("Package")

    @property
    def is_license(self) -> bool:
        """True for what a package may be licensed under."""
        return self.type.startswith(_LICENSING)


class Graph:
    """Elements by id, among them those that stand in a reference."""

    def __init__(self, listed: Iterable[Element], faults: Faults) -> None:
        self.listed = tuple(_flattened(listed, faults))
        self._known: dict[str, Element] = {}
        for element in self.listed:
            if not element.id:
                continue
            known = self._known.setdefault(element.id, element)
            if known is not element:
                _refuse_another(known, element)
                faults.note("ATT-SBOM-004", "an spdxId occurs more than once", f"{element.place}/spdxId")

    def of_type(self, *types: str) -> Iterator[Element]:
        """Yield the elements of some types, in order."""
        return (each for each in self.listed if each.type in types)

    def at(self, reference: Reference | None) -> Element | None:
        """Return what a reference leads to; null where it leads out of the document."""
        if not isinstance(reference, dict):
            return self._known.get(reference) if reference else None
        if reference.keys() <= _ADDRESS:
            return self._known.get(id_of(reference))
        try:
            return msgspec.convert(reference, Element)
        except msgspec.ValidationError:
            return None


def id_of(reference: Reference | None) -> str:
    """Return the id that a reference leads to, or that stands in it."""
    found = reference.get("spdxId") or reference.get("@id") if isinstance(reference, dict) else reference
    return found if isinstance(found, str) else ""


def shortened(type_: str) -> str:
    """Return a type as the context shortens it: `…/Software/Package` is `software_Package`, `…/Core/Tool` is `Tool`."""
    rest, slash, name = type_.rpartition("/")
    if not slash:
        return type_
    profile = rest.rpartition("/")[2].lower()
    return name if profile == "core" else f"{profile}_{name}"


def every(references: References) -> list[Reference]:
    """Return references as a list; one alone need not stand in one."""
    if references is None:
        return []
    return references if isinstance(references, list) else [references]


def _only(long: str | None, short: str | None, name: str) -> str | None:
    """Return what is said under two names: two different things are nothing that anybody could rely on."""
    if long and short and long != short:
        raise ValueError(f"{name} is said twice of one element")
    return long or short


def _refuse_another(known: Element, other: Element) -> None:
    """Refuse a license that another element of the same id would be an answer to."""
    if known.is_license or other.is_license:
        said = [msgspec.structs.replace(each, place="") for each in (known, other)]
        if said[0] != said[1]:
            raise MalformedDocumentError(f"{other.place}: two licenses have one id")


def _flattened(listed: Iterable[Element], faults: Faults) -> Iterator[Element]:
    """Yield elements, and those that stand inside their references."""
    waiting = list(reversed(list(listed)))
    while waiting:
        element = waiting.pop()
        yield element
        for place, each in _inside(element):
            found = repaired(each, Element, place, faults)
            found.place = place
            waiting.append(found)


def _inside(element: Element) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the elements that stand in an element's references, each with its pointer."""
    references = {"element": element.element, "rootElement": element.root_element, "from": element.origin}
    for key, found in {**references, "to": element.to}.items():
        for position, each in enumerate(every(found)):
            if isinstance(each, dict) and not each.keys() <= _ADDRESS:
                yield f"{element.place}/{key}/{position}", dict(each)
