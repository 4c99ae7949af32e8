"""The verdict: what fails, and whether anything that the policy needs could not be determined.

A finding that fails decides. Otherwise what could not be determined never
passes: absence is known only where everything was looked through.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attest.errors import exit_code_of
from attest.model.attachment import Channel, EvidenceKind, ProbeStatus
from attest.model.finding import Counts, Finding, FindingStatus, PackageOpinion, Verdict, VerdictStatus
from attest.model.inspection import Coverage, Inspection, Presence
from attest.model.license import Effect
from attest.model.problem import Problem
from attest.policy.opinions import ALL
from attest.policy.policy import Policy

EXIT_ORDER: Final = (6, 7, 4, 5)
_EXIT_ABSENT: Final = 3
LIMIT_RULE: Final = "too-many-warnings"
_NO_PACKAGE: Final = "ATT-SBOM-003"
_UNCHECKED_SIGNATURE: Final = "ATT-SIG-002"
# a field that was ignored, a name that differs: such a document stays readable
_HARMLESS: Final = frozenset({"ATT-SBOM-004", "ATT-EVD-004"})
# why a place gave no answer: it refused, it was asked too often, or anything else
_CODES_OF_PROBES: Final = {
    ProbeStatus.DENIED: "ATT-AUTH-001",
    ProbeStatus.RATE_LIMITED: "ATT-NET-003",
    ProbeStatus.ERROR: "ATT-NET-001",
}
# codes that explain why evidence of one kind is of no use, and never one of another
_CODES: Final = {
    EvidenceKind.SBOM: "ATT-SBOM-",
    EvidenceKind.PROVENANCE: "ATT-PROV-",
    EvidenceKind.SIGNATURE: "ATT-SIG-",
}


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
            concerning = _concerning(inspection, key, EvidenceKind.SBOM)
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
    """Return the codes of why evidence of a kind is not known: what it is of no use for, else where nobody answered."""
    found = [
        each.code
        for each in _concerning(inspection, platform, kind)
        if exit_code_of(each.code) in (*EXIT_ORDER, _EXIT_ABSENT) and each.code not in _HARMLESS
    ]
    unanswered = [
        _CODES_OF_PROBES[each.status]
        for each in inspection.searched
        if each.platform in (platform, None) and each.status in _CODES_OF_PROBES
    ]
    return found or unanswered or [_UNCHECKED_SIGNATURE if kind is EvidenceKind.SIGNATURE else "ATT-EVD-001"]


def _concerning(inspection: Inspection, platform: str, kind: EvidenceKind) -> Iterator[Problem]:
    """Yield the problems of a platform's evidence of one kind, or of what may be of that kind."""
    evidence = {each.id: each for each in inspection.evidence}
    others = tuple(prefix for other, prefix in _CODES.items() if other is not kind)
    for problem in inspection.problems:
        about = evidence.get(problem.evidence or "")
        if problem.platforms and platform not in problem.platforms:
            continue
        if (about is None and not problem.code.startswith(others)) or (about is not None and about.may_be(kind)):
            yield problem
