"""From an inspection and a policy to a verdict.

Absence never turns a denial into a pass, and what could not be determined
never passes: the verdict is then `undetermined`, with the code of the cause.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec.structs import replace

from attest.errors import InvalidPolicyError, exit_code_of
from attest.licenses import leaves, parse
from attest.model.finding import (
    Counts,
    Evaluation,
    Finding,
    FindingStatus,
    PackageOpinion,
    Verdict,
    VerdictStatus,
)
from attest.model.inspection import Inspection, Presence
from attest.model.license import Effect
from attest.policy.license_effect import RANK, Judgement, LicenseJudge
from attest.policy.policy import Policy
from attest.policy.rule import Context, Draft, Rule
from attest.policy.rules import FINAL_RULES, RULES
from attest.policy.waivers import WaiverUse, has_expired, image_of, matches

_EXIT_ORDER: Final = (6, 7, 4, 5)


def evaluate(
    inspection: Inspection,
    policies: Policy | Sequence[Policy],
    *,
    moment: dt.datetime | None = None,
) -> Evaluation:
    """Evaluate the first policy in whose scope the image is, as of `moment` (now, if null).

    Raises:
        InvalidPolicyError: the image is in no policy's scope.
    """
    policy = _in_scope(inspection, [policies] if isinstance(policies, Policy) else policies)
    moment = moment or dt.datetime.now(dt.UTC)
    judgements = {
        package.id: LicenseJudge(policy, package).judge(parse(package.license.effective))
        for package in inspection.packages or ()
    }
    context = Context(inspection=inspection, policy=policy, moment=moment, judgements=judgements)
    findings = _findings(context, RULES)
    findings, uses = _waived(context, findings)
    late = _findings(replace(context, findings=tuple(findings), waivers=uses), FINAL_RULES)
    findings = _sorted([*findings, *late], inspection)
    verdict, exit_code = _verdict(inspection, policy, findings, judgements)
    return Evaluation(
        policy=policy.stamp,
        effective_time=moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        verdict=verdict,
        findings=tuple(findings),
        packages={id_: PackageOpinion(effect=each.effect, chosen=str(each.chosen)) for id_, each in judgements.items()},
        licenses=_license_effects(inspection, policy),
        exit_code=exit_code,
    )


def _in_scope(inspection: Inspection, policies: Sequence[Policy]) -> Policy:
    image = image_of(inspection.resolved)
    for policy in policies:
        if not policy.images or any(fnmatchcase(image, glob) for glob in policy.images):
            return policy
    raise InvalidPolicyError(
        f"{inspection.ref}: in the scope of no policy",
        code="ATT-POL-004",
        hint="policies: " + ", ".join(policy.stamp.source for policy in policies),
    )


def fingerprint(rule: str, repository: str, subject: str, license_: str | None) -> str:
    """Return what names a finding across rebuilds: 64 hexadecimal digits."""
    return hashlib.sha256("\n".join((rule, repository, subject, license_ or "")).encode()).hexdigest()


def _findings(context: Context, rules: Iterable[Rule]) -> list[Finding]:
    """Make one finding of all drafts that have the same fingerprint."""
    resolved = context.inspection.resolved
    repository = f"{resolved.registry}/{resolved.repository}" if resolved.registry else ""
    drafts: dict[str, list[tuple[str, Draft]]] = defaultdict(list)
    for rule in rules:
        for draft in rule.check(context):
            drafts[fingerprint(rule.name, repository, draft.subject, draft.license)].append((rule.name, draft))
    every = _every_platform(context.inspection)
    return [_finding(print_, found, every) for print_, found in drafts.items()]


def _finding(print_: str, drafts: list[tuple[str, Draft]], every: tuple[str, ...]) -> Finding:
    rule, first = drafts[0]
    found = {platform for _, draft in drafts for platform in draft.platforms}
    platforms = ("*",) if "*" in found or (every and found >= set(every)) else tuple(p for p in every if p in found)
    worst = max((draft for _, draft in drafts), key=lambda each: RANK[each.effect])
    return Finding(
        id=f"F-{print_[:8]}",
        fingerprint=print_,
        rule=rule,
        effect=worst.effect,
        status=FindingStatus.ACTIVE,
        message=worst.message,
        fix=worst.fix,
        license=first.license,
        package=first.package,
        subject=first.subject,
        platforms=platforms,
        evidence=tuple(dict.fromkeys(id_ for _, draft in drafts for id_ in draft.evidence)),
        pointer=first.pointer,
    )


def _every_platform(inspection: Inspection) -> tuple[str, ...]:
    return tuple(each.platform for each in inspection.platforms)


def _waived(context: Context, findings: list[Finding]) -> tuple[list[Finding], tuple[WaiverUse, ...]]:
    """Mark what a waiver accepts; an expired one accepts nothing."""
    purls = {package.id: package.purl for package in context.inspection.packages or ()}
    resolved = context.inspection.resolved
    uses = []
    for waiver in context.policy.waivers:
        concerned = [each.id for each in findings if matches(waiver, each, purls.get(each.package or ""), resolved)]
        expired = has_expired(waiver, context.moment)
        uses.append(WaiverUse(waiver, expired, tuple(concerned)))
        if not expired:
            findings = [
                replace(each, status=FindingStatus.WAIVED, waiver=waiver.id or waiver.reason)
                if each.id in concerned and each.status is FindingStatus.ACTIVE
                else each
                for each in findings
            ]
    return findings, tuple(uses)


def _sorted(findings: list[Finding], inspection: Inspection) -> list[Finding]:
    """Order by effect, rule, package, fingerprint; ids that collide get four more digits."""
    packages = {package.id: n for n, package in enumerate(inspection.packages or ())}
    findings.sort(
        key=lambda each: (
            -RANK[each.effect],
            each.rule,
            packages.get(each.package or "", -1),
            each.fingerprint,
        )
    )
    ids = [each.id for each in findings]
    return [replace(each, id=f"F-{each.fingerprint[:12]}") if ids.count(each.id) > 1 else each for each in findings]


def _verdict(
    inspection: Inspection, policy: Policy, findings: Sequence[Finding], judgements: dict[str, Judgement]
) -> tuple[Verdict, int]:
    active = [each for each in findings if each.status is FindingStatus.ACTIVE]
    effects = [each.effect for each in active]
    codes = _undetermined(inspection, policy)
    fails = any(effect in policy.fail_on for effect in effects)
    if fails:
        status, exit_code = VerdictStatus.FAIL, 1
    elif codes:
        exits = [exit_code_of(code) for code in codes]
        status, exit_code = (
            VerdictStatus.UNDETERMINED,
            next((each for each in _EXIT_ORDER if each in exits), 6),
        )
    else:
        status = VerdictStatus.REVIEW if Effect.REVIEW in effects else VerdictStatus.PASS
        exit_code = 0
    counts = Counts(
        deny=effects.count(Effect.DENY),
        review=effects.count(Effect.REVIEW),
        warn=effects.count(Effect.WARN),
        allowed=sum(each.effect is Effect.ALLOW for each in judgements.values()),
        waived=sum(each.status is FindingStatus.WAIVED for each in findings),
    )
    return Verdict(status=status, fail_on=policy.fail_on, counts=counts, undetermined=codes), exit_code


def _undetermined(inspection: Inspection, policy: Policy) -> tuple[str, ...]:
    """Return the codes of why something that the policy needs could not be determined."""
    codes: dict[str, None] = {}
    for summary in inspection.platforms:
        coverage = summary.coverage
        needed = [coverage.sbom]
        needed += [coverage.provenance] if policy.require_provenance else []
        for presence in needed:
            if presence in (Presence.UNDETERMINED, Presence.UNREADABLE):
                codes |= dict.fromkeys(_causes(inspection, summary.platform))
        if policy.require_signature != "none" and coverage.signature is not Presence.ABSENT:
            # a signature that nobody verified vouches for nothing
            codes["ATT-SIG-002"] = None
    return tuple(codes)


def _causes(inspection: Inspection, platform: str) -> list[str]:
    concerned = [
        problem.code
        for problem in inspection.problems
        if (not problem.platforms or platform in problem.platforms)
        and exit_code_of(problem.code) in (*_EXIT_ORDER, 3)
        and problem.code != "ATT-SBOM-004"
    ]
    return concerned or ["ATT-EVD-001"]


def _license_effects(inspection: Inspection, policy: Policy) -> dict[str, Effect]:
    """Return the worst that the policy says of each license, over the packages that carry it."""
    effects: dict[str, Effect] = {}
    for package in inspection.packages or ():
        judge = LicenseJudge(policy, package)
        for leaf in leaves(parse(package.license.effective)):
            effect = judge.leaf(leaf).effect
            key = str(leaf)
            effects[key] = max(effects.get(key, effect), effect, key=RANK.__getitem__)
    return effects
