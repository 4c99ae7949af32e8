"""`attest inspect`: the overview of an image."""

from collections.abc import Callable
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.provenance import Provenance
from attest.model.report import Report, Target
from attest.render import words
from attest.render.build import base_image_words, builder_words, distinct, source_words
from attest.render.inventory import (
    category_counts,
    counted_packages,
    has_debian_packages,
    spread,
    type_counts,
)
from attest.render.summary import PlatformRow, folded_rows, lacking_sentences, trust_sentence
from attest.render.terminal import LABEL_WIDTH, Page, Span, Style
from attest.render.text.parts import quoted, write_heading, write_looked_in, write_next, write_problems
from attest.render.text.verdict import write_findings, write_verdict_line

_HEADER: Final = ("Evidence", "SBOM", "Provenance", "Signature")
_HINT: Final = "(attest ls to list)"
_BUILD: Final[tuple[tuple[str, Callable[[Provenance], list[str]]], ...]] = (
    ("Built from", lambda statement: source_words(statement.source, brief=True)),
    ("Built by", lambda statement: [builder_words(statement)]),
    ("Base image", base_image_words),
)


class Inspect:
    """What is attached, what is in it, where it came from, and who vouches for it."""

    name = "inspect"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        write_heading(page, target)
        if target.verdict is not None:
            write_verdict_line(page, report, target)
            write_findings(page, target)
        page.blank()
        _write_platforms(page, target)
        write_looked_in(page, target)
        page.blank()
        _write_packages(page, target)
        _write_build(page, target)
        page.field("Trust", trust_sentence(target))
        write_problems(page, target)
        ref = quoted(target.ref)
        write_next(
            page,
            [
                (f"attest licenses {ref}", "what is under which license"),
                (f"attest report   {ref} -o report.html", ""),
                (f"attest check    {ref} --deny AGPL-3.0-only", ""),
            ],
        )


VIEW: Final = Inspect()


def _write_platforms(page: Page, target: Target) -> None:
    rows = [_cells(row) for row in folded_rows(target)]
    if not rows:
        page.field("Evidence", Span("no platform was found in the index", Style.YELLOW))
        return
    if not page.table_fits(rows, first_width=LABEL_WIDTH):
        rows = [(row[0], _HINT, "", "") if row[3] == _HINT else row for row in rows]
    page.table(rows, header=_HEADER, first_width=LABEL_WIDTH)


def _cells(row: PlatformRow) -> tuple[str, str, str, str]:
    if row.more:
        return (f"  … {row.more} more identical", "", "", _HINT)
    return (f"  {row.platform}", row.sbom, row.provenance, row.signature)


def _write_packages(page: Page, target: Target) -> None:
    packages, licenses = target.packages, target.licenses
    if packages is None or licenses is None:
        page.field("Packages", "not known: no SBOM could be read")
        page.field("Licenses", "not known: no SBOM could be read")
    else:
        counted = counted_packages(target)
        types = type_counts(counted)
        page.field("Packages", f"{len(counted):,}" + (f" ({types})" if types else ""), spread(target))
        counts = (f"{word} {number:,}" for word, number in category_counts(counted).items())
        page.field("Licenses", f"{len(licenses):,} distinct", *counts)
        if has_debian_packages(packages):
            page.field("", Span(words.DEBIAN_LICENSES, Style.FAINT))
    for sentence in lacking_sentences(target, EvidenceKind.SBOM):
        page.field("", Span(sentence, Style.YELLOW))


def _write_build(page: Page, target: Target) -> None:
    statements = target.provenance
    if not statements:
        known = "no provenance is attached" if statements is not None else "not looked at"
        sentences = lacking_sentences(target, EvidenceKind.PROVENANCE)
        page.field("Built from", *(sentences or [known]))
        return
    for label, say in _BUILD:
        page.field(label, *distinct(statements, say))
    for sentence in lacking_sentences(target, EvidenceKind.PROVENANCE):
        page.field("", Span(sentence, Style.YELLOW))
