"""The baseline of `check`: read before, told of and perhaps written after."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from attest.cli.options import Common
from attest.errors import UsageError
from attest.model.finding import VerdictStatus
from attest.model.report import BaselineStamp, Report
from attest.policy.baseline import Baseline, read_baseline, written

_SHOWN: Final = 10


def baseline_of(path: str | None, *, updates: bool) -> Baseline | None:
    """Read the baseline that options name.

    Raises:
        UsageError: it is to be updated, and none is named.
        InvalidPolicyError: it cannot be read.
    """
    if path is None:
        if updates:
            raise UsageError("--update-baseline needs --baseline", code="ATT-USE-002", hint="--baseline FILE names it")
        return None
    return read_baseline(path, accepts=updates)


def stamp_of(baseline: Baseline | None) -> BaselineStamp | None:
    """Say in the report which baseline it was."""
    return BaselineStamp(source=baseline.source, created=baseline.created) if baseline else None


def tell(baseline: Baseline, report: Report, common: Common) -> None:
    """Say what is resolved since, and write the baseline anew where it is to be updated.

    Raises:
        OutputError: it cannot be written.
    """
    findings = [finding for target in report.targets for finding in target.findings or ()]
    is_whole = all(each.verdict and each.verdict.status is not VerdictStatus.UNDETERMINED for each in report.targets)
    if not is_whole:
        # what is not known is not resolved
        _say([f"{baseline.source}: not compared in full, for not everything could be judged"], common)
        return
    resolved = baseline.resolved(findings)
    if resolved:
        named = [" ".join(filter(None, (each.rule, each.subject, each.license))) for each in resolved]
        more = [f"  and {len(named) - _SHOWN} more"] if len(named) > _SHOWN else []
        _say(
            [f"{len(named)} findings of the baseline are resolved", *(f"  {each}" for each in named[:_SHOWN]), *more],
            common,
        )
    if baseline.accepts:
        from attest.cli.output import write_file

        write_file(Path(baseline.source), written(findings, report.tool.version, report.run.started))
        _say([f"wrote {baseline.source}"], common)


def _say(lines: Sequence[str], common: Common) -> None:
    from attest.render.sanitize import sanitize

    if not common.quiet:
        sys.stderr.write("".join(f"{'' if line.startswith('  ') else 'note: '}{sanitize(line)}\n" for line in lines))
