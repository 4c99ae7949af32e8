"""From what a document says of a package to the package: formats say it in their own words, and mean the same."""

import msgspec

from attest.formats import purl as purls
from attest.formats.faults import Faults
from attest.model.sbom import SbomPackage

GENERIC = "generic"


class Said(msgspec.Struct, gc=False):
    """What a document says of one package; `ref` is its own id for it, `type` what it is without a purl."""

    ref: str
    name: str
    version: str | None
    purl: str | None
    declared: str | None
    concluded: str | None
    supplier: str | None
    type: str = GENERIC


def parts_of(location: str | None, pointer: str, faults: Faults) -> purls.Purl | None:
    """Split a purl; one that cannot be read, at `pointer`, is noted and stays a text."""
    parts = purls.split(location) if location else None
    if location and parts is None:
        faults.note("ATT-SBOM-004", "a purl cannot be read", pointer)
    return parts


def listed(said: Said, parts: purls.Purl | None, where: str, faults: Faults) -> SbomPackage:
    """Return the package that stands at the JSON pointer `where` of the document; its purl is split into `parts`."""
    name, version = said.name, said.version or (parts.version if parts else None)
    if not name:
        name = parts.name if parts else said.ref or "unnamed"
        faults.note("ATT-SBOM-004", "a package has no name", f"{where}/name")
    return SbomPackage(
        ref=said.ref,
        name=name,
        type=parts.type if parts else said.type,
        namespace=parts.namespace if parts else None,
        version=version,
        purl=said.purl,
        identity=parts.identity if parts else f"{said.type}//{name}@{version or ''}?",
        declared=said.declared,
        concluded=said.concluded,
        supplier=said.supplier,
        pointer=f"{faults.prefix}{where}",
    )
