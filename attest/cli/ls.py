"""`attest ls`: every attached document."""

from attest.cli.options import Common, ImageArgument


def ls(common: Common, ref: ImageArgument) -> int:
    r"""List every document attached to an image, and where it was found.

    \b
    attest ls python:3.13-slim
    """
    from attest.cli.output import destinations
    from attest.cli.run import Task, execute

    return execute(common, [ref], Task(command="ls"), destinations(common, ("text", "json", "ndjson", "yaml")))
