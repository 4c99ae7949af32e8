"""An inspection: every fact about one image, and nobody's opinion."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

from attest.model.attachment import EvidenceKind, Probe
from attest.model.evidence import Evidence
from attest.model.license import License
from attest.model.package import Package
from attest.model.problem import Problem
from attest.model.provenance import Provenance

# codes that explain why evidence of one kind is of no use, and never one of another
_CODES: Final = {
    EvidenceKind.SBOM: "ATT-SBOM-",
    EvidenceKind.PROVENANCE: "ATT-PROV-",
    EvidenceKind.SIGNATURE: "ATT-SIG-",
}


class Status(StrEnum):
    """Whether everything could be looked at."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class Presence(StrEnum):
    """Whether a kind of evidence is there; "absent" and "undetermined" are different."""

    PRESENT = "present"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    UNDETERMINED = "undetermined"


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Which kinds of evidence one platform has."""

    sbom: Presence
    provenance: Presence
    vex: Presence
    signature: Presence


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """What the reference turned out to name."""

    source: str
    registry: str | None
    repository: str | None
    tag: str | None
    digest: str
    media_type: str
    is_index: bool
    created: str | None


class PlatformSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One platform of the image; `platform` is its key, unique within the image."""

    platform: str
    os: str
    architecture: str
    variant: str | None
    os_version: str | None
    manifest: str | None
    config: str | None
    created: str | None
    user: str | None
    coverage: Coverage


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """Every fact about one image.

    An empty sequence means "looked, and there is none"; null means "not
    computed, not stated, or not determined".
    """

    ref: str
    status: Status
    resolved: Resolved
    platforms: tuple[PlatformSummary, ...]
    evidence: tuple[Evidence, ...]
    searched: tuple[Probe, ...]
    packages: tuple[Package, ...] | None
    licenses: tuple[License, ...] | None
    provenance: tuple[Provenance, ...] | None
    problems: tuple[Problem, ...] = ()

    def problems_of(self, kind: EvidenceKind, platform: str | None = None) -> Iterator[Problem]:
        """Yield the problems of evidence of one kind, and of what may be of that kind, on one platform or any."""
        evidence = {each.id: each for each in self.evidence}
        others = tuple(prefix for other, prefix in _CODES.items() if other is not kind)
        for problem in self.problems:
            if platform is not None and problem.platforms and platform not in problem.platforms:
                continue
            about = evidence.get(problem.evidence or "")
            if about.may_be(kind) if about else not problem.code.startswith(others):
                yield problem

    def unanswered(self, platform: str | None = None) -> Iterator[Probe]:
        """Yield the places that gave no answer, for one platform or any."""
        for probe in self.searched:
            if probe.error_code is not None and (platform is None or probe.platform in (platform, None)):
                yield probe
