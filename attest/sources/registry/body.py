"""The body of an answer: never larger than expected, and kept when it is cut short so that only the rest is fetched."""

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from attest.errors import IntegrityError, UnreachableError
from attest.sources.registry.redirects import printable, shown, shown_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

MAX_ERROR_BYTES: Final = 64 * 1024
_PARTIAL: Final = 206
_SLACK_BYTES: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes ([0-9]{1,15})-", re.ASCII)
# zlib's number for "a header of gzip or of zlib, whichever is there"
_ANY_HEADER: Final = 47


class Body:
    """What was received of one document, over one or more answers.

    Nobody is asked to encode; a server that does so all the same is decoded,
    once and within the limit. Codings that are stacked are refused: a few bytes
    of such a body can stand for any number of bytes.
    """

    def __init__(self, url: str, limit: int) -> None:
        self._url = url
        self._limit = limit
        self._received = bytearray()

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
        if response.status_code != _PARTIAL or not self._continues(response):
            self._received.clear()
        if response.status_code >= 300:
            return self._page(response)
        self._check(int(response.headers.get("content-length") or 0) + len(self._received))
        coding = response.headers.get("content-encoding", "").strip().lower()
        try:
            for chunk in self._chunks(response, coding):
                self._received += chunk
                self._check(len(self._received))
        finally:
            if coding not in ("", "identity"):
                # the rest of an encoded body does not go with the beginning of a decoded one
                self._received, received = bytearray(), self._received
            else:
                received = self._received
        return bytes(received)

    def _continues(self, response: "httpx.Response") -> bool:
        match = _RANGE.match(response.headers.get("content-range", ""))
        return match is not None and int(match[1]) == len(self._received)

    def _page(self, response: "httpx.Response") -> bytes:
        """Read an error's page as far as anybody wants to."""
        page = bytearray()
        for chunk in response.iter_raw():
            page += chunk
            if len(page) > MAX_ERROR_BYTES:
                break
        return bytes(page[:MAX_ERROR_BYTES])

    def _chunks(self, response: "httpx.Response", coding: str) -> "Iterator[bytes]":
        if coding in ("", "identity"):
            yield from response.iter_raw()
        elif coding in ("gzip", "x-gzip", "deflate"):
            yield from self._inflated(response)
        else:
            raise UnreachableError(
                f"{shown_host(self._url)}: the answer is encoded as {printable(coding[:40])}, which was not asked for",
                code="ATT-NET-004",
                hint="is there a proxy in between?",
            )

    def _inflated(self, response: "httpx.Response") -> "Iterator[bytes]":
        inflater: Any = zlib.decompressobj(_ANY_HEADER)
        received = 0
        try:
            for chunk in response.iter_raw():
                received += len(chunk)
                self._check(received - _SLACK_BYTES)
                yield inflater.decompress(chunk, self._limit + 1)
        except zlib.error as error:
            raise IntegrityError(f"{shown(self._url)}: not compressed as its header says") from error

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise IntegrityError(f"{shown(self._url)}: more than the {self._limit} bytes that were announced")
