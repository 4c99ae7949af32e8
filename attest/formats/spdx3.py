"""SPDX 3.0 in JSON-LD, of which the elements that matter are decoded into one struct.

The official context is fixed, so that no JSON-LD processor is needed: elements are told apart by
their type, and refer to each other by id. What an element is given in place may stand in a
reference, too.
https://spdx.github.io/spdx-spec/v3.0.1/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import purl as purls
from attest.formats.ambiguity import refuse_twice, values_of
from attest.formats.bounds import MAX_PACKAGES, bounded
from attest.formats.cyclonedx_licenses import Choice, LicenseReader
from attest.formats.faults import Faults
from attest.formats.listing import Said, listed, parts_of
from attest.formats.spdx3_graph import Element, Graph, Reference, every
from attest.formats.spdx3_licenses import Licenses
from attest.formats.tolerant import decoded, objects, repaired
from attest.model.sbom import Sbom, SbomPackage
from attest.model.wire import decoder_of

_WHAT: Final = "SPDX 3 document"
_CONTEXT: Final = re.compile(rb"https?://spdx\.org/rdf/(?:v?3\.\d+)(?:\.\d+)?/spdx-context\.jsonld")
_ROOT_TYPES: Final = frozenset({"oci", "docker"})
_ROOT_PURPOSES: Final = frozenset({"container", "file", "operatingSystem", "filesystemImage", "diskImage"})
_PURL_KINDS: Final = frozenset({"packageUrl", "packageURL"})
_JSON_LD: Final = (b'"@included"', b'"@reverse"', b'"@nest"', b'"@value"', b'"@list"', b'"@set"')
# cdxgen keeps licenses in a text in an extension
_PROPERTY: Final = "licenses"


class _Property(msgspec.Struct, gc=False):
    name: str = msgspec.field(name="extension_cdxPropName", default="")
    value: str = msgspec.field(name="extension_cdxPropValue", default="")


class _Extension(msgspec.Struct, gc=False):
    properties: list[_Property] = msgspec.field(name="extension_cdxProperty", default_factory=list)


class Spdx3:
    """SPDX 3.0 documents in JSON-LD."""

    name = "spdx3"
    media_types = frozenset({"application/spdx+json;version=3.0", "application/ld+json"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return b'"@context"' in head and _CONTEXT.search(head) is not None

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = Spdx3()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read an SPDX 3 document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, no SPDX 3 document, or lists no package.
    """
    faults = Faults(prefix)
    graph = Graph(_elements(content, faults), faults)
    document = next(graph.of_type("SpdxDocument"), None) or next(graph.of_type("software_Sbom", "Sbom"), Element())
    creation = graph.at(document.creation_info) or next(graph.of_type("CreationInfo"), Element())
    version = creation.spec_version or "3.0"
    if not version.startswith("3."):
        raise UnsupportedDocumentError(f"SPDX version {version} is not supported")
    licenses = Licenses(graph, faults)
    reader = LicenseReader(faults)
    roots = set(_roots(graph))
    elements = [each for each in graph.listed if each.is_package and (not each.id or each.id not in roots)]
    if not elements:
        # "nothing is in it" and "nothing was found" look the same, and only one of them may pass
        raise MalformedDocumentError("the document lists no package", where=f"{prefix}/@graph", code="ATT-SBOM-003")
    packages = tuple(_package(each, graph, licenses, reader, faults) for each in elements)
    return Sbom(
        format=f"spdx-{version}",
        name=document.name or None,
        namespace=document.id or None,
        created=faults.time(creation.created, "/@graph"),
        tools=tuple(name for each in every(creation.created_using) if (name := _name(graph, each))),
        packages=packages,
        texts=licenses.texts | reader.texts,
        problems=faults.problems(),
        declared_at="",
        concluded_at="",
    )


def _elements(content: bytes, faults: Faults) -> Iterator[Element]:
    """Decode the graph; a document without one is itself its only element."""
    try:
        values = values_of(content, _WHAT)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError("the document is not an object", where=faults.prefix) from error
    _refuse_other_json_ld(content, values)
    has_graph = "@graph" in values
    graph = bytes(values["@graph"]) if has_graph else b"[" + content + b"]"
    found = decoded(graph, list[Element], _WHAT, faults)
    refuse_twice(graph, _WHAT)
    if not isinstance(found, list):
        raise MalformedDocumentError("@graph is no list", where=f"{faults.prefix}/@graph")
    if len(found) > MAX_PACKAGES:
        raise MalformedDocumentError(f"more than {MAX_PACKAGES} elements", where=f"{faults.prefix}/@graph")
    if found and not all(isinstance(each, Element) for each in found):
        found = [
            repaired(each, Element, where, faults) for where, each in objects({"@graph": found}, "@graph", "", faults)
        ]
    for position, element in enumerate(found):
        element.place = f"/@graph/{position}" if has_graph else ""
        yield element


def _refuse_other_json_ld(content: bytes, values: Mapping[str, msgspec.Raw]) -> None:
    """Refuse what only a processor of JSON-LD could read: its words, terms of one's own, an element around a graph."""
    word = next((each for each in _JSON_LD if each in content), None)
    if word:
        raise UnsupportedDocumentError(f"JSON-LD with {word.decode()} is not read")
    if b"{" in bytes(values.get("@context", b"")):
        raise UnsupportedDocumentError("JSON-LD with a context of its own is not read")
    if "@graph" in values and not {"type", "@type"}.isdisjoint(values):
        raise MalformedDocumentError("an element stands around the graph")


def _roots(graph: Graph) -> Iterator[str]:
    """Yield the ids of what is described as a whole: the scanned image or folder, which is no package."""
    for document in graph.of_type("SpdxDocument", "software_Sbom", "Sbom"):
        for reference in every(document.root_element):
            element = graph.at(reference)
            if element is not None and _is_root(element):
                yield element.id


def _is_root(element: Element) -> bool:
    location = _purl(element)
    if location is not None:
        # whatever it is called, what has a package's purl is a package
        parts = purls.split(location)
        return parts is not None and parts.type in _ROOT_TYPES
    return element.purpose in _ROOT_PURPOSES


def _package(element: Element, graph: Graph, licenses: Licenses, reader: LicenseReader, faults: Faults) -> SbomPackage:
    where, location = element.place, _purl(element)
    declared, concluded = licenses.of(element.id)
    if declared is None and concluded is None:
        declared, concluded = reader.read(_choices(element), f"{where}/extension")
    said = Said(
        ref=element.id,
        name=element.name or "",
        version=element.version,
        purl=location,
        declared=bounded(declared, where, faults) if declared else None,
        concluded=bounded(concluded, where, faults) if concluded else None,
        supplier=next((found for each in every(element.supplied_by) if (found := _name(graph, each))), None),
    )
    return listed(said, parts_of(location, f"{where}/software_packageUrl", faults), where, faults)


def _purl(element: Element) -> str | None:
    if element.purl:
        return element.purl
    for each in every(element.external_identifier):
        found = each if isinstance(each, dict) else {}
        if found.get("externalIdentifierType") in _PURL_KINDS and isinstance(found.get("identifier"), str):
            return str(found["identifier"])
    return None


def _name(graph: Graph, reference: Reference) -> str | None:
    element = graph.at(reference)
    return element.name if element is not None else None


def _choices(element: Element) -> list[Choice]:
    """Return the licenses that cdxgen keeps, as CycloneDX would have them, in a text of an extension."""
    if _PROPERTY.encode() not in bytes(element.extension):
        return []
    try:
        extensions = decoder_of(list[_Extension]).decode(element.extension)
        properties = [each for extension in extensions for each in extension.properties]
        text = next((each.value for each in properties if each.name == _PROPERTY), "[]")
        return decoder_of(list[Choice]).decode(text.encode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
