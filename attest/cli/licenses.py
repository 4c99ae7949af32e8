"""`attest licenses`: which licenses, and which packages carry them."""

from typing import Annotated

import typer

from attest.cli.options import Common, ImagesArgument


def licenses(
    common: Common,
    refs: ImagesArgument,
    *,
    category: Annotated[
        list[str], typer.Option("--category", metavar="CATEGORY", help="Only licenses of this category.")
    ] = [],  # noqa: B006 - Typer copies it
    missing: Annotated[bool, typer.Option("--missing", help="Only packages without a usable license.")] = False,
) -> int:
    r"""Summarize the licenses of an image, then the packages under each.

    \b
    attest licenses python:3.13-slim
    attest licenses python:3.13-slim --category copyleft-strong
    """
    from attest.cli.output import destinations
    from attest.cli.run import Task, execute
    from attest.cli.selection import Selection
    from attest.model.attachment import EvidenceKind

    selection = Selection(categories=tuple(category), missing=missing)
    task = Task(
        command="licenses",
        kinds=frozenset({EvidenceKind.SBOM}),
        prints=EvidenceKind.SBOM,
        select=selection.apply,
    )
    return execute(common, refs, task, destinations(common, ("text", "json", "ndjson", "yaml", "csv")))
