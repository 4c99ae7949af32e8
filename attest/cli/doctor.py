"""`attest doctor`: what stands between this machine and a registry."""

from typing import Annotated

import typer

from attest.cli.options import Common
from attest.model.doctor import Examination


def doctor(
    common: Common,
    ref: Annotated[
        str, typer.Argument(metavar="[REF]", help="An image in the registry to look at.", show_default=False)
    ] = "hello-world",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the document attest.doctor/1.0.")] = False,
    settings: Annotated[
        bool, typer.Option("--settings", help="Print each setting and where it comes from; so does --config alone.")
    ] = False,
) -> int:
    r"""Check what stands between this machine and a registry; Docker Hub if none is named.

    \b
    attest doctor ghcr.io/acme/app:1.0
    attest doctor --config
    """
    if settings:
        return _print_settings(common, as_json=as_json)
    return _examined(common, ref, as_json=as_json)


def _examined(common: Common, ref: str, *, as_json: bool) -> int:
    from attest.cli.access import access_of
    from attest.cli.output import presentation_of, print_bytes, print_text
    from attest.errors import UsageError
    from attest.model.reference import Reference, without_registry_prefix
    from attest.render.doctor import render_json, render_text
    from attest.sources import kind_of
    from attest.sources.registry.doctor import examine
    from attest.version import __version__

    if common.output or common.format not in (None, "text", "json"):
        raise UsageError("doctor: writes text or JSON to stdout", code="ATT-USE-002", hint="attest doctor REF --json")
    if common.offline:
        raise UsageError("doctor: --offline leaves nothing to look at", code="ATT-USE-002", hint="leave out --offline")
    if kind_of(ref).name != "registry":
        raise UsageError(
            f"{ref}: is in no registry", code="ATT-USE-002", hint="name an image, such as ghcr.io/acme/app"
        )
    rest = without_registry_prefix(ref)
    reference = Reference.parse(ref if rest is None else rest)
    checks = tuple(examine(reference, access_of(common)))
    found = Examination(version=__version__, ref=ref, registry=reference.domain, checks=checks)
    if as_json or common.format == "json":
        print_bytes(render_json(found).encode())
    else:
        print_text(render_text(found, presentation_of(common)), common)
    return found.exit_code


def _print_settings(common: Common, *, as_json: bool) -> int:
    from attest.cli.output import presentation_of, print_bytes, print_text
    from attest.cli.settings import render_json, render_text, settings_of

    rows = settings_of(common)
    if as_json or common.format == "json":
        print_bytes(render_json(rows).encode())
    else:
        print_text(render_text(rows, presentation_of(common)), common)
    return 0
