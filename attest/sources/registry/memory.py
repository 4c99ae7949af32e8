"""What a registry answered in an earlier run, and the content that it gave.

An answer is kept as it came - its status, a few headers, its body by digest -
and read again by the same code that reads fresh ones, so that what was damaged
on disk is refused for the same reasons. No request is kept, and so no token.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from attest.errors import UnreachableError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.wire import decoder_of
from attest.sources.registry.cache import Cache
from attest.sources.registry.exchange import Answer
from attest.sources.source import MAX_MANIFEST_BYTES, Access

CHALLENGE_SECONDS: Final = 24 * 3600.0
UNSUPPORTED_SECONDS: Final = 3600.0
_KEPT_HEADERS: Final = frozenset({"content-type", "docker-content-digest", "link", "www-authenticate"})


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """An answer on disk. `asked` is in seconds since 1970; `digest` and `size` are those of its body."""

    url: str
    asked: float
    status: int
    headers: tuple[tuple[str, str], ...]
    digest: str
    size: int


class Memory:
    """Remembers on disk where there is a cache, and nothing where there is none."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._cache: Cache | None = None
        if access.cache_dir is not None:
            self._cache = Cache(Path(access.cache_dir), access.max_cache_bytes, access.note)
        self._reads = access.offline or not access.refresh
        self._oldest: float | None = None

    def content(self, descriptor: Descriptor) -> bytes | None:
        """Return content that is kept, checked against its digest and size.

        Raises:
            UnreachableError: it is not kept, and cannot be asked for.
        """
        found = self._content(descriptor.digest, descriptor.size)
        if found is None and self._access.offline:
            raise _missing(str(descriptor.digest))
        return found

    def keep(self, digest: Digest, content: bytes) -> None:
        """Keep content that was checked against its digest."""
        if self._cache is not None:
            self._cache.keep(digest, content)

    def remember(self, url: str, answer: Answer) -> None:
        """Remember the answer to a request for `url`; where it was redirected to may be a secret, and is not kept."""
        if self._cache is None or answer.url != url:
            return
        # of an error nothing but its status is ever used
        body = answer.body if answer.status == 200 else b""
        digest = Digest.of(body)
        note = _Note(
            url=url,
            asked=time.time(),
            status=answer.status,
            headers=tuple(each for each in answer.headers if each[0] in _KEPT_HEADERS),
            digest=str(digest),
            size=len(body),
        )
        self._cache.keep(digest, body)
        self._cache.put(url, msgspec.json.encode(note))

    def recall(self, url: str, within_seconds: float | None = None) -> Answer | None:
        """Return the last answer to a request for `url`, unless it is older than that; null if none is known."""
        note = self._note(url)
        if note is None or (within_seconds is not None and not 0 <= time.time() - note.asked <= within_seconds):
            return None
        return self._answer(note)

    def last(self, url: str, name: str) -> Answer:
        """Return the last answer to a request for `url`, which is called `name`, in place of a fresh one.

        Raises:
            UnreachableError: there is none.
        """
        note = self._note(url)
        if note is None:
            raise _missing(name)
        answer = self._answer(note)
        if answer is None:
            raise _missing(note.digest)
        self._oldest = min(self._oldest or note.asked, note.asked)
        return answer

    def close(self) -> None:
        """Make room on disk, and tell how old the answers were that stood in for fresh ones."""
        if self._cache is not None:
            self._cache.close()
        if self._oldest is not None and self._access.note is not None:
            self._access.note(f"offline: tags and lists are as the registry gave them on {_text(self._oldest)}")
            self._oldest = None

    def _note(self, url: str) -> _Note | None:
        written = self._cache.note(url) if self._cache is not None and self._reads else None
        if written is None:
            return None
        try:
            note = decoder_of(_Note).decode(written)
            Digest.parse(note.digest)
            _text(note.asked)
        except (msgspec.DecodeError, ValueError, OverflowError, OSError, RecursionError):
            return None
        # another text may have the same place only if somebody put it there
        return note if note.url == url else None

    def _answer(self, note: _Note) -> Answer | None:
        if not 0 <= note.size <= 2 * MAX_MANIFEST_BYTES:
            return None
        body = self._content(Digest.parse(note.digest), note.size)
        if body is None:
            return None
        as_of = _text(note.asked)
        return Answer(status=note.status, body=body, headers=note.headers, url=note.url, as_of=as_of)

    def _content(self, digest: Digest, size: int) -> bytes | None:
        return self._cache.content(digest, size) if self._cache is not None and self._reads else None


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _missing(name: str) -> UnreachableError:
    return UnreachableError(
        f"{name}: not in the cache, and --offline is given",
        code="ATT-NET-005",
        hint="run it once without --offline, or inspect an OCI layout",
    )
