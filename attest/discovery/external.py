"""Evidence that is kept in another repository, where it names the image's digests all the same.

Which repositories these are the source knows: from options, and for a mirror
of a Docker Hardened Image because its index says that it is one. Each is
searched as the image's own would be.
"""

from functools import partial
from typing import Final

from msgspec.structs import replace

from attest.discovery.cosign_tags import LOCATOR as COSIGN_TAGS
from attest.discovery.referrers import LOCATOR as REFERRERS
from attest.discovery.search import Place, Search, Task, Urgency, Wish
from attest.errors import AttestError
from attest.model.attachment import Attachment, Channel, Probe, ResolvedImage
from attest.model.document import Document
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import HARDENED_BUILD_ID, HARDENED_TITLE_PREFIX, TITLE
from attest.model.problem import Problem
from attest.sources.source import Neighbor, Source


class External:
    """Looks into every other repository that holds evidence of the image."""

    name = "external"
    channels = frozenset({Channel.EXTERNAL})

    def locate(self, search: Search, place: Place) -> None:
        """See `Locator.locate`."""
        for neighbor in search.source.neighbors(is_hardened=is_hardened(search.source, search.image)):
            search.elsewhere(neighbor.source, partial(_Elsewhere, search, neighbor)).visit(place)


LOCATOR: Final = External()


def is_hardened(source: Source, image: ResolvedImage) -> bool:
    """Tell a Docker Hardened Image, or a mirror of one: each entry of its index names a build, its title the kind."""
    listed = [entry for index, entry in image.entries if index == image.root.digest]
    if not listed or not all(entry.annotations.get(HARDENED_BUILD_ID) for entry in listed):
        return False
    try:
        index = parse_manifest(source.manifest(image.root), image.root.media_type)
    except AttestError:
        return False
    return isinstance(index, Index) and index.annotations.get(TITLE, "").startswith(HARDENED_TITLE_PREFIX)


class _Elsewhere(Search):
    """A view of a search: it asks another repository, and reports what is there to the search itself."""

    def __init__(self, search: Search, neighbor: Neighbor) -> None:
        wish = Wish(limits=search.limits, tag_prefix=search.tag_prefix)
        super().__init__(neighbor.source, search.image, _unread, (REFERRERS, COSIGN_TAGS), wish)
        self._search = search
        self._neighbor = neighbor

    def ask(self, task: Task, urgency: Urgency = Urgency.LISTS) -> None:
        self._search.ask(task, urgency)

    def found(self, attachment: Attachment) -> None:
        self._neighbor.lends(attachment.layer)
        self._search.found(_external(attachment))

    def lost(self, attachment: Attachment, error: AttestError) -> None:
        self._search.lost(_external(attachment), error)

    def probe(self, probe: Probe) -> None:
        self._search.probe(replace(probe, channel=Channel.EXTERNAL))

    def problem(self, problem: Problem) -> None:
        self._search.problem(replace(problem, channel=Channel.EXTERNAL))


def _external(attachment: Attachment) -> Attachment:
    return replace(attachment, edges=tuple(replace(edge, channel=Channel.EXTERNAL) for edge in attachment.edges))


def _unread(_attachment: Attachment, _content: bytes | AttestError) -> Document:
    raise AssertionError("the search itself reads what is found")
