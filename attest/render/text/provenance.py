"""`attest provenance`: who built it, from what, when and how, as each statement claims."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.model.attachment import EvidenceKind
from attest.model.provenance import Provenance
from attest.model.report import Report, Target
from attest.render import words
from attest.render.build import (
    base_words,
    builder_words,
    material_counts,
    met_word,
    mode_words,
    parameter_lines,
    slsa_words,
    source_words,
    stated,
    took,
)
from attest.render.summary import trust_sentence
from attest.render.terminal import Page, Span, Style
from attest.render.text.parts import quoted, write_heading, write_lacking, write_next, write_problems


class ProvenanceView:
    """A block for each statement; nothing in it is verified unless it says so."""

    name = "provenance"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        del report  # a statement's claims are no opinion
        write_heading(page, target)
        page.line(trust_sentence(target), hanging=2)
        for statement in _folded(target.provenance or ()):
            page.blank()
            _write_statement(page, statement)
        if target.provenance is not None and not target.provenance:
            page.line("no provenance could be shown")
        page.blank()
        write_lacking(page, target, EvidenceKind.PROVENANCE)
        write_problems(page, target)
        ref = quoted(target.ref)
        write_next(page, [(f"attest get {ref} --type provenance", "a statement, as it was attached")])


VIEW: Final = ProvenanceView()


def _folded(statements: Sequence[Provenance]) -> list[Provenance]:
    """Merge statements that say the same of several platforms; differing ones never."""
    merged: dict[bytes, Provenance] = {}
    for statement in statements:
        content = msgspec.json.encode(replace(statement, id="", evidence="", platforms=()))
        first = merged.get(content)
        merged[content] = _joined(first, statement) if first else statement
    return list(merged.values())


def _joined(first: Provenance, second: Provenance) -> Provenance:
    return replace(
        first,
        id=f"{first.id}, {second.id}",
        evidence=f"{first.evidence}, {second.evidence}",
        platforms=(*first.platforms, *second.platforms),
    )


def _write_statement(page: Page, statement: Provenance) -> None:
    page.line(
        Span(", ".join(statement.platforms) or "the whole image", Style.STRONG),
        statement.predicate_type,
        f"{statement.id} (document {statement.evidence})",
        Span(words.TRUSTS[statement.trust], Style.YELLOW),
        hanging=2,
    )
    page.field("  Builder", builder_words(statement))
    page.field("  Build type", statement.build_type or "not stated")
    page.field("  Invocation", statement.invocation or "not stated")
    page.field("  Started", statement.started or "not stated")
    page.field("  Finished", statement.finished or "not stated", took(statement) or "")
    page.field("  Source", *source_words(statement.source))
    mode = mode_words(statement)
    if mode:
        page.field("  Detail", mode)
    _write_parameters(page, statement)
    _write_bases(page, statement)
    _write_claims(page, statement)
    _write_materials(page, statement)
    for check in statement.checks:
        page.field("  Cross-check", f"{check.name}: {check.result}", *check.values)


def _write_parameters(page: Page, statement: Provenance) -> None:
    lines = parameter_lines(statement)
    if not lines:
        page.field("  Parameters", "not stated" if statement.parameters is None else "none")
    for number, line in enumerate(lines):
        page.field("" if number else "  Parameters", line)


def _write_bases(page: Page, statement: Provenance) -> None:
    if not statement.base:
        page.field("  Base image", "none is stated")
    for number, base in enumerate(statement.base):
        page.field("" if number else "  Base image", *base_words(base))


def _write_claims(page: Page, statement: Provenance) -> None:
    complete = statement.complete
    page.field(
        "  Complete",
        f"parameters: {stated(complete.parameters)}",
        f"environment: {stated(complete.environment)}",
        f"materials: {stated(complete.materials)}",
    )
    page.field("  Reproducible", stated(statement.reproducible))
    page.field("  Hermetic", stated(statement.hermetic))
    page.field("  SLSA", slsa_words(statement.slsa))
    for fact in statement.slsa.facts:
        page.field("", f"level {fact.level}: {fact.fact}", met_word(fact.met), fact.pointer or "")


def _write_materials(page: Page, statement: Provenance) -> None:
    page.field("  Materials", material_counts(statement.materials))
    for material in statement.materials:
        pinned = "pinned" if material.pinned else "not pinned"
        digest = "" if material.digest and material.digest in material.uri else material.digest or ""
        page.line(str(material.role).ljust(8), material.uri, digest, pinned, indent=4, hanging=6)
