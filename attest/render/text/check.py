"""`attest check`: the verdict, and every finding with the packages and platforms it concerns."""

from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.report import Report, Target
from attest.render.summary import image_name
from attest.render.terminal import Page
from attest.render.text.parts import quoted, write_debian_note, write_lacking, write_next, write_problems
from attest.render.text.verdict import write_findings, write_verdict_line


class Check:
    """The verdict first."""

    name = "check"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        write_verdict_line(page, report, target)
        page.line(image_name(target), indent=2)
        write_findings(page, target)
        write_problems(page, target)
        page.blank()
        write_lacking(page, target, EvidenceKind.SBOM)
        if any(finding.license for finding in target.findings or ()):
            write_debian_note(page, target)
        ref = quoted(target.ref)
        write_next(
            page,
            [
                (f"attest licenses {ref}", "what is under which license"),
                (f"attest report {ref} -o report.html", "a file to keep"),
            ],
        )


VIEW: Final = Check()
