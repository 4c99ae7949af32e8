"""The body of an answer: never larger than expected, and kept when it is cut short so that only the rest is fetched."""

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from attest.errors import IntegrityError, UnreachableError
from attest.sources.registry.redirects import printable, shown

if TYPE_CHECKING:
    import httpx

MAX_ERROR_BYTES: Final = 64 * 1024
_PARTIAL: Final = 206
# what encoding may add to content that does not get smaller
_SLACK_BYTES: Final = 64 * 1024
_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
_RANGE: Final = re.compile(r"bytes ([0-9]{1,15})-", re.ASCII)
# zlib's number for "a header of gzip or of zlib, whichever is there"
_ANY_HEADER: Final = 47


class Body:
    """What was received of one document, over one or more answers: as much as was announced, or a `setting` allows.

    Nobody is asked to encode; a server that does so all the same is decoded,
    once and within the limit. Codings that are stacked are refused: a few bytes
    of such a body can stand for any number of bytes.
    """

    def __init__(self, url: str, limit: int, setting: str | None = None) -> None:
        self._url = url
        self._limit = limit
        self._setting = setting
        self._received = bytearray()
        self.is_resumed = False

    @property
    def rest(self) -> dict[str, str]:
        """The header with which only what is missing is asked for; empty at first."""
        return {"Range": f"bytes={len(self._received)}-"} if self._received else {}

    def read(self, response: "httpx.Response") -> bytes:
        """Read an answer to its end.

        Raises:
            IntegrityError: it is larger than the limit.
            UnreachableError: it is encoded as nobody asked for.
        """
        self.is_resumed = response.status_code == _PARTIAL and self._continues(response)
        if not self.is_resumed:
            self._received.clear()
        if response.status_code >= 300:
            return self._page(response)
        self._check(int(response.headers.get("content-length") or 0) + len(self._received))
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in ("", "identity"):
            return self._decoded(response, coding)
        for chunk in response.iter_raw():
            self._received += chunk
            self._check(len(self._received))
        return bytes(self._received)

    def _continues(self, response: "httpx.Response") -> bool:
        match = _RANGE.match(response.headers.get("content-range", ""))
        return match is not None and bool(self._received) and int(match[1]) == len(self._received)

    def _page(self, response: "httpx.Response") -> bytes:
        """Read an error's page as far as anybody wants to."""
        page = bytearray()
        for chunk in response.iter_raw():
            page += chunk
            if len(page) > MAX_ERROR_BYTES:
                break
        return bytes(page[:MAX_ERROR_BYTES])

    def _decoded(self, response: "httpx.Response", coding: str) -> bytes:
        if coding not in _CODINGS:
            raise UnreachableError(
                f"{shown(self._url)}: encoded as nobody asked for ({printable(coding[:40])})",
                code="ATT-NET-004",
                hint="is there a proxy in between?",
            )
        decoder: Any = zlib.decompressobj(_ANY_HEADER)
        encoded_bytes, decoded = 0, bytearray()
        try:
            for chunk in response.iter_raw():
                encoded_bytes += len(chunk)
                decoded += decoder.decompress(chunk, self._limit + 1)
                self._check(max(len(decoded), encoded_bytes - _SLACK_BYTES))
        except zlib.error as error:
            raise IntegrityError(f"{shown(self._url)}: not compressed as its header says") from error
        return bytes(decoded)

    def _check(self, size: int) -> None:
        if size <= self._limit:
            return
        if self._setting is None:
            raise IntegrityError(f"{shown(self._url)}: more than the {self._limit} bytes that were announced")
        raise IntegrityError(
            f"{shown(self._url)}: more than {self._limit} bytes",
            code="ATT-EVD-003",
            hint=f"raise {self._setting} if this is what you expect",
        )
