"""Which kinds of evidence each platform has; "absent" only where everything was looked through."""

from collections.abc import Sequence
from typing import Final

from attest.model.attachment import Channel, EvidenceKind, Probe, ResolvedImage
from attest.model.evidence import Evidence
from attest.model.inspection import Coverage, Presence
from attest.model.problem import Problem, ProblemState

SIGNATURE: Final = EvidenceKind.SIGNATURE


def coverage(
    image: ResolvedImage,
    evidence: Sequence[Evidence],
    probes: Sequence[Probe],
    problems: Sequence[Problem],
    kinds: frozenset[EvidenceKind] | None = None,
) -> dict[str, Coverage]:
    """Return the coverage of each platform by its key.

    `kinds` are the kinds that were asked for, null meaning all; the others are
    undetermined.
    """
    unavailable = frozenset(
        problem.evidence for problem in problems if problem.evidence and problem.state is ProblemState.UNDETERMINED
    )
    coverages = {}
    for platform in image.platforms:
        places = [probe for probe in probes if probe.platform in (platform.key, None)]
        documents = [each for each in evidence if each.platform in (platform.key, None)]
        conclusive = bool(places) and all(probe.conclusive for probe in places)

        def presence(kind: EvidenceKind, *, sure: bool, documents: list[Evidence] = documents) -> Presence:
            if kinds is not None and kind not in kinds:
                return Presence.UNDETERMINED
            mine = [each for each in documents if each.kind is kind or (kind is SIGNATURE and each.signatures)]
            return _presence(mine, unavailable, sure=sure)

        coverages[platform.key] = Coverage(
            sbom=presence(EvidenceKind.SBOM, sure=conclusive),
            provenance=presence(EvidenceKind.PROVENANCE, sure=conclusive),
            vex=presence(EvidenceKind.VEX, sure=conclusive),
            # signatures hang on images as referrers and tags; the index alone cannot tell that there is none
            signature=presence(
                SIGNATURE,
                sure=conclusive and any(each.channel is not Channel.INDEX for each in places),
            ),
        )
    return coverages


def _presence(documents: Sequence[Evidence], unavailable: frozenset[str], *, sure: bool) -> Presence:
    if any(each.readable and each.subject_match is not False for each in documents):
        return Presence.PRESENT
    if any(each.id not in unavailable for each in documents):
        return Presence.UNREADABLE
    return Presence.ABSENT if sure and not documents else Presence.UNDETERMINED
