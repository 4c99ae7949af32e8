"""Progress of long work: a line on a terminal's stderr, nothing in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from attest.cli.options import Common
from attest.discovery.search import Progress


@contextmanager
def progress_of(common: Common, reference: str) -> Iterator[Progress | None]:
    """Show how the fetches for `reference` come along while the block runs."""
    if common.quiet or common.no_progress or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from attest.render.sanitize import sanitize

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(sanitize(reference)[:60], total=None)

        def advance(done: int, asked: int) -> None:
            bar.update(task, completed=done, total=asked)

        yield advance
