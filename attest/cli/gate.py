"""What `check` does with its options: evaluate, compare, report, and tell whoever runs it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from attest.cli import baselines, github
from attest.cli.options import Common
from attest.cli.output import JUDGED, destinations
from attest.cli.policies import NOW, evaluator
from attest.cli.run import Task, execute
from attest.model.report import Report
from attest.policy import Lists


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `check`."""

    policies: tuple[str, ...] = ()
    lists: Lists = Lists()
    effective_time: str = NOW
    baseline: str | None = None
    updates_baseline: bool = False
    exit_zero: bool = False

    def check(self, common: Common, references: Sequence[str]) -> int:
        """Judge every image, write the reports, and return the exit code."""
        known = baselines.baseline_of(self.baseline, updates=self.updates_baseline)
        common = github.chosen(common)

        def tell(report: Report, files: Sequence[Path]) -> None:
            if known:
                baselines.tell(known, report, common)
            if common.format == github.NAME:
                github.tell(report, files)

        task = Task(
            command="check",
            evaluate=evaluator(self.policies, self.lists, self.effective_time, known),
            exit_zero=self.exit_zero,
            tell=tell,
            baseline=baselines.stamp_of(known),
        )
        return execute(common, references, task, destinations(common, JUDGED))
