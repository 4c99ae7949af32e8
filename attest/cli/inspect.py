"""`attest inspect`: the overview."""

from attest.cli.options import Common, ImagesArgument


def inspect(common: Common, refs: ImagesArgument) -> int:
    r"""Show what is attached to an image, on every platform.

    \b
    attest inspect python:3.13-slim
    attest inspect oci:path/to/layout --platform linux/arm64
    """
    from attest.cli.output import destinations
    from attest.cli.run import Task, execute

    chosen = destinations(common, ("text", "json", "ndjson", "yaml", "markdown", "html"))
    return execute(common, refs, Task(command="inspect"), chosen)
