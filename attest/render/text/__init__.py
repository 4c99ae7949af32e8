"""The report as text for a terminal: one view for each command, chosen by `run.command`."""

from typing import Final

from attest.extension import ExtensionPoint
from attest.model.report import Report
from attest.render.presentation import Presentation
from attest.render.terminal import Page
from attest.render.text.view import View

__all__ = ["RENDERER", "VIEWS", "Text"]

VIEWS: Final[ExtensionPoint[View]] = ExtensionPoint(
    "attest.render.text.inspect:VIEW",
    "attest.render.text.ls:VIEW",
    "attest.render.text.packages:VIEW",
    "attest.render.text.licenses:VIEW",
    "attest.render.text.provenance:VIEW",
    "attest.render.text.check:VIEW",
)
_OVERVIEW: Final = "inspect"


class Text:
    """The answer first, the evidence after it, and useful next commands last."""

    name = "text"
    suffixes = (".txt",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        from attest.render.text.failure import write_failure
        from attest.render.text.verdict import write_verdict_line

        command = report.run.command
        view = VIEWS.named(command if command in VIEWS.names else _OVERVIEW)
        page = Page(presentation)
        for target in report.targets:
            if target.resolved is None:
                write_failure(page, report, target)
            elif presentation.quiet:
                write_verdict_line(page, report, target)
            else:
                view.write(page, report, target)
            if not presentation.quiet:
                page.blank()
        return str(page).rstrip("\n") + "\n" if report.targets else ""


RENDERER: Final = Text()
