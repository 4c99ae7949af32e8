"""Which kinds of evidence each platform has; "absent" only where everything was looked through."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

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
    partial: Collection[str] = (),
) -> dict[str, Coverage]:
    """Return the coverage of each platform by its key.

    `kinds` are the kinds that were asked for, null meaning all; the others are
    undetermined. `partial` are the ids of SBOMs that describe a part of the build:
    beside an SBOM that cannot be read they do not stand for the image.
    """
    weight = _Weight(
        kinds=frozenset(EvidenceKind) if kinds is None else kinds,
        unavailable=frozenset(each.evidence for each in problems if each.state is ProblemState.UNDETERMINED),
        partial=frozenset(partial),
    )
    return {
        key: weight.coverage(
            [each for each in evidence if each.platform in (key, None)],
            [each for each in probes if each.platform in (key, None)],
            hides=any(_hides_documents(each, key) for each in problems),
        )
        for key in (each.key for each in image.platforms)
    }


def _hides_documents(problem: Problem, platform: str) -> bool:
    """Tell whether a list of what is attached to a platform could not be read as a whole."""
    return problem.hides_content and problem.evidence is None and platform in (problem.platforms or (platform,))


class _Weight(msgspec.Struct, frozen=True, kw_only=True):
    """Weighs documents: `unavailable` could not be had, `partial` stand for the image only where nothing else might."""

    kinds: frozenset[EvidenceKind]
    unavailable: frozenset[str | None]
    partial: frozenset[str]

    def coverage(self, documents: Sequence[Evidence], places: Sequence[Probe], *, hides: bool) -> Coverage:
        sure = bool(places) and all(each.conclusive for each in places) and not hides
        # signatures hang on images as referrers and tags; the index alone cannot tell that there is none
        beyond_index = any(each.channel is not Channel.INDEX for each in places)
        return Coverage(
            sbom=self._presence(documents, EvidenceKind.SBOM, sure=sure),
            provenance=self._presence(documents, EvidenceKind.PROVENANCE, sure=sure),
            vex=self._presence(documents, EvidenceKind.VEX, sure=sure),
            signature=self._presence(documents, SIGNATURE, sure=sure and beyond_index),
        )

    def _presence(self, documents: Sequence[Evidence], kind: EvidenceKind, *, sure: bool) -> Presence:
        if kind not in self.kinds:
            return Presence.UNDETERMINED
        mine = [each for each in documents if each.may_be(kind) or (kind is SIGNATURE and each.signatures)]
        usable = [each for each in mine if each.readable and each.subject_match is not False]
        unread = [each for each in mine if each not in usable]
        if any(each.id not in self.partial for each in usable) or (usable and not unread):
            return Presence.PRESENT
        if any(each.id not in self.unavailable for each in unread):
            return Presence.UNREADABLE
        return Presence.ABSENT if sure and not unread else Presence.UNDETERMINED
