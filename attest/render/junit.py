"""Findings as JUnit's XML: a suite for each image, a case for each rule that is not met, and one for the verdict.

https://github.com/testmoapp/junitxml
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from attest.model.finding import Finding, FindingStatus, VerdictStatus
from attest.model.report import Report, Target
from attest.render import words
from attest.render.findings import repository, rule_id, sentence, undetermined
from attest.render.presentation import Presentation
from attest.render.sanitize import sanitize

VERDICT: Final = "policy"
_NAMED: Final = 20


class JUnit:
    """A finding fails its case; a waived one skips it; what could not be judged is an error."""

    name = "junit"
    suffixes = (".xml",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        del presentation  # a document for machines looks one way
        suites = [_Suite(report, target) for target in report.targets]
        counts = " ".join(f'{name}="{sum(each.count(name) for each in suites)}"' for name in _COUNTED)
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="attest" {counts} time="0">']
        for suite in suites:
            lines += suite.lines()
        return "\n".join([*lines, "</testsuites>", ""])


RENDERER: Final = JUnit()
_COUNTED: Final = ("tests", "failures", "errors", "skipped")


class _Suite:
    """The cases of one image."""

    def __init__(self, report: Report, target: Target) -> None:
        self._report = report
        self._target = target
        self._class = repository(target)
        self._cases = list(self._all_cases())

    def count(self, name: str) -> int:
        """Count the cases of a kind, as the attributes of JUnit name it."""
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        return sum(name == "tests" or kind == kinds[name] for _, kind, _, _ in self._cases)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the suite."""
        counts = " ".join(f'{name}="{self.count(name)}"' for name in _COUNTED)
        yield f'  <testsuite name={_attribute(self._target.ref)} {counts} time="0">'
        yield "    <properties>"
        for name, value in self._properties():
            yield f"      <property name={_attribute(name)} value={_attribute(value)}/>"
        yield "    </properties>"
        for name, kind, message, body in self._cases:
            opening = f'    <testcase classname={_attribute(self._class)} name={_attribute(name)} time="0"'
            if not kind:
                yield f"{opening}/>"
                continue
            yield f"{opening}>"
            yield f"      <{kind} message={_attribute(message)}>{_text(body)}</{kind}>"
            yield "    </testcase>"
        yield "  </testsuite>"

    def _properties(self) -> Iterator[tuple[str, str]]:
        policy, resolved = self._report.run.policy, self._target.resolved
        yield "digest", resolved.digest if resolved else "not inspected"
        yield "platforms", " ".join(each.platform for each in self._target.platforms)
        yield "policy", words.policy_words(policy) if policy else "none"
        yield "policy-digest", policy.digest if policy else "none"
        yield "tool", f"{self._report.tool.name} {self._report.tool.version}"
        yield "started", self._report.run.started

    def _all_cases(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield name, outcome, message and text of each case."""
        yield self._verdict()
        rules: dict[str, list[Finding]] = defaultdict(list)
        for finding in self._target.findings or ():
            rules[rule_id(finding)].append(finding)
        for name, findings in rules.items():
            counting = [each for each in findings if each.status is FindingStatus.ACTIVE]
            shown = counting or findings
            kind = "failure" if counting else "skipped"
            yield name, kind, _message(self._target, shown, kind), _body(self._target, shown)

    def _verdict(self) -> tuple[str, str, str, str]:
        untold = list(undetermined(self._report, self._target))
        verdict = self._target.verdict
        if untold or verdict is None or verdict.status is VerdictStatus.UNDETERMINED:
            message = untold[0] if untold else words.NOT_EVALUATED
            return VERDICT, "error", message, "\n".join(untold)
        if verdict.status is VerdictStatus.FAIL:
            counts = verdict.counts
            return VERDICT, "failure", f"{counts.deny} denied, {counts.review} to review, {counts.warn} warned", ""
        return VERDICT, "", "", ""


def _message(target: Target, findings: Sequence[Finding], kind: str) -> str:
    said = [sentence(target, each) for each in findings[:_NAMED]]
    more = f" and {len(findings) - _NAMED} more" if len(findings) > _NAMED else ""
    waivers = sorted({each.waiver for each in findings if each.waiver})
    lead = f"waived by {', '.join(waivers)}: " if kind == "skipped" and waivers else ""
    return f"{lead}{' '.join(said)}{more}"


def _body(target: Target, findings: Sequence[Finding]) -> str:
    packages = {each.id: each for each in target.packages or ()}
    lines = []
    for each in findings:
        package = packages.get(each.package or "")
        name = (package.purl or package.name) if package else each.subject
        where = [each.pointer] if each.pointer else []
        lines.append("   ".join([each.id, f"{each.effect} ({each.status})", name, " ".join(each.platforms), *where]))
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return quoteattr(sanitize(text))


def _text(text: str) -> str:
    return "\n".join(escape(sanitize(line)) for line in text.split("\n"))
