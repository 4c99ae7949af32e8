"""An examination as text and as JSON."""

from typing import Final

from attest.model.doctor import Check, CheckStatus, Examination
from attest.render.json import encoded
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json
from attest.render.terminal import Page, Span, Style

_STYLES: Final = {
    CheckStatus.OK: Style.GREEN,
    CheckStatus.WARN: Style.YELLOW,
    CheckStatus.FAIL: Style.RED,
    CheckStatus.SKIPPED: Style.FAINT,
}

_COLUMN: Final = 26  # where messages begin


def render_json(examination: Examination) -> str:
    """Return the document `attest.doctor/1.0`."""
    return escape_json(encoded(examination, indent=2)) + "\n"


def render_text(examination: Examination, presentation: Presentation) -> str:
    """Return one line for each check, and below it what to do where it did not go well."""
    page = Page(presentation)
    page.line(Span(examination.ref, Style.STRONG), f"attest {examination.version}")
    for check in examination.checks:
        _write(page, check)
    return str(page)


def _write(page: Page, check: Check) -> None:
    word = Span(f"{check.status:<7}", _STYLES[check.status])
    page.line(word, f"{check.name:<11}", check.message, indent=2, hanging=_COLUMN)
    for line in (check.hint or "").splitlines():
        page.line(f"fix: {line}", indent=_COLUMN, hanging=_COLUMN + 5)
