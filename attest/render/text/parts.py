"""What several views write: the heading, problems, notes, and the next commands."""

import shlex
from collections.abc import Sequence

from attest.model.attachment import EvidenceKind
from attest.model.report import Target
from attest.render import words
from attest.render.inventory import has_debian_packages
from attest.render.summary import image_name, image_shape, lacking_sentences, looked_in
from attest.render.terminal import GAP, Page, Span, Style, display_width


def write_heading(page: Page, target: Target) -> None:
    """Name the image as typed and by its digest, and say what it is."""
    created = target.resolved.created if target.resolved else None
    shape = image_shape(target) + (f", created {created[:10]}" if created else "")
    page.line(Span(target.ref, Style.STRONG), image_name(target), shape, hanging=2)
    if target.status == "incomplete":
        page.line(Span("INCOMPLETE", Style.YELLOW), "not everything could be looked at or read", indent=2)


def write_lacking(page: Page, target: Target, kind: EvidenceKind) -> None:
    """Name the platforms that have no readable evidence of a kind, and say why."""
    for sentence in lacking_sentences(target, kind):
        page.line(Span("note", Style.YELLOW), sentence, hanging=7)


def write_debian_note(page: Page, target: Target) -> None:
    """Say what the declared license of a Debian package is, where one is shown."""
    if has_debian_packages(target.packages):
        page.line(Span("note", Style.FAINT), words.DEBIAN_LICENSES, hanging=7)


def write_looked_in(page: Page, target: Target, *, indent: int = 2) -> None:
    """Name the places where attest looked."""
    places = ", ".join(looked_in(target)) or "nowhere"
    page.line(f"looked in: {places}", indent=indent, hanging=indent + 11)


def write_problems(page: Page, target: Target) -> None:
    """Write every problem with its code and where it is."""
    if not target.problems:
        return
    page.blank()
    page.line(Span("Problems", Style.STRONG))
    for problem in target.problems:
        where = [problem.evidence or "", ", ".join(problem.platforms), problem.pointer or ""]
        page.line(
            Span(str(problem.state), Style.YELLOW),
            f"{problem.code}: {problem.message}",
            *(part for part in where if part),
            indent=2,
            hanging=4,
        )
        if problem.hint:
            page.line(f"fix: {problem.hint}", indent=4, hanging=9)


def write_next(page: Page, commands: Sequence[tuple[str, str]]) -> None:
    """Write commands that go on from here, each with what it shows."""
    page.blank()
    width = max(display_width(command) for command, _ in commands) + len(GAP)
    for number, (command, about) in enumerate(commands):
        lead = Span(" " * 7) if number else Span("Next   ", Style.STRONG)
        padding = " " * (width - display_width(command))
        page.verbatim(lead, command, padding + about)


def quoted(text: str) -> str:
    """Write a word so that a shell takes it as it is."""
    return shlex.quote(text)
