"""SPDX 2.1 to 2.3 in JSON, decoded into the few fields that matter.

Files and relationships, nine tenths of a large document, are skipped.
https://spdx.github.io/spdx-spec/v2.3/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import purl as purls
from attest.formats.ambiguity import recased, refuse_twice, stand_plainly, values_of
from attest.formats.bounds import MAX_PACKAGES, MAX_TEXT, bounded
from attest.formats.faults import Faults
from attest.formats.listing import Said, listed, parts_of
from attest.formats.tolerant import decoded, objects, text, texts
from attest.model.license import LicenseText
from attest.model.sbom import Sbom, SbomPackage
from attest.model.wire import decoder_of

VERSIONS: Final = ("SPDX-2.1", "SPDX-2.2", "SPDX-2.3")
# purposes of a root that stands for the scanned thing itself
_ROOT_PURPOSES: Final = frozenset({"FILE", "CONTAINER", "OPERATING-SYSTEM", "OPERATING_SYSTEM"})
_ROOT_TYPES: Final = frozenset({"oci", "docker"})
# how syft, docker scout and trivy name the scanned thing; trivy of 2.2 states no purpose
_WHAT: Final = "SPDX document"
_DOCUMENT_ROOT: Final = "SPDXRef-DocumentRoot"
_ROOT_IDS: Final = (
    "SPDXRef-DocumentRoot",
    "SPDXRef-ContainerImage-",
    "SPDXRef-Filesystem-",
    "SPDXRef-OperatingSystem-",
)
_DESCRIBES: Final = b'"DESCRIBE'  # DESCRIBES, or DESCRIBED_BY with its ends the other way round
_MAX_DESCRIBES: Final = 64


class _Ref(msgspec.Struct, gc=False, rename="camel"):
    reference_type: str = ""
    reference_locator: str = ""


class _Package(msgspec.Struct, gc=False, rename="camel"):
    id: str = msgspec.field(name="SPDXID", default="")
    name: str = ""
    version_info: str | None = None
    supplier: str | None = None
    license_concluded: str | None = None
    license_declared: str | None = None
    primary_package_purpose: str | None = None
    external_refs: list[_Ref] | None = None


class _Extracted(msgspec.Struct, gc=False, rename="camel"):
    license_id: str = ""
    name: str | None = None
    extracted_text: str | None = None
    see_alsos: list[str] | None = None


class _Creation(msgspec.Struct, rename="camel"):
    created: str | None = None
    creators: list[str] | None = None


class _Document(msgspec.Struct, rename="camel"):
    spdx_version: str = ""
    name: str | None = None
    document_namespace: str | None = None
    creation_info: _Creation | None = None
    packages: list[_Package] | None = None
    document_describes: list[str] | None = None
    has_extracted_licensing_infos: list[_Extracted] | None = None
    relationships: msgspec.Raw = msgspec.Raw(b"")


_KEYS: Final = frozenset(each.encode_name for each in msgspec.structs.fields(_Document))

_LOWERED: Final = frozenset(each.lower() for each in _KEYS)
_LICENSES: Final = ("licenseDeclared", "licenseConcluded")
_TEXTS: Final = ("licenseId", "extractedText")
_EVERY: Final = (
    *_KEYS,
    *(each.encode_name for each in msgspec.structs.fields(_Package)),
    *(each.encode_name for each in msgspec.structs.fields(_Extracted)),
)


class Spdx2:
    """SPDX 2.x documents in JSON."""

    name = "spdx2"
    media_types = frozenset({"application/spdx+json", "text/spdx+json"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; the key may be the first or the last of the document."""
        return b'"spdxVersion"' in head and b"SPDX-2" in head

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = Spdx2()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read an SPDX document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, no SPDX 2 document, or has no list of packages.
    """
    document, faults = _document(content, prefix)
    if not document.spdx_version.startswith("SPDX-2"):
        raise UnsupportedDocumentError(f"SPDX version {document.spdx_version or 'missing'} is not supported")
    if document.packages is None:
        raise MalformedDocumentError("the document has no list of packages", where=f"{prefix}/packages")
    if len(document.packages) > MAX_PACKAGES:
        raise MalformedDocumentError(f"more than {MAX_PACKAGES} packages", where=f"{prefix}/packages")
    creation = document.creation_info or _Creation()
    packages = tuple(_packages(document, faults))
    if not packages:
        # "nothing is in it" and "nothing was found" look the same, and only one of them may pass
        raise MalformedDocumentError("the document lists no package", where=f"{prefix}/packages", code="ATT-SBOM-003")
    return Sbom(
        format=f"spdx-{document.spdx_version.removeprefix('SPDX-')}",
        name=document.name or None,
        namespace=document.document_namespace or None,
        created=faults.time(creation.created, "/creationInfo/created"),
        tools=_tools(creation),
        packages=packages,
        texts=_license_texts(document, faults),
        problems=faults.problems(),
    )


def _document(content: bytes, prefix: str) -> tuple[_Document, Faults]:
    faults = Faults(prefix)
    try:
        values = values_of(content, _WHAT)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError("the document is not an object", where=prefix) from error
    relationships = values.pop("relationships", msgspec.Raw(b""))
    needed = {key: value for key, value in values.items() if key in _KEYS}
    found = decoded(msgspec.json.encode(needed), _Document, _WHAT, faults)
    document = found if isinstance(found, _Document) else _coerced(found, faults)
    document.relationships = relationships
    if not _is_plain(document, values):
        right = recased(content, _EVERY)
        if right != content:
            return _document(right, prefix)
        for key in ("packages", "hasExtractedLicensingInfos"):
            refuse_twice(bytes(values.get(key, b"[]")), _WHAT)
    refuse_twice(bytes(values.get("creationInfo", b"{}")), _WHAT)
    return document, faults


def _is_plain(document: _Document, values: Mapping[str, msgspec.Raw]) -> bool:
    """Tell whether every key by which packages are judged stands once where it should, and as it should."""
    extracted = document.has_extracted_licensing_infos or []
    return (
        not any(key not in _KEYS and key.lower() in _LOWERED for key in values)
        and stand_plainly(bytes(values.get("packages", b"[]")), _keys_of(document.packages or []), _LICENSES)
        and stand_plainly(bytes(values.get("hasExtractedLicensingInfos", b"[]")), _extracted_keys_of(extracted), _TEXTS)
    )


def _extracted_keys_of(extracted: list[_Extracted]) -> dict[str, int]:
    return {
        "licenseId": len([each for each in extracted if each.license_id]),
        "extractedText": len([each for each in extracted if each.extracted_text is not None]),
        "name": len([each for each in extracted if each.name is not None]),
    }


def _keys_of(packages: list[_Package]) -> dict[str, int]:
    """Count how often each key stands by which packages are judged; each look costs a pass, so no other is counted."""
    refs = [each.external_refs for each in packages if each.external_refs is not None]
    referred = sum(map(len, refs))
    return {
        "SPDXID": len([each for each in packages if each.id]),
        "name": len(packages),
        "versionInfo": len([each for each in packages if each.version_info is not None]),
        "licenseDeclared": len([each for each in packages if each.license_declared is not None]),
        "licenseConcluded": len([each for each in packages if each.license_concluded is not None]),
        "primaryPackagePurpose": len([each for each in packages if each.primary_package_purpose is not None]),
        "externalRefs": len(refs),
        "referenceType": referred,
        "referenceLocator": referred,
    }


def _packages(document: _Document, faults: Faults) -> Iterator[SbomPackage]:
    packages = document.packages or []
    roots = _roots(document, packages)
    seen: set[str] = set()
    for position, package in enumerate(packages):
        if package.id in seen and package.id:
            faults.note("ATT-SBOM-004", "an SPDXID occurs more than once", f"/packages/{position}/SPDXID")
        seen.add(package.id)
        if position not in roots:
            yield _package(package, position, faults)


def _package(package: _Package, position: int, faults: Faults) -> SbomPackage:
    where, location = f"/packages/{position}", _purl(package)
    declared, concluded = package.license_declared, package.license_concluded
    said = Said(
        ref=package.id,
        name=package.name,
        version=package.version_info,
        purl=location,
        declared=bounded(declared, where, faults) if declared else None,
        concluded=bounded(concluded, where, faults) if concluded else None,
        supplier=_agent(package.supplier) if package.supplier else None,
    )
    return listed(said, parts_of(location, f"{where}/externalRefs", faults), where, faults)


def _purl(package: _Package) -> str | None:
    for ref in package.external_refs or ():
        if ref.reference_type == "purl":
            return ref.reference_locator or None
    return None


def _roots(document: _Document, packages: list[_Package]) -> frozenset[int]:
    """Return the positions of what the document describes as a whole: the scanned image or folder.

    Positions, for an id may occur twice and hide a package behind the root's.
    A described element that is a package like others stays one.
    """
    named = [position for position, package in enumerate(packages) if package.id.startswith(_DOCUMENT_ROOT)]
    if len(named) == 1 and _is_root(packages[named[0]]):
        # syft and docker scout name it so, which saves looking through the relationships
        return frozenset(named)
    described = set(document.document_describes or ()) or set(_described(bytes(document.relationships)))
    return frozenset(
        position for position, package in enumerate(packages) if package.id in described and _is_root(package)
    )


def _is_root(package: _Package) -> bool:
    location = _purl(package)
    if location is not None:
        # whatever it is called, what has a package's purl is a package
        parts = purls.split(location)
        return parts is not None and parts.type in _ROOT_TYPES
    return package.id.startswith(_ROOT_IDS) or package.primary_package_purpose in _ROOT_PURPOSES


class _Relationship(msgspec.Struct, gc=False, rename="camel"):
    spdx_element_id: str = ""
    related_spdx_element: str = ""
    relationship_type: str = ""


def _described(relationships: bytes) -> Iterator[str]:
    """Find what the document describes without decoding tens of thousands of relationships."""
    position = relationships.find(_DESCRIBES)
    for _ in range(_MAX_DESCRIBES):
        if position < 0:
            return
        start, end = relationships.rfind(b"{", 0, position), relationships.find(b"}", position) + 1
        try:
            relationship = decoder_of(_Relationship).decode(relationships[start:end])
        except (msgspec.DecodeError, UnicodeDecodeError):
            # a brace inside a comment; such a document is rare and worth the whole decoding
            yield from _described_slowly(relationships)
            return
        yield from _target(relationship)
        position = relationships.find(_DESCRIBES, end)


def _described_slowly(relationships: bytes) -> Iterator[str]:
    try:
        every = decoder_of(list[_Relationship]).decode(relationships)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for each in every:
        yield from _target(each)


def _target(relationship: _Relationship) -> Iterator[str]:
    if relationship.relationship_type == "DESCRIBES":
        yield relationship.related_spdx_element
    elif relationship.relationship_type == "DESCRIBED_BY":
        yield relationship.spdx_element_id


def _tools(creation: _Creation) -> tuple[str, ...]:
    """Return the tools by name, such as `syft-1.18.1`, in the order of the document."""
    return tuple(
        creator.partition(":")[2].strip() for creator in creation.creators or () if creator.startswith("Tool:")
    )


def _license_texts(document: _Document, faults: Faults) -> dict[str, LicenseText]:
    texts = {}
    for position, each in enumerate(document.has_extracted_licensing_infos or ()):
        body = each.extracted_text or ""
        if len(body) > MAX_TEXT:
            place = f"/hasExtractedLicensingInfos/{position}/extractedText"
            faults.lose("ATT-EVD-003", f"a license text of more than {MAX_TEXT} characters is cut", place)
        if each.license_id:
            see_also = tuple(each.see_alsos or ())
            texts[each.license_id] = LicenseText(
                name=each.name or None, text=body[:MAX_TEXT] or None, see_also=see_also
            )
    return texts


def _agent(text_: str) -> str | None:
    """Return the name of a supplier, without the word for what it is."""
    if text_ == "NOASSERTION":
        return None
    # docker scout escapes twice
    text_ = text_.replace("\\u003c", "<").replace("\\u003e", ">")
    return text_.removeprefix("Organization:").removeprefix("Person:").strip() or None


def _coerced(value: Any, faults: Faults) -> _Document:
    """Keep whatever has the right type of a document that has a wrong one somewhere."""
    if not isinstance(value, dict):
        raise MalformedDocumentError("the document is not an object", where=faults.prefix)
    found = value.get("creationInfo")
    creation: dict[str, Any] = found if isinstance(found, dict) else {}
    packages = objects(value, "packages", "", faults) if "packages" in value else None
    return _Document(
        spdx_version=text(value, "spdxVersion", "", faults) or "",
        name=text(value, "name", "", faults),
        document_namespace=text(value, "documentNamespace", "", faults),
        creation_info=_Creation(
            text(creation, "created", "/creationInfo", faults),
            texts(creation, "creators", "/creationInfo", faults),
        ),
        packages=None if packages is None else [_coerced_package(each, where, faults) for where, each in packages],
        document_describes=texts(value, "documentDescribes", "", faults),
        has_extracted_licensing_infos=[
            _Extracted(
                license_id=text(each, "licenseId", where, faults) or "",
                name=text(each, "name", where, faults),
                extracted_text=text(each, "extractedText", where, faults),
                see_alsos=texts(each, "seeAlsos", where, faults),
            )
            for where, each in objects(value, "hasExtractedLicensingInfos", "", faults)
        ],
    )


def _coerced_package(value: dict[str, Any], where: str, faults: Faults) -> _Package:
    return _Package(
        id=text(value, "SPDXID", where, faults) or "",
        name=text(value, "name", where, faults) or "",
        version_info=text(value, "versionInfo", where, faults),
        supplier=text(value, "supplier", where, faults),
        license_concluded=text(value, "licenseConcluded", where, faults),
        license_declared=text(value, "licenseDeclared", where, faults),
        primary_package_purpose=text(value, "primaryPackagePurpose", where, faults),
        external_refs=[
            _Ref(
                text(each, "referenceType", place, faults) or "",
                text(each, "referenceLocator", place, faults) or "",
            )
            for place, each in objects(value, "externalRefs", where, faults)
        ],
    )
