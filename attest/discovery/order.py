"""The order in which findings are told, and what counts where the same is found twice: never which came first."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from attest.model.attachment import Attachment, Probe, ResolvedImage
from attest.model.document import Document
from attest.model.problem import Problem


class Order:
    """The order of one image: what hangs on all of it, then each platform and entry as its index lists them."""

    def __init__(self, image: ResolvedImage) -> None:
        self._entries = {str(entry.digest): position for position, (_, entry) in enumerate(image.entries)}
        self._platforms = {image.key: position for position, image in enumerate(image.platforms)}

    def merged(self, first: Attachment, second: Attachment) -> Attachment:
        """Return one attachment for two findings of it, whichever was first."""
        edges = {*first.edges, *second.edges}
        chosen = min(
            (replace(each, edges=()) for each in (first, second)),
            key=lambda each: (self._of_platform(each.platform), msgspec.json.encode(each, enc_hook=str)),
        )
        return replace(chosen, edges=tuple(sorted(edges, key=lambda edge: (edge.channel, str(edge.subject)))))

    def of_document(self, document: Document) -> tuple[int, str, str]:
        """Return where a document stands: where the index lists what carries it."""
        carrier = document.attachment.manifest
        digest = str(carrier.digest) if carrier else ""
        return (self._entries.get(digest, len(self._entries)), digest, str(document.attachment.layer.digest))

    def probes(self, probes: Iterable[Probe]) -> tuple[Probe, ...]:
        """Return each place once, in order."""

        def rank(probe: Probe) -> tuple[object, ...]:
            return (self._of_platform(probe.platform), probe.channel, probe.location, probe.subject or "", probe.status)

        places = {
            (each.channel, each.location, each.subject, each.status): each
            for each in sorted(probes, key=rank, reverse=True)
        }
        return tuple(sorted(places.values(), key=rank))

    def problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return each problem once, with all its platforms, in order."""
        merged: dict[Problem, set[tuple[str, ...]]] = {}
        for each in problems:
            merged.setdefault(replace(each, platforms=()), set()).add(each.platforms)
        found = [replace(each, platforms=self._together(platforms)) for each, platforms in merged.items()]
        return tuple(sorted(found, key=lambda each: (each.code, each.message, each.pointer or "")))

    def _together(self, platforms: set[tuple[str, ...]]) -> tuple[str, ...]:
        """Return the platforms of a problem that was found on each; none named means the whole image."""
        if () in platforms:
            return ()
        return tuple(sorted({key for each in platforms for key in each}, key=self._of_platform))

    def _of_platform(self, key: str | None) -> int:
        return -1 if key is None else self._platforms.get(key, len(self._platforms))
