"""`attest report`: files that an auditor can keep."""

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
    from attest.cli.output import JUDGED, destinations
    from attest.cli.policies import evaluator
    from attest.cli.run import Task, execute

    chosen = destinations(common, JUDGED, default="html")
    task = Task(command="report", evaluate=evaluator(policy) if policy else None, describes=True)
    return execute(common, refs, task, chosen)
