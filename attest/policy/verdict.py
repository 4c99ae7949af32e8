"""The verdict: what fails, and whether anything that the policy needs could not be determined.

A finding that fails decides. Otherwise what could not be determined never
passes: absence is known only where everything was looked through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attest.errors import exit_code_of
from attest.model.attachment import Channel, EvidenceKind
from attest.model.finding import Counts, Finding, FindingStatus, PackageOpinion, Verdict, VerdictStatus
from attest.model.inspection import Coverage, Inspection, Presence
from attest.model.license import Effect
from attest.model.problem import Problem
from attest.policy.opinions import ALL
from attest.policy.policy import Policy

EXIT_ORDER: Final = (6, 7, 4, 5)
LIMIT_RULE: Final = "too-many-warnings"
_NO_PACKAGE: Final = "ATT-SBOM-003"
_UNCHECKED_SIGNATURE: Final = "ATT-SIG-002"


def verdict_of(
    inspection: Inspection, policy: Policy, findings: Sequence[Finding], packages: Mapping[str, PackageOpinion]
) -> tuple[Verdict, int]:
    """Return the verdict and the exit code; `inspection` holds what is in the policy's scope."""
    active = [each for each in findings if each.status is FindingStatus.ACTIVE]
    effects = [each.effect for each in active]
    codes = tuple(dict.fromkeys(_undetermined(inspection, policy)))
    is_over_limit = any(each.rule == LIMIT_RULE and each.effect is Effect.DENY for each in active)
    if is_over_limit or any(effect in policy.fail_on for effect in effects):
        status, exit_code = VerdictStatus.FAIL, 1
    elif codes:
        exits = {exit_code_of(code) for code in codes}
        status, exit_code = VerdictStatus.UNDETERMINED, next((each for each in EXIT_ORDER if each in exits), 6)
    else:
        status, exit_code = (VerdictStatus.REVIEW if Effect.REVIEW in effects else VerdictStatus.PASS), 0
    counts = Counts(
        deny=effects.count(Effect.DENY),
        review=effects.count(Effect.REVIEW),
        warn=effects.count(Effect.WARN),
        allowed=sum(each.effect is Effect.ALLOW for each in packages.values()),
        waived=sum(each.status is FindingStatus.WAIVED for each in findings),
        baseline=sum(each.status is FindingStatus.BASELINE for each in findings),
    )
    return Verdict(status=status, fail_on=policy.fail_on, counts=counts, undetermined=codes), exit_code


def _undetermined(inspection: Inspection, policy: Policy) -> Iterator[str]:
    """Yield the codes of why something that the policy needs could not be determined."""
    # a platform may stand in what could not be read of the index
    yield from (each.code for each in inspection.problems if each.channel is Channel.INDEX and _hides_a_platform(each))
    for summary in inspection.platforms:
        key = summary.platform
        for kind, presence in _needed(summary.coverage, policy):
            if presence in (Presence.UNDETERMINED, Presence.UNREADABLE):
                yield from _causes(inspection, key, kind)
        if summary.coverage.sbom is Presence.PRESENT:
            # the packages of another SBOM were not judged; one in a format that is not
            # supported is no obstacle, for tools attach the same SBOM in several formats
            concerning = inspection.problems_of(EvidenceKind.SBOM, key)
            yield from (each.code for each in concerning if each.hides_content)
            if not any(each.platforms == ALL or key in each.platforms for each in inspection.packages or ()):
                yield _NO_PACKAGE
        if policy.require_signature != "none" and summary.coverage.signature is Presence.PRESENT:
            yield _UNCHECKED_SIGNATURE  # a signature that nobody verified vouches for nothing


def _hides_a_platform(problem: Problem) -> bool:
    return problem.hides_content and not problem.platforms and problem.evidence is None


def _needed(coverage: Coverage, policy: Policy) -> Iterator[tuple[EvidenceKind, Presence]]:
    """Yield what the policy needs; always an SBOM, for it states the licenses that are judged."""
    yield EvidenceKind.SBOM, coverage.sbom
    if policy.require_provenance:
        yield EvidenceKind.PROVENANCE, coverage.provenance
    if policy.require_signature != "none":
        yield EvidenceKind.SIGNATURE, coverage.signature


def _causes(inspection: Inspection, platform: str, kind: EvidenceKind) -> list[str]:
    """Return the codes of why evidence of a kind is not known: what spoils it, else where nobody answered."""
    found = [each.code for each in inspection.problems_of(kind, platform) if each.spoils_evidence]
    unanswered = [str(each.error_code) for each in inspection.unanswered(platform)]
    return found or unanswered or [_UNCHECKED_SIGNATURE if kind is EvidenceKind.SIGNATURE else "ATT-EVD-001"]
