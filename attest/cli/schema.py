"""`attest schema`: the JSON Schema of what attest writes."""

from typing import Annotated

import typer


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="report, doctor", show_default=False)],
) -> int:
    r"""Print a JSON Schema.

    \b
    attest schema report > attest.report.schema.json
    """
    from attest.cli.output import print_bytes
    from attest.errors import UsageError
    from attest.render import SCHEMAS

    if name not in SCHEMAS:
        raise UsageError(f"{name}: no such schema", hint=f"schemas: {', '.join(SCHEMAS)}")
    print_bytes(SCHEMAS[name]())
    return 0
