"""What every renderer offers: a report as text, and the file names it is written under."""

from typing import Protocol

from attest.model.report import Report
from attest.render.presentation import Presentation


class Renderer(Protocol):
    """Shows a report in one format; it computes no fact and has no opinion."""

    @property
    def name(self) -> str:
        """The word after `--format`, as its module's name."""
        ...

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of file names that ask for this format, each with its dot."""
        ...

    def render(self, report: Report, presentation: Presentation) -> str:
        """Return the whole document. The same report gives the same text."""
        ...
