"""The report as GitHub-flavored Markdown: verdict, findings, evidence, licenses, problems.

What comes from an image stands in code spans only, fenced by more backticks
than it contains: that disarms HTML, links, mentions and references at once.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.report import Report, Target
from attest.render import words
from attest.render.inventory import (
    category_counts,
    counted_packages,
    has_debian_packages,
    license_counts,
    spread,
    type_counts,
)
from attest.render.presentation import Presentation
from attest.render.sanitize import CLOSING, OPENING, sanitize
from attest.render.summary import (
    errors_of,
    image_name,
    image_shape,
    lacking_sentences,
    looked_in,
    platform_rows,
    platform_words,
    trust_sentence,
)

MOST_LICENSES: Final = 50
_BACKTICKS: Final = re.compile("`+")
# `\|` is a pipe inside a cell, but `\\|` is a backslash and the end of the cell.
_PIPE: Final = re.compile(r"(\\?)\|")
_HIDDEN_PIPE: Final = f"{OPENING}U+005C{CLOSING}{OPENING}U+007C{CLOSING}"


class Markdown:
    """Short enough for a summary; the packages are in the other formats."""

    name = "markdown"
    suffixes = (".md",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        title = presentation.title or "Attestation report"
        lines = [f"# {code(title) if presentation.title else title}", ""]
        for target in report.targets:
            lines += _target(report, target)
        tool = f"{report.tool.name} {report.tool.version}"
        return "\n".join([*lines, f"Made by {tool} on {report.run.started}. No legal advice.", ""])


RENDERER: Final = Markdown()


def code(text: str) -> str:
    """Write hostile text as a code span that stands in a table."""
    shown = _PIPE.sub(lambda match: _HIDDEN_PIPE if match[1] else "\\|", sanitize(text))
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def _target(report: Report, target: Target) -> Iterator[str]:
    yield f"## {_verdict(target)} {code(target.ref)}"
    yield ""
    if target.resolved is None:
        yield from (f"- {code(line)}" for line in errors_of(report, target))
        yield ""
        return
    yield f"{code(image_name(target))}, {image_shape(target)}"
    yield ""
    if report.run.policy:
        policy = report.run.policy
        yield f"Policy {code(words.policy_words(policy))}, {code(policy.digest)}"
        yield ""
    yield from _findings(target)
    yield from _evidence(target)
    yield from _licenses(target)
    yield from _problems(target)


def _verdict(target: Target) -> str:
    if target.resolved is None:
        return "NOT INSPECTED"
    return words.VERDICTS[target.verdict.status] if target.verdict else words.NOT_EVALUATED


def _findings(target: Target) -> Iterator[str]:
    if not target.findings:
        return
    rows = [
        (
            f"{finding.effect}{'' if finding.status == 'active' else f' ({finding.status})'}",
            code(finding.message),
            finding.rule,
            code(platform_words(target, finding.platforms, with_sbom=finding.package is not None)),
            finding.id,
        )
        for finding in target.findings
    ]
    yield from _table(("Policy", "Finding", "Rule", "Platforms", "Id"), rows)


def _evidence(target: Target) -> Iterator[str]:
    rows = [(code(row.platform), code(row.sbom), code(row.provenance), row.signature) for row in platform_rows(target)]
    yield from _table(("Evidence", "SBOM", "Provenance", "Signature"), rows)
    yield f"Looked in: {', '.join(looked_in(target)) or 'nowhere'}. {trust_sentence(target)}"
    yield ""


def _licenses(target: Target) -> Iterator[str]:
    for sentence in lacking_sentences(target, EvidenceKind.SBOM):
        yield f"- {code(sentence)}"
    yield ""
    if target.packages is None or target.licenses is None:
        yield "Packages and licenses are not known: no SBOM could be read."
        yield ""
        return
    counted = counted_packages(target)
    yield f"{words.count(len(counted), 'package')} ({code(type_counts(counted))}), {code(spread(target))}: "
    yield ", ".join(f"{word} {number}" for word, number in category_counts(counted).items()) + "."
    yield ""
    shown = target.licenses[:MOST_LICENSES]
    numbers = license_counts(target)
    rows = [(code(each.id), words.CATEGORIES[each.category], str(numbers[each.id])) for each in shown]
    yield from _table(("License", "Category", "Packages"), rows)
    if len(target.licenses) > len(shown):
        yield f"{len(shown)} of {len(target.licenses)} licenses shown."
        yield ""
    if has_debian_packages(target.packages):
        yield words.DEBIAN_LICENSES
        yield ""


def _problems(target: Target) -> Iterator[str]:
    rows = [(str(each.state), each.code, code(each.message)) for each in target.problems]
    yield from _table(("Problem", "Code", "Message"), rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    for row in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""
