"""Looks into the list of tags: the one for the smallest digest first, because its answer often shows the others too.

Whoever needs the tags of a digest says so, and is told when they are known:
nobody waits, and no worker is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock

from attest.model.digest import Digest
from attest.sources.source import Source, Tags

Then = Callable[[Tags], None]
"""Told the tags of a digest, in the background."""


class TagSeeks:
    """The tags that are made of the digests of one image; `ask` runs a task in the background."""

    def __init__(self, source: Source, digests: Iterable[Digest], ask: Callable[[Callable[[], object]], None]) -> None:
        self._source = source
        self._first = min(map(stem_of, digests), default=None)
        self._ask = ask
        self._lock = Lock()
        self._began = False
        self._opened = False
        self._waiting: dict[str, list[Then]] = defaultdict(list)

    def of(self, stem: str, then: Then) -> None:
        """Tell `then`, in the background, which tags begin with `stem`: mostly that of a digest."""
        with self._lock:
            self._waiting[stem].append(then)
            is_first, self._began = not self._began, True
            is_open = self._opened
        if is_first:
            self._ask(self._open)
        elif is_open:
            self._ask(partial(self._seek, stem))

    def _open(self) -> None:
        if self._first is not None:
            self._seek(self._first)
        with self._lock:
            self._opened = True
            rest = sorted(self._waiting)
        for stem in rest:
            self._ask(partial(self._seek, stem))

    def _seek(self, stem: str) -> None:
        tags = self._source.tags(stem)
        with self._lock:
            told = self._waiting.pop(stem, [])
        for then in told:
            then(tags)


def stem_of(digest: Digest) -> str:
    """Return how tags made of a digest begin, which is also the tag of its referrers.

    https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
    """
    return f"{digest.algorithm[:32]}-{digest.encoded[:64]}"
