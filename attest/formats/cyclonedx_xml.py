"""CycloneDX 1.0 to 1.7 in XML, read into the document that JSON would be; pointers lead into that.

What stands where licenses may and is not understood is refused: another reader
might understand it. Elements of other namespaces are somebody's extensions.

https://cyclonedx.org/docs/1.7/xml/
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final
from xml.etree.ElementTree import Element

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats import cyclonedx
from attest.formats.xml_text import tree_of
from attest.model.sbom import Sbom

_NAMESPACE: Final = re.compile(r"\{https?://cyclonedx\.org/schema/bom/(1\.\d+)\}bom")
_TEXTS: Final = ("group", "name", "version", "purl", "publisher", "author")
_PARTIES: Final = ("supplier", "manufacturer")
_FAMILY: Final = "cyclonedx.org/schema/bom"
# what the schemas from 1.0 to 1.7 allow, where packages and licenses stand
_IN_BOM: Final = frozenset({
    "metadata", "components", "services", "externalReferences", "dependencies", "compositions", "properties",
    "vulnerabilities", "annotations", "formulation", "declarations", "definitions", "citations",
})  # fmt: skip
_IN_COMPONENT: Final = frozenset({
    "supplier", "manufacturer", "authors", "author", "publisher", "group", "name", "version", "versionRange",
    "mime-type", "description", "scope", "hashes", "licenses", "copyright", "patentAssertions", "cpe", "purl",
    "omniborId", "swhid", "swid", "modified", "pedigree", "externalReferences", "properties", "components",
    "evidence", "releaseNotes", "modelCard", "data", "cryptoProperties", "tags", "signature",
})  # fmt: skip
_IN_LICENSES: Final = frozenset({"license", "expression", "expression-detailed"})
_IN_LICENSE: Final = frozenset({"id", "name", "text", "url", "licensing", "properties"})
_IN_DETAILED: Final = frozenset({"details", "licensing", "properties"})


class CycloneDxXml:
    """CycloneDX documents in XML."""

    name = "cyclonedx-xml"
    media_types = frozenset({"application/vnd.cyclonedx+xml"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return head.lstrip().startswith(b"<") and b"cyclonedx.org/schema/bom/1" in head

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = CycloneDxXml()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a CycloneDX document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is no such document, or lists no package.
    """
    root, problems = tree_of(content)
    match = _NAMESPACE.fullmatch(root.tag)
    if match is None:
        raise MalformedDocumentError("the root is no bom of CycloneDX")
    sbom = cyclonedx.decode_document(msgspec.json.encode(_bom(root, match[1])), prefix)
    return msgspec.structs.replace(sbom, problems=(*problems, *sbom.problems))


def _bom(root: Element, version: str) -> dict[str, Any]:
    _refuse_others(root, _IN_BOM)
    bom: dict[str, Any] = {"specVersion": version, "components": _components(root)}
    for attribute in ("serialNumber", "version"):
        if root.get(attribute):
            bom[attribute] = root.get(attribute)
    metadata = _child(root, "metadata")
    if metadata is not None:
        bom["metadata"] = _metadata(metadata)
    return bom


def _metadata(metadata: Element) -> dict[str, Any]:
    found: dict[str, Any] = {"tools": [_tool(each) for each in _tools(metadata)]}
    timestamp, component = _text(metadata, "timestamp"), _child(metadata, "component")
    if timestamp is not None:
        found["timestamp"] = timestamp
    if component is not None:
        found["component"] = _component(component)
    return found


def _tools(metadata: Element) -> Iterator[Element]:
    """Yield tools as they were written until 1.4, then the components and services that they are since."""
    for tools in _children(metadata, "tools"):
        yield from _children(tools, "tool")
        for kind in ("components", "services"):
            for each in _children(tools, kind):
                yield from each


def _tool(element: Element) -> dict[str, str]:
    return {key: text for key in ("name", "version") if (text := _text(element, key)) is not None}


def _components(element: Element) -> list[dict[str, Any]]:
    found = []
    for within in _children(element, "components"):
        _refuse_others(within, {"component"})
        found += [_component(each) for each in _children(within, "component")]
    return found


def _component(element: Element) -> dict[str, Any]:
    _refuse_others(element, _IN_COMPONENT)
    found: dict[str, Any] = {key: text for key in _TEXTS if (text := _text(element, key)) is not None}
    found |= {
        key: value for key, value in (("type", element.get("type")), ("bom-ref", element.get("bom-ref"))) if value
    }
    for party in _PARTIES:
        within = _child(element, party)
        if within is not None and (name := _text(within, "name")) is not None:
            found[party] = {"name": name}
    authors = [_text(each, "name") for within in _children(element, "authors") for each in within]
    if any(authors):
        found["authors"] = [{"name": each} for each in authors if each]
    found["licenses"] = list(_licenses(element))
    found["properties"] = [
        {"name": each.get("name") or "", "value": each.text or ""}
        for within in _children(element, "properties")
        for each in within
    ]
    found["components"] = _components(element)
    return {key: value for key, value in found.items() if value != []}


def _licenses(element: Element) -> Iterator[dict[str, Any]]:
    within = _child(element, "licenses")
    if within is None:
        return
    _refuse_others(within, _IN_LICENSES)
    for each in within:
        kind = _local(each)
        if kind == "license":
            yield {"license": _license(each)}
        elif kind == "expression":
            yield _stated(each, {"expression": _plain(each)})
        elif kind == "expression-detailed":
            yield _detailed(each)


def _license(element: Element) -> dict[str, Any]:
    _refuse_others(element, _IN_LICENSE)
    found: dict[str, Any] = {key: text for key in ("id", "name", "url") if (text := _text(element, key)) is not None}
    return _stated(element, found | _attached(element))


def _detailed(element: Element) -> dict[str, Any]:
    _refuse_others(element, _IN_DETAILED)
    details = [
        {"licenseIdentifier": each.get("license-identifier") or "", **_attached(each)}
        | ({"url": url} if (url := _text(each, "url")) is not None else {})
        for each in _children(element, "details")
    ]
    return _stated(element, {"expression": element.get("expression") or "", "expressionDetails": details})


def _attached(element: Element) -> dict[str, Any]:
    text = _child(element, "text")
    if text is None or not _plain(text):
        return {}
    encoding = text.get("encoding")
    return {"text": {"content": text.text, **({"encoding": encoding} if encoding else {})}}


def _stated(element: Element, found: dict[str, Any]) -> dict[str, Any]:
    stated = element.get("acknowledgement")
    return found | ({"acknowledgement": stated} if stated else {})


def _local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of a name, in the namespace of the document: others are somebody's extensions."""
    namespace = str(element.tag).rpartition("}")[0]
    return (each for each in element if each.tag == (f"{namespace}}}{name}" if namespace else name))


def _child(element: Element, name: str) -> Element | None:
    """Return the only child of a name: of two, another reader could take the other one."""
    found = list(_children(element, name))
    if len(found) > 1:
        raise MalformedDocumentError(f"{name} stands twice in one element")
    return found[0] if found else None


def _text(element: Element, name: str) -> str | None:
    child = _child(element, name)
    return None if child is None else _plain(child)


def _plain(element: Element) -> str:
    """Return the text of an element, in which nothing else may stand."""
    if len(element):
        raise MalformedDocumentError(f"{_local(element)} holds more than a text")
    return (element.text or "").strip()


def _refuse_others(element: Element, known: AbstractSet[str]) -> None:
    """Refuse children that the schema does not know, of this version of it, of another, or of none."""
    namespace = str(element.tag).rpartition("}")[0]
    for child in element:
        within, _, name = str(child.tag).rpartition("}")
        is_ours = within in (namespace, "") or _FAMILY in within
        if is_ours and (within != namespace or name not in known):
            raise MalformedDocumentError(f"{name} stands where nobody knows it, in {_local(element)}")
