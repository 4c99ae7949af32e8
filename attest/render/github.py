"""Findings as the commands by which a step of GitHub Actions annotates a run.

Whatever else is printed stands where commands are not obeyed: a package's name
may hold one.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from attest.model.finding import Finding
from attest.model.license import Effect
from attest.model.report import Report, Target
from attest.render import words
from attest.render.findings import active, place, rule_id, sentence, undetermined
from attest.render.presentation import Presentation
from attest.render.sanitize import sanitize

MOST_OF_A_KIND: Final = 9
"""GitHub shows ten of a kind for each step; the tenth says how many there are."""
_KINDS: Final = {Effect.DENY: "error", Effect.REVIEW: "warning", Effect.WARN: "notice"}


class GitHub:
    """A group for each image, in it the verdict and every finding; the first of each kind are annotations."""

    name = "github"
    suffixes: tuple[str, ...] = ()

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        del presentation  # a log for machines looks one way
        lines: list[str] = []
        annotations: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
        for target in report.targets:
            lines += _group(report, target)
            for text in undetermined(report, target):
                annotations["error"].append(_command("error", target, "undetermined", text))
            for finding in active(target):
                kind = _KINDS[finding.effect]
                text = f"{sentence(target, finding)} {finding.id}"
                annotations[kind].append(_command(kind, target, rule_id(finding), text))
        for kind, commands in annotations.items():
            lines += _capped(kind, commands)
        return "".join(f"{line}\n" for line in lines)


RENDERER: Final = GitHub()


def _group(report: Report, target: Target) -> Iterator[str]:
    verdict = words.VERDICTS[target.verdict.status] if target.verdict else words.NOT_EVALUATED
    body = [_line(each) for each in target.findings or ()]
    if target.resolved:
        body.insert(0, target.resolved.digest)
    if report.run.policy:
        body.insert(0, f"policy {words.policy_words(report.run.policy)} {report.run.policy.digest}")
    yield f"::group::{verdict} {_data(target.ref)}"
    yield from _fenced(body)
    yield "::endgroup::"


def _line(finding: Finding) -> str:
    return f"{finding.effect} ({finding.status}) {finding.id} {rule_id(finding)}: {finding.message}"


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    """Print lines of which none is obeyed: the word that ends this is in none of them."""
    shown = [sanitize(line) for line in lines]
    word = hashlib.sha256("\n".join(shown).encode(errors="replace")).hexdigest()
    yield f"::stop-commands::{word}"
    yield from shown
    yield f"::{word}::"


def _capped(kind: str, commands: Sequence[str]) -> Iterator[str]:
    yield from commands[:MOST_OF_A_KIND]
    left = len(commands) - MOST_OF_A_KIND
    if left > 0:
        yield f"::{kind}::and {left} more: see the log above, or a report written with -o"


def _command(kind: str, target: Target, title: str, text: str) -> str:
    where = place(target)
    return f"::{kind} title={_property(title)},file={_property(where.path)},line={where.line}::{_data(text)}"


def _data(text: str) -> str:
    return sanitize(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
