"""CycloneDX 1.2 to 1.7 in JSON, with components inside components.

Properties, evidence and dependencies, most of a large document, are skipped.
https://cyclonedx.org/docs/1.7/json/
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import purl as purls
from attest.formats.ambiguity import recased, refuse_twice
from attest.formats.bounds import MAX_PACKAGES
from attest.formats.cyclonedx_licenses import Choice, LicenseReader
from attest.formats.faults import Faults
from attest.formats.listing import GENERIC, Said, listed, parts_of
from attest.formats.tolerant import decoded, objects, repaired
from attest.model.sbom import Sbom, SbomPackage

# what stands for the file system or a part of it, and not for a package
_NO_PACKAGES: Final = frozenset({"operating-system", "file"})
_SERIAL: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
# where producers say what kind of package it is, and the types of purl that their words stand for
_KINDS: Final = ("syft:package:type", "aquasecurity:trivy:PkgType")
_TYPES: Final = {
    "deb": "deb", "debian": "deb", "ubuntu": "deb", "rpm": "rpm", "apk": "apk", "alpine": "apk",
    "python": "pypi", "python-pkg": "pypi", "pip": "pypi", "npm": "npm", "node-pkg": "npm",
    "java-archive": "maven", "jar": "maven", "go-module": "golang", "gomod": "golang", "gobinary": "golang",
    "rust-crate": "cargo", "rustbinary": "cargo", "cargo": "cargo", "gem": "gem", "gemspec": "gem",
    "dotnet": "nuget", "nuget": "nuget", "php-composer": "composer", "composer": "composer",
}  # fmt: skip


class _Party(msgspec.Struct, gc=False):
    name: str | None = None


class _Component(msgspec.Struct, gc=False, rename={"bom_ref": "bom-ref"}):
    bom_ref: str = ""
    type: str = ""
    group: str | None = None
    name: str = ""
    version: str | int | float | None = None
    purl: str | None = None
    licenses: list[Choice] | Choice | None = None
    supplier: _Party | None = None
    manufacturer: _Party | None = None
    publisher: str | None = None
    author: str | None = None
    authors: list[_Party] | None = None
    properties: msgspec.Raw = msgspec.Raw(b"")
    components: list["_Component"] | None = None


class _Tool(msgspec.Struct):
    name: str = ""
    version: str | int | float | None = None


class _Tools(msgspec.Struct):
    components: list[_Tool] | None = None
    services: list[_Tool] | None = None


class _Metadata(msgspec.Struct):
    timestamp: str | None = None
    tools: list[_Tool] | _Tools | None = None
    component: _Component | None = None


class _Bom(msgspec.Struct, rename="camel"):
    spec_version: str | int | float | None = None
    serial_number: str | None = None
    version: str | int | float | None = None
    metadata: _Metadata | None = None
    components: list[_Component] | None = None


# the keys behind which licenses stand
_STATED: Final = ("components", "licenses", "license", "expression")

Placed = tuple[str, _Component]
"""A component and its pointer inside the document."""


class CycloneDx:
    """CycloneDX documents in JSON."""

    name = "cyclonedx"
    media_types = frozenset({"application/vnd.cyclonedx+json", "application/vnd.cyclonedx"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; some write `bomFormat` in another case, or not at all."""
        lowered = head.lower()
        named = b'"bomformat"' in lowered and b'"cyclonedx"' in lowered
        return named or (b'"specVersion"' in head and b'"components"' in head)

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = CycloneDx()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a CycloneDX document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, no CycloneDX 1 document, or lists no package.
    """
    faults = Faults(prefix)
    bom, placed = _document(content, faults)
    version = str(bom.spec_version or "")
    if not version.startswith("1."):
        raise UnsupportedDocumentError(f"CycloneDX version {version or 'missing'} is not supported")
    if len(placed) > MAX_PACKAGES:
        raise MalformedDocumentError(f"more than {MAX_PACKAGES} components", where=f"{prefix}/components")
    licenses = LicenseReader(faults)
    packages = tuple(_packages(placed, licenses, faults))
    if not packages:
        # "nothing is in it" and "nothing was found" look the same, and only one of them may pass
        raise MalformedDocumentError("the document lists no package", where=f"{prefix}/components", code="ATT-SBOM-003")
    metadata = bom.metadata or _Metadata()
    root = metadata.component
    return Sbom(
        format=f"cyclonedx-{version}",
        name=root.name or None if root else None,
        namespace=_namespace(bom, faults),
        created=faults.time(metadata.timestamp, "/metadata/timestamp"),
        tools=_tools(metadata),
        packages=packages,
        texts=licenses.texts,
        problems=faults.problems(),
        declared_at="licenses",
        concluded_at="licenses",
    )


def _document(content: bytes, faults: Faults) -> tuple[_Bom, list[Placed]]:
    """Decode a document and list its components; one at fault somewhere is repaired component by component."""
    content = recased(content, _STATED)
    found = decoded(content, _Bom, "CycloneDX document", faults)
    refuse_twice(content, "CycloneDX document")
    if isinstance(found, _Bom):
        inside = found.metadata.component if found.metadata else None
        placed = [*_walk(found.components, "/components")]
        return found, [*placed, *_walk(inside.components if inside else None, "/metadata/component/components")]
    if not isinstance(found, dict):
        raise MalformedDocumentError("the document is not an object", where=faults.prefix)
    metadata = found.get("metadata")
    root = metadata.get("component") if isinstance(metadata, dict) else None
    untyped = _untyped(found, "", faults)
    if isinstance(root, dict):
        untyped += _untyped(root, "/metadata/component", faults)
    return repaired(found, _Bom, "", faults), [
        (where, repaired(each, _Component, where, faults)) for where, each in untyped
    ]


def _walk(components: list[_Component] | None, where: str) -> Iterator[Placed]:
    """Yield components before those inside them; how deep they nest is bounded by the decoder."""
    for position, component in enumerate(components or ()):
        place = f"{where}/{position}"
        yield place, component
        if component.components:
            yield from _walk(component.components, f"{place}/components")


def _untyped(value: dict[str, Any], where: str, faults: Faults) -> list[tuple[str, dict[str, Any]]]:
    """Take the components out of an object, and out of each other."""
    found: list[tuple[str, dict[str, Any]]] = []
    waiting = [(where, value)]
    while waiting:
        place, each = waiting.pop()
        inside = objects(each, "components", place, faults)
        each.pop("components", None)
        if each is not value:
            found.append((place, each))
        waiting += reversed(inside)
    return found


def _packages(placed: list[Placed], licenses: LicenseReader, faults: Faults) -> Iterator[SbomPackage]:
    seen: set[str] = set()
    for where, component in placed:
        if component.bom_ref in seen and component.bom_ref:
            faults.note("ATT-SBOM-004", "a bom-ref occurs more than once", f"{where}/bom-ref")
        seen.add(component.bom_ref)
        if component.type.lower() not in _NO_PACKAGES:
            yield _package(component, where, licenses, faults)


def _package(component: _Component, where: str, licenses: LicenseReader, faults: Faults) -> SbomPackage:
    location = component.purl or (component.bom_ref if component.bom_ref.startswith("pkg:") else None)
    parts = parts_of(location, f"{where}/purl", faults)
    choices = [component.licenses] if isinstance(component.licenses, Choice) else component.licenses
    declared, concluded = licenses.read(choices, f"{where}/licenses") if choices else (None, None)
    said = Said(
        ref=component.bom_ref,
        name=_name(component, parts),
        version=str(component.version or "") or None,
        purl=location,
        declared=declared,
        concluded=concluded,
        supplier=_supplier(component),
        type=GENERIC if parts else _type(component),
    )
    return listed(said, parts, where, faults)


def _name(component: _Component, parts: purls.Purl | None) -> str:
    """Join group and name, except for Maven, whose groups are namespaces."""
    if not component.group or (parts is not None and parts.type == "maven"):
        return component.name
    return f"{component.group}/{component.name}" if component.name else ""


def _type(component: _Component) -> str:
    try:
        properties = msgspec.json.decode(bytes(component.properties) or b"[]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return GENERIC
    for each in properties if isinstance(properties, list) else ():
        if isinstance(each, dict) and each.get("name") in _KINDS:
            return _TYPES.get(str(each.get("value")), GENERIC)
    return GENERIC


def _supplier(component: _Component) -> str | None:
    parties = (component.supplier, component.manufacturer)
    named = next((party.name for party in parties if party is not None and party.name), None)
    authors = [each.name for each in component.authors or () if each.name]
    return named or component.publisher or component.author or ", ".join(authors) or None


def _namespace(bom: _Bom, faults: Faults) -> str | None:
    if not bom.serial_number:
        return None
    if _SERIAL.fullmatch(bom.serial_number) is None:
        faults.note("ATT-SBOM-004", "the serial number is no UUID", "/serialNumber")
        return None
    return f"{bom.serial_number}/{bom.version or 1}"


def _tools(metadata: _Metadata) -> tuple[str, ...]:
    """Return the tools by name and version, such as `syft-1.18.1`, in the order of the document."""
    tools = metadata.tools
    every = [*(tools.components or ()), *(tools.services or ())] if isinstance(tools, _Tools) else tools or []
    return tuple("-".join(str(part) for part in (each.name, each.version) if part) for each in every if each.name)
