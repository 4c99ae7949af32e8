"""Syft's own JSON: artifacts with the licenses that were found for each.

https://github.com/anchore/syft/tree/main/schema/json
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.ambiguity import recased, refuse_twice, values_of
from attest.formats.bounds import MAX_PACKAGES
from attest.formats.cyclonedx_licenses import Attached, Choice, LicenseReader, Named
from attest.formats.faults import Faults
from attest.formats.listing import Said, listed, parts_of
from attest.formats.tolerant import decoded, objects, repaired
from attest.licenses import canonical_id, replacement_of
from attest.model.sbom import Sbom, SbomPackage

_WHAT: Final = "syft document"
_NO_PACKAGES: Final = frozenset({"linux-kernel-file", "file"})


class _License(msgspec.Struct, gc=False, rename="camel"):
    value: str = ""
    spdx_expression: str = ""
    type: str = ""
    contents: str | None = None
    urls: list[str] | None = None


class _Metadata(msgspec.Struct, gc=False):
    maintainer: str | None = None


class _Artifact(msgspec.Struct, gc=False):
    id: str = ""
    name: str = ""
    version: str | None = None
    type: str = ""
    purl: str | None = None
    licenses: list[_License | str] | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"")


class _Named(msgspec.Struct):
    name: str | None = None
    version: str | None = None
    timestamp: str | None = None


class _Document(msgspec.Struct):
    artifacts: list[_Artifact] | None = None
    descriptor: _Named | None = None
    source: _Named | None = None
    schema: _Named | None = None


# the keys behind which licenses stand
_STATED: Final = ("artifacts", "licenses", "value", "spdxExpression")
_KEYS: Final = frozenset(each.encode_name for each in msgspec.structs.fields(_Document))


class Syft:
    """Documents of syft."""

    name = "syft"
    media_types = frozenset({"application/vnd.syft+json"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; the schema stands at the end."""
        return b'"schema"' in head and b"anchore/syft" in head and (b'"artifacts"' in head or b'"descriptor"' in head)

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = Syft()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, no such document, or lists no package.
    """
    faults = Faults(prefix)
    document = _document(content, faults)
    if document.artifacts is None:
        raise MalformedDocumentError("the document has no list of artifacts", where=f"{prefix}/artifacts")
    if len(document.artifacts) > MAX_PACKAGES:
        raise MalformedDocumentError(f"more than {MAX_PACKAGES} artifacts", where=f"{prefix}/artifacts")
    licenses = LicenseReader(faults)
    packages = tuple(_packages(document.artifacts, licenses, faults))
    if not packages:
        # "nothing is in it" and "nothing was found" look the same, and only one of them may pass
        raise MalformedDocumentError("the document lists no package", where=f"{prefix}/artifacts", code="ATT-SBOM-003")
    tool = document.descriptor or _Named()
    version = (document.schema or _Named()).version
    return Sbom(
        format=f"syft-{version}" if version else "syft",
        name=document.source.name if document.source else None,
        created=faults.time(tool.timestamp, "/descriptor/timestamp"),
        tools=("-".join(part for part in (tool.name, tool.version) if part),) if tool.name else (),
        packages=packages,
        texts=licenses.texts,
        problems=faults.problems(),
        declared_at="licenses",
        concluded_at="licenses",
    )


def _document(content: bytes, faults: Faults) -> _Document:
    try:
        values = values_of(recased(content, _STATED), _WHAT)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError("the document is not an object", where=faults.prefix) from error
    needed = {key: value for key, value in values.items() if key in _KEYS}
    found: Any = decoded(msgspec.json.encode(needed), _Document, _WHAT, faults)
    refuse_twice(bytes(values.get("artifacts", b"[]")), _WHAT)
    if isinstance(found, _Document):
        return found
    if not isinstance(found, dict):
        raise MalformedDocumentError("the document is not an object", where=faults.prefix)
    untyped = objects(found, "artifacts", "", faults) if "artifacts" in found else None
    found.pop("artifacts", None)
    rest = repaired(found, _Document, "", faults)
    if untyped is not None:
        rest.artifacts = [repaired(each, _Artifact, where, faults) for where, each in untyped]
    return rest


def _packages(artifacts: list[_Artifact], reader: LicenseReader, faults: Faults) -> Iterator[SbomPackage]:
    seen: set[str] = set()
    for position, artifact in enumerate(artifacts):
        where = f"/artifacts/{position}"
        if artifact.id in seen and artifact.id:
            faults.note("ATT-SBOM-004", "an id occurs more than once", f"{where}/id")
        seen.add(artifact.id)
        if artifact.type not in _NO_PACKAGES:
            yield _package(artifact, where, reader, faults)


def _package(artifact: _Artifact, where: str, reader: LicenseReader, faults: Faults) -> SbomPackage:
    location = artifact.purl or None
    choices = [choice for each in artifact.licenses or () for choice in _choices(each)]
    declared, concluded = reader.read(choices, f"{where}/licenses")
    said = Said(
        ref=artifact.id,
        name=artifact.name,
        version=artifact.version,
        purl=location,
        declared=declared,
        concluded=concluded,
        supplier=_maintainer(artifact),
    )
    return listed(said, parts_of(location, f"{where}/purl", faults), where, faults)


def _choices(license_: _License | str) -> Iterator[Choice]:
    """Yield a license as CycloneDX would have it; before schema 8 it was a text.

    An expression is what syft made of a value; a value that is itself the id of another license counts, too.
    """
    if isinstance(license_, str):
        yield Choice(expression=license_)
        return
    acknowledgement = license_.type or None
    expression = license_.spdx_expression
    if expression:
        yield Choice(expression=expression, acknowledgement=acknowledgement)
        known = canonical_id(license_.value)
        if known is None or replacement_of(known) == replacement_of(canonical_id(expression) or expression):
            return
    text = Attached(content=license_.contents) if license_.contents else None
    url = next(iter(license_.urls or ()), None)
    yield Choice(license=Named(name=license_.value or None, url=url, text=text, acknowledgement=acknowledgement))


def _maintainer(artifact: _Artifact) -> str | None:
    if b'"maintainer"' not in bytes(artifact.metadata):
        return None
    try:
        return msgspec.json.decode(artifact.metadata, type=_Metadata).maintainer or None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
