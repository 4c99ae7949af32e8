"""One exchange with a registry: a request, repeated where an error may pass, and followed where it is redirected.

Redirects are followed by our own loop: each target is checked before anything
is sent there, and credentials stay with the origin they are for.
"""

import re
import time
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from attest.errors import UnreachableError
from attest.model.limits import setting
from attest.sources.registry.addresses import is_local_name
from attest.sources.registry.body import Body
from attest.sources.registry.redirects import REDIRECTS, Routes, origin_of, shown
from attest.sources.registry.retry import PASSING, Deadline, Turns
from attest.sources.registry.tls import Tls
from attest.sources.source import Access
from attest.version import __version__

if TYPE_CHECKING:
    import httpx

    from attest.sources.registry.transport import Transport

CONNECT_TIMEOUT_SECONDS: Final = 10.0
_OK: Final = 200
_PARTIAL: Final = 206
_WARNING: Final = re.compile(r'299 - "([^"\\]{1,4096})"')


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered in the end. Header names are lower-case; repeated headers stay apart.

    `as_of` is when it said so, where the answer was remembered; null for a fresh one.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    url: str
    as_of: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for key, value in self.headers if key == name), None)

    def values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key == name]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask. `limit` is the largest body in bytes that is read; a `setting` may raise it.

    A redirect is followed only within the origin, unless the content `may_move`,
    and never unless the request `follows`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    limit: int
    setting: str | None = None
    form: Mapping[str, str] | None = None
    may_move: bool = False
    follows: bool = True


class Wire:
    """The connections to one registry and to where it sends us; safe to use from several threads."""

    def __init__(self, host: str, access: Access) -> None:
        self.host = host
        self.origin = f"{'http' if is_plain(host, access) else 'https'}://{host}"
        self._access = access
        self._deadline = Deadline(host, access.deadline_seconds)
        self._turns = Turns(host, self._deadline, access.jobs)
        self._routes = Routes(self.origin, allow_private=access.allow_private_redirects)
        self._lock = Lock()
        self._requests = 0

    def send(self, request: Request) -> Answer:
        """Send a request, again where an error may pass, and follow redirects.

        Raises:
            UnreachableError: no useful answer came.
            IntegrityError: the body is larger than the request's limit.
        """
        url, headers = request.url, dict(request.headers)
        for _ in range(self._access.limits.redirects + 1):
            answer = self._persistently(request, url, headers)
            location = answer.header("location")
            if answer.status not in REDIRECTS or location is None or not request.follows:
                return answer
            target = self._routes.following(url, location, may_move=request.may_move)
            if origin_of(target) != origin_of(url):
                # a presigned address fails when it is sent someone else's credentials as well
                headers.pop("Authorization", None)
            url = target
        raise UnreachableError(
            f"{self.host}: more than {self._access.limits.redirects} redirects",
            code="ATT-NET-006",
            hint=f"is there a loop? {setting('redirects')} sets this limit",
        )

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if "_transport" in self.__dict__:
                self._transport.close()

    def _persistently(self, request: Request, url: str, headers: Mapping[str, str]) -> Answer:
        from attest.sources.registry.transport import FAULTS, explained, is_passing

        attempts = self._access.retries + 1 if request.method in ("GET", "HEAD") else 1
        body = Body(url, request.limit, request.setting)
        for left in range(attempts - 1, -1, -1):
            retry_after = None
            try:
                with self._turns.turn() as began:
                    answer = self._once(request, url, headers, body)
            except FAULTS as fault:
                if not left or not is_passing(fault):
                    raise explained(fault, url) from fault
            else:
                if answer.status == 429:
                    self._turns.slow_down(began)
                if not left or answer.status not in PASSING or _is_pull_limit(answer):
                    return answer
                retry_after = answer.header("retry-after")
            self._turns.back_off(attempts - 1 - left, retry_after)
        raise UnreachableError(f"{self.host}: no answer", hint="try again later")

    def _once(self, request: Request, url: str, headers: Mapping[str, str], body: Body) -> Answer:
        with self._lock:
            self._requests += 1
            if self._requests > self._access.limits.requests:
                raise UnreachableError(
                    f"{self.host}: more than {self._access.limits.requests} requests",
                    code="ATT-EVD-003",
                    hint=f"ask for one platform; {setting('requests')} sets this limit",
                )
            transport = self._transport
        began = time.monotonic()
        with closing(transport.handle_request(self._request(request, url, {**headers, **body.rest}))) as response:
            content = body.read(response)
        # a body that was completed is as good as one that came at once
        status = _OK if response.status_code == _PARTIAL and body.is_resumed else response.status_code
        if self._access.trace is not None:
            milliseconds = (time.monotonic() - began) * 1000
            self._access.trace(f"{request.method} {shown(url)} {response.status_code} {milliseconds:.0f} ms")
        received = tuple((key.lower(), value) for key, value in response.headers.multi_items())
        self._tell_warnings(received)
        return Answer(status=status, body=content, headers=received, url=url)

    def _tell_warnings(self, headers: tuple[tuple[str, str], ...]) -> None:
        """Tell what the registry wants people to know, such as that an image will go away.

        https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
        """
        for name, value in headers:
            match = _WARNING.fullmatch(value) if name == "warning" else None
            if match is not None and self._access.note is not None:
                self._access.note(f"{self.host} warns: {match[1]}")

    def _request(self, request: Request, url: str, headers: Mapping[str, str]) -> "httpx.Request":
        import httpx

        timeout = httpx.Timeout(self._access.timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS)
        own = {"User-Agent": f"attest/{__version__}", "Accept-Encoding": "identity"}
        extensions = {"timeout": timeout.as_dict()}
        return httpx.Request(request.method, url, headers={**own, **headers}, data=request.form, extensions=extensions)

    @cached_property
    def _transport(self) -> "Transport":
        """All connections; made when the first is needed, for what it imports takes its time.

        `httpx.Client` has no place here: it reads every `Location` itself,
        keeps cookies (Harbor sets some and then demands proof against forgery)
        and takes passwords out of URLs.
        """
        from attest.sources.registry.transport import Transport

        tls = Tls(self.host, urlsplit(self.origin).hostname or "", self._access)
        return Transport(self._routes, self._deadline, tls, 2 * self._access.jobs)


def is_plain(host: str, access: Access) -> bool:
    """Tell whether a registry is spoken to without TLS: on this machine, or where the user says so."""
    name = urlsplit(f"//{host}").hostname or ""
    return host in access.plain_http or is_local_name(name)


def _is_pull_limit(answer: Answer) -> bool:
    """Tell Docker Hub's limit, which takes hours to pass, from being too fast."""
    return answer.status == 429 and b"pull rate limit" in answer.body.lower()
