"""Findings as SARIF 2.1.0, in the form that GitHub's code scanning demands.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Sequence
from typing import Any, Final

from attest.model.finding import Finding
from attest.model.license import Effect
from attest.model.report import Report, Target
from attest.render import words
from attest.render.findings import active, place, repository, rule_id, sentence, undetermined
from attest.render.json import encoded
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json, sanitize

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS: Final = 5_000
"""GitHub keeps no more of a run."""
_LEVELS: Final = {Effect.DENY: "error", Effect.REVIEW: "warning", Effect.WARN: "warning"}
_SEVERITIES: Final = {"error": "error", "warning": "warning", "note": "recommendation"}
# what is about who vouches for an image makes a security alert of a finding
_SECURITY: Final = ("provenance-", "signature-", "builder-", "source-", "material", "evidence-")
_MISSING: Final = "license-missing"
_LONGEST: Final = 1_000


class Sarif:
    """One run for each image, so that no image's results replace another's."""

    name = "sarif"
    suffixes = (".sarif", ".sarif.json")

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        del presentation  # a document for machines looks one way
        runs = [_run(report, target) for target in report.targets]
        return escape_json(encoded({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, indent=2)) + "\n"


RENDERER: Final = Sarif()


def _run(report: Report, target: Target) -> dict[str, Any]:
    findings = active(target)
    shown = findings[:MOST_RESULTS]
    rules: dict[str, dict[str, Any]] = {}
    for finding in shown:
        rules.setdefault(rule_id(finding), _rule(finding))
    numbers = {name: number for number, name in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": list(rules.values()),
            }
        },
        "automationDetails": {"id": f"attest/{sanitize(repository(target))}/"},
        "invocations": [_invocation(report, target, len(findings) - len(shown))],
        "results": [_result(target, each, numbers[rule_id(each)]) for each in shown],
        "columnKind": "unicodeCodePoints",
        "properties": _properties(report, target),
    }


def _properties(report: Report, target: Target) -> dict[str, Any]:
    policy, resolved = report.run.policy, target.resolved
    return {
        "image": sanitize(target.ref),
        "digest": resolved.digest if resolved else None,
        "platforms": [each.platform for each in target.platforms],
        "policy": sanitize(words.policy_words(policy)) if policy else None,
        "policyDigest": policy.digest if policy else None,
        "verdict": words.VERDICTS[target.verdict.status] if target.verdict else words.NOT_EVALUATED,
        "started": report.run.started,
    }


def _invocation(report: Report, target: Target, left_out: int) -> dict[str, Any]:
    untold = list(undetermined(report, target))
    notifications = [_notification("error", each) for each in untold]
    notifications += [_notification("warning", sanitize(f"{each.code}: {each.message}")) for each in target.problems]
    if left_out:
        notifications.append(_notification("warning", f"{left_out} further results are left out"))
    return {
        "executionSuccessful": target.resolved is not None and not untold,
        "exitCode": report.run.exit_code,
        "toolExecutionNotifications": notifications,
    }


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _level(finding: Finding) -> str:
    return "note" if finding.rule == _MISSING else _LEVELS.get(finding.effect, "note")


def _rule(finding: Finding) -> dict[str, Any]:
    name = rule_id(finding)
    about = name.replace("/", ": ").replace("-", " ", 1) if "/" in name else name.replace("-", " ")
    text = about[:_LONGEST]
    properties: dict[str, Any] = {
        "problem.severity": _SEVERITIES[_level(finding)],
        "precision": "medium",
        "tags": ["license", "supply-chain"] if finding.rule.startswith("license-") else ["supply-chain"],
    }
    if finding.rule.startswith(_SECURITY):
        properties["security-severity"] = "7.0"
    return {
        "id": name,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": sanitize(finding.fix or "See the policy that was evaluated.")[:_LONGEST]},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": properties,
    }


def _result(target: Target, finding: Finding, number: int) -> dict[str, Any]:
    where = place(target)
    result: dict[str, Any] = {
        "ruleId": rule_id(finding),
        "ruleIndex": number,
        "level": _level(finding),
        "kind": "fail",
        "message": {"text": sentence(target, finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": where.path, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": where.line, "startColumn": 1, "endLine": where.line, "endColumn": 1},
                },
                "logicalLocations": _logical(target, finding),
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "attestFinding/v1": finding.fingerprint,
        },
        "properties": {"id": finding.id, "evidence": finding.evidence, "pointer": finding.pointer},
    }
    if finding.baseline in ("new", "unchanged"):
        result["baselineState"] = finding.baseline
    return result


def _logical(target: Target, finding: Finding) -> Sequence[dict[str, str]]:
    package = next((each for each in target.packages or () if each.id == finding.package), None)
    name = (package.purl or package.name) if package else finding.subject
    found = [{"fullyQualifiedName": sanitize(name), "kind": "package"}] if name else []
    if target.resolved:
        image = f"{repository(target)}@{target.resolved.digest}"
        found.append({"fullyQualifiedName": sanitize(image), "kind": "resource"})
    return found
