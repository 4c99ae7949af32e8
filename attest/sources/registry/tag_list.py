"""The sorted list of a repository's tags, of which each look shows a part.

A part that begins before a prefix and ends behind it shows every tag with that
prefix, so that one look often answers for several. Registries sort by bytes or
without case: prefixes made of digests have the same place in both.
"""

from collections.abc import Callable
from threading import Lock
from typing import Final

import msgspec

from attest.errors import SourceError
from attest.model.attachment import ProbeStatus
from attest.sources.registry.answers import dated, is_sorted, names_of, status_of, tags_of
from attest.sources.registry.exchange import Answer
from attest.sources.registry.flights import Once
from attest.sources.registry.memory import Memory
from attest.sources.source import Access, Tags

TAGS_A_PAGE: Final = 20
_HAS_NO_LIST: Final = frozenset({401, 403, 404, 405})


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """All tags between `after` and `until`, neither of them included; `until` null means to the end."""

    after: str
    until: str | None
    names: tuple[str, ...]

    def shows(self, prefix: str) -> bool:
        return self.after < prefix and (self.until is None or (self.until > prefix and not _begin(self.until, prefix)))


class TagList:
    """Looks up tags by their beginning; asks at most once for each, and not at all for what another look showed."""

    def __init__(
        self,
        location: str,
        ask: Callable[[str], Answer],
        next_page: Callable[[Answer], str],
        memory: Memory,
        access: Access,
    ) -> None:
        self._location = location
        self._ask = ask
        self._next_page = next_page
        self._memory = memory
        self._access = access
        self._seeks: Once[str, Tags] = Once()
        self._lock = Lock()
        self._parts: list[_Part] = []
        self._refusal: Tags | None = None

    def beginning(self, prefix: str) -> Tags:
        """Return the tags that begin with `prefix`; never raises a `SourceError`."""
        return self._seeks.of(prefix, lambda: self._beginning(prefix))

    def _beginning(self, prefix: str) -> Tags:
        known = self._known(prefix)
        if known is not None:
            return known
        try:
            return self._seek(prefix)
        except SourceError as error:
            whole = self._memory.recall(self._location) if self._access.offline else None
            if whole is not None:
                # another subject was answered from this list, so that its own was never asked for
                return tags_of(_with(prefix, names_of(whole) or ()), self._location, dated(None, whole))
            return Tags(status=status_of(error), location=self._location, detail=error.message)

    def _known(self, prefix: str) -> Tags | None:
        """Return what was learned of a prefix while looking for another."""
        with self._lock:
            if self._refusal is not None:
                return self._refusal
            part = next((each for each in self._parts if each.shows(prefix)), None)
        if part is None:
            return None
        names = _with(prefix, part.names)
        url = self._url(prefix)
        # offline it has to be found without the look that showed it
        self._memory.remember(url, Answer(status=200, body=msgspec.json.encode({"tags": names}), headers=(), url=url))
        return tags_of(names, self._location)

    def _seek(self, prefix: str) -> Tags:
        url = self._url(prefix)
        names: list[str] = []
        for _ in range(self._access.limits.referrer_pages):
            answer = self._ask(url)
            page = names_of(answer) if answer.status == 200 else None
            if page is None:
                return self._refused(answer)
            url = self._next_page(answer)
            if url and (not page or not is_sorted(page) or page[-1] < prefix):
                return self._refused(answer)
            names += page
            if not url or not _begin(page[-1], prefix):
                self._learn(prefix, names, answer, is_last=not url)
                return tags_of(_with(prefix, names), self._location, dated(None, answer))
        return Tags(
            status=ProbeStatus.ERROR,
            location=self._location,
            detail=f"more than {self._access.limits.referrer_pages} pages",
        )

    def _refused(self, answer: Answer) -> Tags:
        """Say why the list is of no use: for one prefix as for all."""
        is_error = answer.status not in (200, *_HAS_NO_LIST)
        refusal = Tags(
            status=ProbeStatus.ERROR if is_error else ProbeStatus.UNSUPPORTED,
            location=self._location,
            http_status=answer.status,
            detail=dated("the list of tags cannot be searched" if answer.status == 200 else None, answer),
        )
        if not is_error:
            with self._lock:
                self._refusal = refusal
        return refusal

    def _learn(self, prefix: str, names: list[str], answer: Answer, *, is_last: bool) -> None:
        """Note which part of the list was shown."""
        after = prefix[:-1]
        if is_last and names and names[0] < after:
            # a server that ignores where to begin gave all there is
            after = ""
            self._memory.remember(self._location, msgspec.structs.replace(answer, url=self._location))
        # a full page may be cut short by who forgets to say so
        ends = is_last and (not after or len(names) < TAGS_A_PAGE)
        if ends or (names and is_sorted(names)):
            part = _Part(after=after, until=None if ends else names[-1], names=tuple(names))
            with self._lock:
                # what is known offline is known for each prefix by itself
                if not self._access.offline or not after:
                    self._parts.append(part)

    def _url(self, prefix: str) -> str:
        return f"{self._location}?n={TAGS_A_PAGE}&last={prefix[:-1]}"


def _begin(name: str, prefix: str) -> bool:
    return name.startswith(prefix)


def _with(prefix: str, names: tuple[str, ...] | list[str]) -> list[str]:
    return [name for name in names if name.startswith(prefix)]
