"""Build provenance: who built what, when, from where, as one statement claims it."""

from enum import StrEnum
from typing import Any

import msgspec

from attest.model.evidence import Trust


class Role(StrEnum):
    """What a material was used for."""

    BASE = "base"
    STAGE = "stage"
    FRONTEND = "frontend"
    SOURCE = "source"
    CONTEXT = "context"
    OTHER = "other"


class Confidence(StrEnum):
    """How sure it is that an image is the base."""

    PROVEN = "proven"
    RECORDED = "recorded"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"


class BuildSource(msgspec.Struct, frozen=True, kw_only=True):
    """The source code of a build. `claimed` means only the client said so, the builder did not fetch it."""

    uri: str | None = None
    commit: str | None = None
    ref: str | None = None
    path: str | None = None
    claimed: bool = False


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Something a build used. `pinned` means it was fixed by a digest."""

    uri: str
    digest: str | None
    role: Role = Role.OTHER
    pinned: bool = False


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """Which lists the builder claims to be complete; null means it does not say."""

    parameters: bool | None = None
    environment: bool | None = None
    materials: bool | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Two places that should say the same: `agree`, `conflict` or `not-comparable`."""

    name: str
    result: str
    values: tuple[str, ...] = ()


class BaseImage(msgspec.Struct, frozen=True, kw_only=True):
    """A base image, `depth` 1 being the one directly below."""

    reference: str | None
    digest: str | None
    depth: int
    pinned: bool
    confidence: Confidence


class SlsaFact(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of a SLSA level and whether it is met."""

    level: int
    fact: str
    met: bool | None
    pointer: str | None = None


class Slsa(msgspec.Struct, frozen=True, kw_only=True):
    """What level is claimed, what the evidence supports, and each requirement."""

    claimed: str | None
    assessed: int
    facts: tuple[SlsaFact, ...] = ()


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """One provenance statement. Null means not stated; times are RFC 3339 in UTC.

    `builder` is null when the builder did not identify itself. `mode` is
    BuildKit's level of detail. `parameters` are the caller's, with secrets
    redacted.
    """

    id: str = ""
    evidence: str = ""
    platforms: tuple[str, ...] = ()
    trust: Trust = Trust.UNVERIFIABLE
    predicate_type: str
    builder: str | None = None
    build_type: str | None = None
    invocation: str | None = None
    started: str | None = None
    finished: str | None = None
    source: BuildSource | None = None
    parameters: dict[str, Any] | None = None
    mode: str | None = None
    reproducible: bool | None = None
    hermetic: bool | None = None
    complete: Completeness = Completeness()
    checks: tuple[Check, ...] = ()
    materials: tuple[Material, ...] = ()
    base: tuple[BaseImage, ...] = ()
    slsa: Slsa = Slsa(claimed=None, assessed=0)
