"""A target that could not be inspected, and why."""

from attest.model.report import Report, Target
from attest.render.terminal import Page, Span, Style


def write_failure(page: Page, report: Report, target: Target) -> None:
    """Name the image and every error it met."""
    page.line(Span("NOT INSPECTED", Style.RED), target.ref)
    for error in report.errors:
        if error.ref == target.ref:
            page.line(f"{error.code}: {error.message}", indent=2, hanging=4)
            for line in (error.hint or "").splitlines():
                page.line(f"fix: {line}", indent=2, hanging=7)
