"""`attest check`: the gate."""

from typing import Annotated

import typer

from attest.cli.options import Common, ImagesArgument

_PATTERN = "ID|category:X"


Policies = Annotated[list[str], typer.Option("--policy", metavar="FILE|builtin:NAME", help="Evaluate this policy.")]
Required = Annotated[list[str], typer.Option("--require", metavar="KIND,…", help="sbom, provenance, signature.")]
EffectiveTime = Annotated[
    str, typer.Option("--effective-time", metavar="TIME", help="now, attestation, or RFC 3339: judge expiry then.")
]
BaselinePath = Annotated[
    str | None, typer.Option("--baseline", metavar="FILE", help="What was found before does not count.")
]


def check(  # noqa: PLR0913 - one parameter for each option of the command
    common: Common,
    refs: ImagesArgument,
    *,
    policy: Policies = [],  # noqa: B006 - Typer copies it
    deny: Annotated[list[str], typer.Option("--deny", metavar=_PATTERN, help="Fail on this license.")] = [],  # noqa: B006 - Typer copies it
    review: Annotated[list[str], typer.Option("--review", metavar=_PATTERN, help="Have it looked at.")] = [],  # noqa: B006 - Typer copies it
    warn: Annotated[list[str], typer.Option("--warn", metavar=_PATTERN, help="Mention it.")] = [],  # noqa: B006 - Typer copies it
    allow: Annotated[list[str], typer.Option("--allow", metavar=_PATTERN, help="Accept it.")] = [],  # noqa: B006 - Typer copies it
    require: Required = [],  # noqa: B006 - Typer copies it
    effective_time: EffectiveTime = "now",
    baseline: BaselinePath = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Accept what is found, and write it there.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 where the policy is not met.")] = False,
) -> int:
    r"""Evaluate a policy: exit 1 if the image does not meet it.

    \b
    attest check grafana/grafana:12.1.0 --deny AGPL-3.0-only
    attest check registry.example.com/app:1.4 --policy policy.toml
    """
    from attest.cli.gate import Gate
    from attest.policy import Lists

    lists = Lists(deny=tuple(deny), review=tuple(review), warn=tuple(warn), allow=tuple(allow), require=tuple(require))
    gate = Gate(
        policies=tuple(policy),
        lists=lists,
        effective_time=effective_time,
        baseline=baseline,
        updates_baseline=update_baseline,
        exit_zero=exit_zero,
    )
    return gate.check(common, refs)
