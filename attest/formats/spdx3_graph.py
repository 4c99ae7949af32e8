"""The elements of an SPDX 3 document: told apart by their type, found by their id."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from attest.formats.faults import Faults

Reference = str | dict[str, Any]
References = list[Reference] | Reference | None


class Element(msgspec.Struct, gc=False):
    """Any element: each has a few of these. `position` is its place in the graph, null for one given in a reference."""

    type: str = ""
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
    position: int | None = None

    def __post_init__(self) -> None:
        """Take what was said under a short name for what it is."""
        self.version = self.version or self.short_version
        self.purl = self.purl or self.short_purl
        self.purpose = self.purpose or self.short_purpose
        self.expression = self.expression or self.short_expression
        self.text = self.text or self.short_text

    @property
    def id(self) -> str:
        """The id by which others refer to it."""
        return self.spdx_id or self.node_id


class Graph:
    """Elements by id, among them those that stand in a reference."""

    def __init__(self, listed: Iterable[Element], faults: Faults) -> None:
        self.listed = tuple(listed)
        self._known: dict[str, Element] = {}
        for element in self.listed:
            if element.id in self._known and element.id:
                faults.note("ATT-SBOM-004", "an spdxId occurs more than once", f"/@graph/{element.position}/spdxId")
            self._known.setdefault(element.id, element)

    def of_type(self, *types: str) -> Iterator[Element]:
        """Yield the elements of some types, in order."""
        return (each for each in self.listed if each.type in types)

    def at(self, reference: Reference | None) -> Element | None:
        """Return what a reference leads to; null where it leads out of the document."""
        if isinstance(reference, dict):
            try:
                return msgspec.convert(reference, Element)
            except msgspec.ValidationError:
                return None
        return self._known.get(reference) if reference else None


def every(references: References) -> list[Reference]:
    """Return references as a list; one alone need not stand in one."""
    if references is None:
        return []
    return references if isinstance(references, list) else [references]
