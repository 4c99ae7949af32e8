"""A package of an image, merged from every document and platform that lists it."""

from enum import StrEnum

import msgspec

from attest.model.license import Effect, PackageLicense


class Origin(StrEnum):
    """Whether a package came with the base image."""

    BASE = "base"
    ADDED = "added"
    UNKNOWN = "unknown"


class PackageSource(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a document lists a package: the evidence's id and an RFC 6901 pointer."""

    evidence: str
    pointer: str


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One package. `platforms` is `("*",)` when every platform that has an SBOM has it.

    `effect` is null until a policy was evaluated.
    """

    id: str
    name: str
    type: str
    namespace: str | None
    version: str | None
    purl: str | None
    supplier: str | None
    platforms: tuple[str, ...]
    origin: Origin
    license: PackageLicense
    effect: Effect | None = None
    sources: tuple[PackageSource, ...] = ()
