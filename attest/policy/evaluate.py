"""From an inspection and a policy to every opinion the policy has on it."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from attest.model.finding import Evaluation
from attest.model.inspection import Inspection
from attest.policy.baseline import Baseline
from attest.policy.findings import findings_of, identified
from attest.policy.opinions import Opinions, summarized
from attest.policy.policy import Policy
from attest.policy.rule import Context
from attest.policy.rules import FINAL_RULES, RULES
from attest.policy.scope import narrowed, policy_for
from attest.policy.verdict import verdict_of
from attest.policy.waivers import waived


def evaluate(
    inspection: Inspection,
    policies: Policy | Sequence[Policy],
    *,
    moment: dt.datetime | None = None,
    baseline: Baseline | None = None,
) -> Evaluation:
    """Evaluate the first policy in whose scope the image is, as of `moment` (now, if null).

    Findings of the `baseline` are shown and do not count.

    Raises:
        InvalidPolicyError: the image is in no policy's scope.
    """
    policy = policy_for(inspection, [policies] if isinstance(policies, Policy) else policies)
    moment = moment or dt.datetime.now(dt.UTC)
    every = tuple(each.platform for each in inspection.platforms)
    within = narrowed(inspection, policy)
    judge = Opinions(policy, within)
    opinions = {package.id: found for package in within.packages or () if (found := judge.of(package))}
    context = Context(inspection=within, policy=policy, opinions=opinions)
    findings, uses = waived(findings_of(context, RULES, every), policy.waivers, within, moment)
    findings = baseline.compared(findings) if baseline else findings
    late = tuple(
        each.finding for each in findings_of(replace(context, findings=findings, waivers=uses), FINAL_RULES, every)
    )
    findings = identified((*findings, *(baseline.compared(late) if baseline else late)), within)
    packages = {id_: summarized(each) for id_, each in opinions.items()}
    verdict, exit_code = verdict_of(within, policy, findings, packages)
    return Evaluation(
        policy=policy.stamp,
        effective_time=moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        verdict=verdict,
        findings=findings,
        packages=packages,
        licenses=judge.license_effects(context.packages),
        exit_code=exit_code,
    )
