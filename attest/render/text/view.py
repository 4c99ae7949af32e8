"""What every view of the text report offers."""

from typing import Protocol

from attest.model.report import Report, Target
from attest.render.terminal import Page


class View(Protocol):
    """Shows one target the way one command wants it."""

    @property
    def name(self) -> str:
        """The command's name."""
        ...

    def write(self, page: Page, report: Report, target: Target) -> None:
        """Write what the command shows of `target`, which was inspected."""
        ...
