"""`attest check`: the gate."""

from typing import Annotated

import typer

from attest.cli.options import Common, ImagesArgument

_PATTERN = "ID|category:X"


def check(  # noqa: PLR0913 - one parameter for each option of the command
    common: Common,
    refs: ImagesArgument,
    *,
    policy: Annotated[
        list[str], typer.Option("--policy", metavar="FILE|builtin:NAME", help="Evaluate this policy.")
    ] = [],  # noqa: B006 - Typer copies it
    deny: Annotated[list[str], typer.Option("--deny", metavar=_PATTERN, help="Fail on this license.")] = [],  # noqa: B006 - Typer copies it
    review: Annotated[list[str], typer.Option("--review", metavar=_PATTERN, help="Have it looked at.")] = [],  # noqa: B006 - Typer copies it
    warn: Annotated[list[str], typer.Option("--warn", metavar=_PATTERN, help="Mention it.")] = [],  # noqa: B006 - Typer copies it
    allow: Annotated[list[str], typer.Option("--allow", metavar=_PATTERN, help="Accept it.")] = [],  # noqa: B006 - Typer copies it
    require: Annotated[
        list[str], typer.Option("--require", metavar="KIND,…", help="sbom, provenance, signature.")
    ] = [],  # noqa: B006 - Typer copies it
    effective_time: Annotated[
        str, typer.Option("--effective-time", metavar="TIME", help="now, attestation, or RFC 3339: judge expiry then.")
    ] = "now",
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 where the policy is not met.")] = False,
) -> int:
    r"""Evaluate a policy: exit 1 if the image does not meet it.

    \b
    attest check grafana/grafana:12.1.0 --deny AGPL-3.0-only
    attest check registry.example.com/app:1.4 --policy policy.toml
    """
    from attest.cli import github
    from attest.cli.output import JUDGED, destinations
    from attest.cli.policies import evaluator
    from attest.cli.run import Task, execute
    from attest.policy import Lists

    lists = Lists(deny=tuple(deny), review=tuple(review), warn=tuple(warn), allow=tuple(allow), require=tuple(require))
    common = github.chosen(common)
    task = Task(
        command="check",
        evaluate=evaluator(policy, lists, effective_time),
        exit_zero=exit_zero,
        tell=github.tell if common.format == github.NAME else None,
    )
    return execute(common, refs, task, destinations(common, JUDGED))
