"""SPDX 2.x in XML; pointers lead into the equivalent JSON.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

from collections import defaultdict
from typing import Any, Final
from xml.etree.ElementTree import Element

from attest.errors import MalformedDocumentError
from attest.formats.spdx_legacy import decoded
from attest.formats.xml_text import tree_of
from attest.model.sbom import Sbom

# what is a list even where it has one entry
_LISTS: Final = frozenset(
    {
        "packages",
        "externalRefs",
        "hasExtractedLicensingInfos",
        "creators",
        "seeAlsos",
        "documentDescribes",
        "relationships",
    }
)


_ONCE: Final = frozenset(
    {
        "SPDXID",
        "spdxVersion",
        "name",
        "versionInfo",
        "supplier",
        "licenseDeclared",
        "licenseConcluded",
        "primaryPackagePurpose",
        "referenceType",
        "referenceLocator",
        "licenseId",
        "extractedText",
    }
)


class SpdxXml:
    """SPDX 2.x documents in XML."""

    name = "spdx-xml"
    media_types = frozenset({"application/spdx+xml", "text/spdx+xml"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return head.lstrip().startswith(b"<") and b"<Document" in head and b"spdxVersion" in head

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = SpdxXml()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a document in XML; see `attest.formats.spdx2.decode_document`, also for what is raised."""
    root, problems = tree_of(content)
    return decoded(_value(root), prefix, problems)


def _value(element: Element) -> Any:
    """Return what JSON would have for an element: a text, or an object."""
    if len(element) == 0:
        return (element.text or "").strip()
    texts = (element.text, *(each.tail for each in element))
    if any(each and each.strip() for each in texts):
        raise MalformedDocumentError(f"text stands beside elements in {_key(element)}")
    groups: dict[str, list[Any]] = defaultdict(list)
    for child in element:
        groups[_key(child)].append(_value(child))
    return {key: _one(key, values) for key, values in groups.items()}


def _one(key: str, values: list[Any]) -> Any:
    """Return a list where there may be many, else the only value: of two, another reader could take the other one."""
    if key in _LISTS:
        return values
    if len(values) > 1 and key in _ONCE:
        raise MalformedDocumentError(f"{key} stands twice in one element")
    return values[0] if len(values) == 1 else values


def _key(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
