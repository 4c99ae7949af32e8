"""`attest provenance`: who built it, what from, when."""

from attest.cli.options import Common, ImageArgument


def provenance(common: Common, ref: ImageArgument) -> int:
    r"""Show how an image was built, as its provenance claims.

    \b
    attest provenance python:3.13-slim --platform linux/amd64
    """
    from attest.cli.output import destinations
    from attest.cli.run import Task, execute
    from attest.model.attachment import EvidenceKind

    task = Task(
        command="provenance",
        kinds=frozenset({EvidenceKind.PROVENANCE}),
        prints=EvidenceKind.PROVENANCE,
    )
    return execute(common, [ref], task, destinations(common, ("text", "json", "ndjson", "yaml")))
