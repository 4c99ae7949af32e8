"""Findings in the form of GitLab's Code Quality.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from typing import Final

from attest.model.finding import Finding
from attest.model.license import Effect
from attest.model.report import Report
from attest.render.findings import active, place, rule_id, sentence, undetermined
from attest.render.json import encoded
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json

_SEVERITIES: Final = {Effect.DENY: "blocker", Effect.REVIEW: "major", Effect.WARN: "minor"}
_MISSING: Final = "license-missing"


class GitLab:
    """One entry for each finding; what could not be judged is an entry, too."""

    name = "gitlab"
    suffixes = (".gl.json",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        del presentation  # a document for machines looks one way
        entries = []
        for target in report.targets:
            where = {"path": place(target).path, "lines": {"begin": place(target).line}}
            entries += [
                {
                    "description": f"{sentence(target, finding)} {finding.id}",
                    "check_name": rule_id(finding),
                    "fingerprint": finding.fingerprint,
                    "severity": _severity(finding),
                    "location": where,
                }
                for finding in active(target)
            ]
            entries += [
                {
                    "description": text,
                    "check_name": "undetermined",
                    "fingerprint": f"undetermined-{place(target).path}-{number}",
                    "severity": "blocker",
                    "location": where,
                }
                for number, text in enumerate(undetermined(report, target), start=1)
            ]
        return escape_json(encoded(entries, indent=2)) + "\n"


RENDERER: Final = GitLab()


def _severity(finding: Finding) -> str:
    return "info" if finding.rule == _MISSING else _SEVERITIES.get(finding.effect, "info")
