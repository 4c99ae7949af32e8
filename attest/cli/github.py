"""What a step of GitHub Actions gets besides its log: a summary of the job, and outputs.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from attest.cli.options import Common
from attest.errors import OutputError
from attest.model.finding import VerdictStatus
from attest.model.report import Report

NAME: Final = "github"
MOST_BYTES: Final = 900 * 1024
"""GitHub drops a whole summary above 1 MiB, and fails the step."""
_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
_OUTPUT: Final = "GITHUB_OUTPUT"
# the worst verdict of several images is that of the step
_ORDER: Final = (VerdictStatus.FAIL, VerdictStatus.UNDETERMINED, VerdictStatus.REVIEW, VerdictStatus.PASS)


def chosen(common: Common, environment: Mapping[str, str] = os.environ) -> Common:
    """Return the options with this format where GitHub runs the command and nobody said in which."""
    is_meant = common.format is None and environment.get("GITHUB_ACTIONS") == "true" and not sys.stdout.isatty()
    return replace(common, format=NAME) if is_meant else common


def tell(report: Report, files: Sequence[Path]) -> None:
    """Append to the summary and the outputs of the step, where there are such.

    Raises:
        OutputError: one cannot be written.
    """
    summary, output = os.environ.get(_SUMMARY), os.environ.get(_OUTPUT)
    if summary:
        path = Path(summary)
        used = path.stat().st_size if path.exists() else 0
        _append(path, summary_of(report, MOST_BYTES - used))
    if output:
        _append(Path(output), "".join(f"{name}={value}\n" for name, value in outputs_of(report, files).items()))


def summary_of(report: Report, most_bytes: int) -> str:
    """Return the report as Markdown of at most so many bytes; what is left out at the end is said there."""
    from attest.render import RENDERERS, Presentation

    text = RENDERERS.named("markdown").render(report, Presentation(width=None))
    if len(text.encode()) <= most_bytes:
        return text
    counts = outputs_of(report, ())
    end = f"\n\nCut for length: {counts['denied']} denied, {counts['review']} to review. The report has all of it.\n"
    kept, left = [], most_bytes - len(end.encode())
    for line in text.split("\n"):
        left -= len(line.encode()) + 1
        if left < 0:
            break
        kept.append(line)
    return "\n".join(kept) + end if len(end.encode()) <= most_bytes else ""


def outputs_of(report: Report, files: Sequence[Path]) -> dict[str, str]:
    """Return the outputs of the step; none holds anything that an image says, and none a line break."""
    verdicts = [each.verdict for each in report.targets if each.verdict]
    statuses = [each.status for each in verdicts]
    if len(verdicts) < len(report.targets):
        statuses.append(VerdictStatus.UNDETERMINED)
    digests = [each.resolved.digest for each in report.targets if each.resolved]
    found = {
        "verdict": str(next((each for each in _ORDER if each in statuses), VerdictStatus.UNDETERMINED)),
        "denied": str(sum(each.counts.deny for each in verdicts)),
        "review": str(sum(each.counts.review for each in verdicts)),
        "digest": digests[0] if digests else "",
        "report-path": next((str(each) for each in files if each.suffix == ".html"), ""),
        "sarif-path": next((str(each) for each in files if ".sarif" in each.suffixes), ""),
    }
    return {name: value.replace("\n", " ").replace("\r", " ") for name, value in found.items()}


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = error.strerror or error.__class__.__name__
        raise OutputError(f"{path}: cannot be written ({reason.lower()})", hint="GitHub names this file") from error
