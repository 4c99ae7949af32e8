"""What the commands that report on images share: inspect each, evaluate, render, and say how it went."""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.cli.access import access_of, license_source_of
from attest.cli.complaints import report_error
from attest.cli.options import ALL_PLATFORMS, Common
from attest.cli.output import STDOUT, Destination, write
from attest.cli.progress import progress_of
from attest.errors import (
    AttestError,
    EvidenceError,
    InvalidConfigError,
    NotFoundError,
    UsageError,
    exit_code_of,
)
from attest.model.attachment import EvidenceKind
from attest.model.finding import Evaluation
from attest.model.inspection import Inspection, Presence
from attest.model.report import BaselineStamp, ErrorEntry, Report, Run, RunOptions, Target, Tool
from attest.sources.source import Access

EXIT_OK: Final = 0
EXIT_UNMET: Final = 1
EXIT_UNREADABLE: Final = 6
EXIT_SOME_FAILED: Final = 8

Evaluator = Callable[[Inspection], Evaluation]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one image went: what was found out, what a policy says of it, or why neither was possible.

    Without `judges` what the policy says does not decide how the run ends.
    `error` stands beside an inspection when the image has not what the command
    prints.
    """

    ref: str
    inspection: Inspection | None = None
    evaluation: Evaluation | None = None
    error: AttestError | None = None
    judges: bool = True

    @property
    def exit_code(self) -> int:
        """The code this image alone would end a run with."""
        if self.error is not None:
            return self.error.exit_code
        return self.evaluation.exit_code if self.evaluation and self.judges else EXIT_OK


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a command asks of each image.

    `kinds` are the documents it needs, null meaning all; `prints` is the kind
    of evidence without which it has nothing to print; `select` narrows what is
    shown to what the caller asked for; a command that `describes` tells which
    files it wrote and does not fail on what a policy says; `tell` gets what was
    reported, and the files it was written to.
    """

    command: str
    kinds: frozenset[EvidenceKind] | None = None
    prints: EvidenceKind | None = None
    evaluate: Evaluator | None = None
    select: Callable[[Inspection], Inspection] | None = None
    exit_zero: bool = False
    describes: bool = False
    tell: Callable[[Report, Sequence[Path]], None] | None = None
    baseline: BaselineStamp | None = None


def execute(common: Common, references: Sequence[str], task: Task, destinations: Sequence[Destination]) -> int:
    """Inspect every image, write the report to every destination, and return the exit code."""
    access = access_of(common)
    tell_readings(references, common)
    outcomes = [_outcome(reference, common, access, task) for reference in references]
    if task.describes:
        # what a policy says is part of the description, and no reason to fail
        outcomes = [replace(outcome, judges=False) for outcome in outcomes]
    code = _exit_code(outcomes, strict=common.strict)
    if task.exit_zero and code == EXIT_UNMET:
        code = EXIT_OK
    report = _report(common, outcomes, task, code)
    files = write(report, destinations, common)
    if task.tell:
        task.tell(report, files)
    if task.describes and not common.quiet and all(each.path != STDOUT for each in destinations):
        _announce(files)
    for outcome in outcomes:
        if outcome.error is not None:
            report_error(outcome.error)
        elif outcome.inspection is not None and not common.quiet:
            _notes(outcome.inspection, task)
            if common.verbose:
                _problems(outcome.inspection)
    return code


def tell_readings(references: Sequence[str], common: Common) -> None:
    """Tell on stderr where something on disk was taken for what could be an image of that name."""
    from attest.render.sanitize import sanitize
    from attest.sources import reading_of

    for reading in filter(None, map(reading_of, references)):
        if not common.quiet:
            sys.stderr.write(f"note: {sanitize(reading)}\n")


def _outcome(reference: str, common: Common, access: Access, task: Task) -> Outcome:
    from attest.pipeline import Options, inspect

    try:
        with progress_of(common, reference) as progress:
            inspection = inspect(
                reference,
                Options(
                    platforms=tuple(common.platform),
                    kinds=task.kinds,
                    license_source=license_source_of(common),
                    access=access,
                    progress=progress,
                ),
            )
    except UsageError:
        raise
    except AttestError as error:
        return Outcome(ref=reference, error=error)
    lacking = _lacking(inspection, task.prints) if task.prints else None
    evaluation = task.evaluate(inspection) if task.evaluate else None
    inspection = task.select(inspection) if task.select else inspection
    return Outcome(ref=reference, inspection=inspection, evaluation=evaluation, error=lacking)


def _presences(inspection: Inspection, kind: EvidenceKind) -> dict[str, Presence]:
    return {
        summary.platform: summary.coverage.sbom if kind is EvidenceKind.SBOM else summary.coverage.provenance
        for summary in inspection.platforms
    }


def _lacking(inspection: Inspection, kind: EvidenceKind) -> AttestError | None:
    """Say why there is nothing to print, if no selected platform has readable evidence."""
    presences = _presences(inspection, kind)
    if Presence.PRESENT in presences.values():
        return None
    for presence in (Presence.UNDETERMINED, Presence.UNREADABLE):
        if presence in presences.values():
            return cause_of(inspection, kind, presence, _word(kind))
    platforms = ", ".join(presences) or "any platform"
    return NotFoundError(
        f"{inspection.ref}: no {_word(kind)} is attached for {platforms}",
        code="ATT-SRC-005",
        hint=f"attest ls {inspection.ref}",
    )


def cause_of(inspection: Inspection, kind: EvidenceKind, presence: Presence, word: str) -> EvidenceError:
    """Name the first thing that explains why the evidence, called `word`, is of no use, or not known."""
    problem = next((each for each in inspection.problems_of(kind) if each.spoils_evidence), None)
    probe = next(inspection.unanswered(), None)
    code, why, hint = None, "", None
    if problem is not None:
        code, why, hint = problem.code, f" ({problem.message})", problem.hint
    elif probe is not None:
        code, why = probe.error_code, f" ({probe.location}: {probe.detail or probe.status})"
    hint = hint or f"attest ls {inspection.ref}"
    if presence is Presence.UNREADABLE:
        return EvidenceError(
            f"{inspection.ref}: the {word} cannot be read{why}", code=code, hint=hint, exit_code=EXIT_UNREADABLE
        )
    message = f"{inspection.ref}: whether a {word} is attached could not be determined{why}"
    # what is listed and missing is no absence
    is_missing = code is not None and exit_code_of(code) == NotFoundError.exit_code
    return EvidenceError(message, code=code, hint=hint, exit_code=EXIT_UNREADABLE if is_missing else None)


def _word(kind: EvidenceKind) -> str:
    return "SBOM" if kind is EvidenceKind.SBOM else str(kind)


def _notes(inspection: Inspection, task: Task) -> None:
    """Tell on stderr which platforms the printed result is silent about, and why."""
    if task.prints is None:
        return
    presences = _presences(inspection, task.prints)
    for presence, text in (
        (Presence.ABSENT, "no {} is attached"),
        (Presence.UNREADABLE, "its {} cannot be read"),
        (Presence.UNDETERMINED, "whether a {} is attached could not be determined"),
    ):
        platforms = [platform for platform, each in presences.items() if each is presence]
        if platforms:
            sys.stderr.write(f"note: {', '.join(platforms)}: {text.format(_word(task.prints))}\n")


def _problems(inspection: Inspection) -> None:
    """Tell on stderr of every problem, for the views that do not show them."""
    from attest.render.sanitize import sanitize

    for problem in inspection.problems:
        place = f" at {problem.pointer}" if problem.pointer else ""
        sys.stderr.write(f"problem[{problem.code}]: {sanitize(problem.message)}{sanitize(place)}\n")


def _announce(files: Sequence[Path]) -> None:
    for path in files:
        kilobytes = path.stat().st_size / 1024
        sys.stdout.write(f"wrote {path}  ({kilobytes:.0f} KB)   open it: {path.resolve().as_uri()}\n")


def _exit_code(outcomes: Sequence[Outcome], *, strict: bool) -> int:
    codes = [_with_strict(outcome) if strict else outcome.exit_code for outcome in outcomes]
    if len(codes) == 1:
        return codes[0]
    if EXIT_UNMET in codes:
        return EXIT_UNMET
    return EXIT_SOME_FAILED if any(codes) else EXIT_OK


def _with_strict(outcome: Outcome) -> int:
    if outcome.exit_code == EXIT_OK and outcome.inspection and outcome.inspection.problems:
        return EXIT_UNREADABLE
    return outcome.exit_code


def _report(common: Common, outcomes: Sequence[Outcome], task: Task, code: int) -> Report:
    from attest.licenses import LIST_VERSION
    from attest.version import __version__

    evaluation = next((outcome.evaluation for outcome in outcomes if outcome.evaluation), None)
    return Report(
        tool=Tool(name="attest", version=__version__, spdx_license_list=LIST_VERSION),
        run=Run(
            command=task.command,
            started=started(),
            effective_time=evaluation.effective_time if evaluation else None,
            exit_code=code,
            policy=evaluation.policy if evaluation else None,
            baseline=task.baseline,
            options=RunOptions(
                platforms=tuple(common.platform) or ALL_PLATFORMS,
                channels=("all",),
                license_source=license_source_of(common),
                offline=common.offline,
                strict=common.strict,
            ),
        ),
        targets=tuple(
            Target.of(outcome.inspection, outcome.evaluation) if outcome.inspection else Target.failed(outcome.ref)
            for outcome in outcomes
        ),
        errors=tuple(ErrorEntry.of(outcome.error, outcome.ref) for outcome in outcomes if outcome.error),
    )


def started() -> str:
    """Return the time that reports print: now, or `SOURCE_DATE_EPOCH` for reproducible output.

    Raises:
        InvalidConfigError: the variable is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidConfigError("SOURCE_DATE_EPOCH: not a number of seconds") from error
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
