"""`attest report`: files that an auditor can keep."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from attest.cli.options import Common, ImagesArgument


def report(
    common: Common,
    refs: ImagesArgument,
    policy: Annotated[
        list[str], typer.Option("--policy", metavar="FILE|builtin:NAME", help="Show what this policy says.")
    ] = [],  # noqa: B006 - Typer copies it
) -> int:
    r"""Write a report; findings never make it fail.

    \b
    attest report python:3.13-slim -o report.html
    attest report python:3.13-slim -o report.html -o report.json
    """
    from attest.cli.output import STDOUT, destinations
    from attest.cli.policies import evaluator
    from attest.cli.run import EXIT_OK, EXIT_UNMET, Task, execute

    chosen = destinations(common, ("html", "json", "ndjson", "markdown", "text"), default="html")
    task = Task(command="report", evaluate=evaluator(policy) if policy else None)
    code = execute(common, refs, task, chosen)
    for destination in chosen:
        if destination.path != STDOUT and not common.quiet and not any("{" in each.path for each in chosen):
            path = Path(destination.path)
            sys.stdout.write(f"wrote {path}  ({path.stat().st_size / 1024:.0f} KB)   {path.resolve().as_uri()}\n")
    return EXIT_OK if code == EXIT_UNMET else code
