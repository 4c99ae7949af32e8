"""One exchange with a registry: request, retries, redirects, and a body that is never larger than expected.

Redirects are followed by our own loop: each target is checked before anything
is sent there, and credentials stay with the origin they are for.
"""

import random
import ssl
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec

from attest.errors import IntegrityError, InvalidConfigError, RateLimitedError, UnreachableError
from attest.sources.registry.addresses import addresses_of, is_local_name, literal_address, refusal
from attest.sources.source import Access
from attest.version import __version__

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS: Final = 5
MAX_RETRY_AFTER_SECONDS: Final = 60.0
CONNECT_TIMEOUT_SECONDS: Final = 10.0
DEADLINE_SECONDS: Final = 120.0
MAX_ERROR_BYTES: Final = 64 * 1024
MAX_REQUESTS: Final = 2000
_CODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip"})
_FIRST_WAIT_SECONDS: Final = 0.3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 522})
# registries whose manifests are served from elsewhere on purpose
_MOVED_MANIFESTS: Final = frozenset({"registry.k8s.io"})


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered in the end. Header names are lower-case; repeated headers stay apart."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    url: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for key, value in self.headers if key == name), None)

    def values(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key == name]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask. `limit` is the largest body in bytes that is read."""

    method: str
    url: str
    headers: Mapping[str, str]
    limit: int
    form: Mapping[str, str] | None = None
    may_move: bool = False


class Wire:
    """The connections to one registry and to where it sends us; safe to use from several threads."""

    def __init__(self, host: str, access: Access) -> None:
        self.host = host
        self.origin = f"{'http' if is_plain(host, access) else 'https'}://{host}"
        self._access = access
        self._deadline = time.monotonic() + DEADLINE_SECONDS
        self._lock = Lock()
        self._requests = 0
        self._not_before = 0.0
        self._client: httpx.Client | None = None

    def send(self, request: Request) -> Answer:
        """Send a request, again where an error may pass, and follow redirects.

        Raises:
            UnreachableError: no useful answer came.
            IntegrityError: the body is larger than the request's limit.
        """
        url, headers = request.url, dict(request.headers)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._persistently(request, url, headers)
            target = answer.header("location")
            if answer.status not in _REDIRECTS or target is None or request.method == "POST":
                return answer
            following = urljoin(url, target)
            self._check_redirect(request, url, following)
            if _origin(following) != _origin(url):
                # a presigned address fails when it is sent someone else's credentials as well
                headers.pop("Authorization", None)
            url = following
        raise UnreachableError(
            f"{self.host}: more than {MAX_REDIRECTS} redirects", code="ATT-NET-006", hint="is there a loop?"
        )

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _persistently(self, request: Request, url: str, headers: Mapping[str, str]) -> Answer:
        attempts = self._access.retries + 1 if request.method in ("GET", "HEAD") else 1
        for attempt in range(attempts):
            self._wait_for_turn()
            try:
                answer = self._once(request, url, headers)
            except UnreachableError:
                if attempt + 1 == attempts:
                    raise
                self._back_off(attempt, None)
                continue
            if answer.status not in _PASSING or attempt + 1 == attempts or _is_pull_limit(answer):
                return answer
            self._back_off(attempt, answer.header("retry-after"))
        raise UnreachableError(f"{self.host}: no answer", hint="try again later")

    def _once(self, request: Request, url: str, headers: Mapping[str, str]) -> Answer:
        import httpx

        with self._lock:
            self._requests += 1
            if self._requests > MAX_REQUESTS:
                raise UnreachableError(f"{self.host}: more than {MAX_REQUESTS} requests", code="ATT-EVD-003")
        began = time.monotonic()
        target, extensions, host = self._pinned(url)
        headers = dict(headers) | ({"Host": host} if host else {})
        try:
            with self.client.stream(
                request.method, target, headers=headers, data=request.form, extensions=extensions
            ) as response:
                answer = Answer(
                    status=response.status_code,
                    body=self._body(request, response, url),
                    headers=tuple((key.lower(), value) for key, value in response.headers.multi_items()),
                    url=url,
                )
        except httpx.TimeoutException as error:
            raise UnreachableError(
                f"{_host(url)}: timed out", code="ATT-NET-002", hint="try again, or raise --timeout"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise UnreachableError(
                f"{_host(url)}: {_reason(error)}", hint=f"attest reached for {_shown(url)}"
            ) from error

        if self._access.trace is not None:
            milliseconds = (time.monotonic() - began) * 1000
            self._access.trace(f"{request.method} {_shown(url)} {answer.status} {milliseconds:.0f} ms")
        return answer

    def _body(self, request: Request, response: "httpx.Response", url: str) -> bytes:
        """Read the body up to the limit; an error's page is cut, a document that is too large is refused."""
        if request.method == "HEAD":
            return b""
        if response.headers.get("content-encoding", "identity").strip().lower() not in _CODINGS:
            # codings one inside the other let a few bytes stand for any number
            raise UnreachableError(f"{_shown(url)}: encoded as nobody asked for", hint="is there a proxy in between?")
        is_error = response.status_code >= 300
        limit = MAX_ERROR_BYTES if is_error else request.limit
        received = bytearray()
        for chunk in response.iter_bytes():
            received += chunk
            if time.monotonic() > self._deadline:
                raise UnreachableError(
                    f"{_host(url)}: not done after {DEADLINE_SECONDS:.0f} seconds", code="ATT-NET-002"
                )
            if len(received) > limit:
                if is_error:
                    return bytes(received[:limit])
                raise IntegrityError(f"{_shown(url)}: more than the {limit} bytes that were announced")
        return bytes(received)

    @cached_property
    def client(self) -> "httpx.Client":
        """The HTTP client; made when it is first needed, for TLS settings take their time."""
        from http.cookiejar import CookieJar, DefaultCookiePolicy

        import httpx

        client = httpx.Client(
            follow_redirects=False,
            timeout=httpx.Timeout(self._access.timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS),
            limits=httpx.Limits(max_connections=self._access.jobs * 2, max_keepalive_connections=self._access.jobs),
            headers={"User-Agent": f"attest/{__version__}", "Accept-Encoding": "identity"},
            verify=self._tls(),
            # Harbor sets cookies and then demands proof against forgery
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        with self._lock:
            self._client = client
        return client

    def _tls(self) -> ssl.SSLContext | bool:
        if self.origin.startswith("http://"):
            return False
        try:
            context = ssl.create_default_context()
            if self._access.ca_file:
                context.load_verify_locations(cafile=self._access.ca_file)
            for folder in ("/etc/docker/certs.d", "/etc/containers/certs.d"):
                for path in sorted((Path(folder) / self.host).glob("*.crt")):
                    context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise InvalidConfigError(
                f"{self._access.ca_file or 'certificates'}: cannot be read", hint="a CA file is in PEM"
            ) from error
        if self.host in self._access.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _check_redirect(self, request: Request, url: str, following: str) -> None:
        """Refuse to be sent where a registry has no business to send us."""
        if urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https":
            raise _refused(following, "from https to http")
        if urlsplit(following).scheme not in ("http", "https") or "@" in urlsplit(following).netloc:
            raise _refused(following, "not a plain web address")
        if _origin(following) != _origin(url) and not (request.may_move or self.host in _MOVED_MANIFESTS):
            raise _refused(following, "to another origin")
        self._pinned(following)

    def _pinned(self, url: str) -> tuple[str, dict[str, Any], str | None]:
        """Return where to connect to for a URL: its own host for the registry, a checked address for any other."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if _origin(url) == self.origin or self._uses_proxy:
            literal = literal_address(host)
            if _origin(url) != self.origin and literal is not None:
                self._check_address(url, (literal,))
            return url, {}, None
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = addresses_of(host, port)
        self._check_address(url, addresses)
        address = addresses[0]
        shown = f"[{address}]" if address.version == 6 else str(address)
        target = urlunsplit(parts._replace(netloc=f"{shown}:{port}"))
        return target, {"sni_hostname": host}, parts.netloc

    def _check_address(self, url: str, addresses: tuple[Any, ...]) -> None:
        for address in addresses:
            why = refusal(address, self._own_addresses, allow_private=self._access.allow_private_redirects)
            if why is not None:
                raise _refused(url, f"to {why}")

    @cached_property
    def _own_addresses(self) -> tuple[Any, ...]:
        parts = urlsplit(self.origin)
        return addresses_of(parts.hostname or "", parts.port or 443)

    @cached_property
    def _uses_proxy(self) -> bool:
        from urllib.request import getproxies, proxy_bypass

        return bool(getproxies().keys() & {"http", "https", "all"}) and not proxy_bypass(urlsplit(self.origin).netloc)

    def _wait_for_turn(self) -> None:
        """Wait while the host asked everyone to; the wait is shared by all threads."""
        with self._lock:
            seconds = self._not_before - time.monotonic()
        if seconds > 0:
            time.sleep(seconds)
        if time.monotonic() > self._deadline:
            raise UnreachableError(f"{self.host}: not done after {DEADLINE_SECONDS:.0f} seconds", code="ATT-NET-002")

    def _back_off(self, attempt: int, retry_after: str | None) -> None:
        asked = _seconds(retry_after)
        # full jitter keeps many clients from coming back at once
        seconds = random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt) if asked is None else asked  # noqa: S311
        if time.monotonic() + seconds > self._deadline or seconds > MAX_RETRY_AFTER_SECONDS:
            raise RateLimitedError(
                f"{self.host}: asks to come back after {seconds:.0f} seconds", hint="try again later, or log in"
            )
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + seconds)


def is_plain(host: str, access: Access) -> bool:
    """Tell whether a registry is spoken to without TLS: on this machine, or where the user says so."""
    name = urlsplit(f"//{host}").hostname or ""
    return host in access.plain_http or is_local_name(name)


def _is_pull_limit(answer: Answer) -> bool:
    """Tell Docker Hub's limit, which takes hours to pass, from being too fast."""
    return answer.status == 429 and b"pull rate limit" in answer.body.lower()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _shown(url: str) -> str:
    """Return a URL without its query, which may hold a signature."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_host(url)}{parts.path}"


def _refused(url: str, why: str) -> UnreachableError:
    return UnreachableError(
        f"{_host(url)}: redirect refused ({why})", code="ATT-NET-006", hint="ask who runs the registry"
    )


def _seconds(text: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or error.__class__.__name__
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted"
    if "Connection refused" in text:
        return "connection refused"
    if "Name or service not known" in text or "nodename nor servname" in text or "No address" in text:
        return "no such host"
    return text[:200]
