"""`attest packages`: the package list."""

from typing import Annotated

import typer

from attest.cli.options import Common, ImagesArgument


def packages(
    common: Common,
    refs: ImagesArgument,
    *,
    type_: Annotated[list[str], typer.Option("--type", metavar="TYPE", help="Only this purl type.")] = [],  # noqa: B006 - Typer copies it
    license_: Annotated[
        list[str], typer.Option("--license", metavar="GLOB", help="Only packages with this license.")
    ] = [],  # noqa: B006 - Typer copies it
    name: Annotated[list[str], typer.Option("--name", metavar="GLOB", help="Only packages so named.")] = [],  # noqa: B006 - Typer copies it
) -> int:
    r"""List the packages of an image and the licenses they carry.

    \b
    attest packages python:3.13-slim --type deb
    attest packages oci:path/to/layout -f json
    """
    from attest.cli.output import destinations
    from attest.cli.run import Task, execute
    from attest.cli.selection import Selection
    from attest.model.attachment import EvidenceKind

    selection = Selection(types=tuple(type_), licenses=tuple(license_), names=tuple(name))
    task = Task(
        command="packages",
        kinds=frozenset({EvidenceKind.SBOM}),
        prints=EvidenceKind.SBOM,
        select=selection.apply,
    )
    return execute(common, refs, task, destinations(common, ("text", "json", "ndjson", "yaml", "csv")))
