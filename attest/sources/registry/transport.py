"""Connections: to addresses that were checked, with the TLS settings of their host, never beyond the deadline.

A name is looked up once for each connection, its addresses are checked, and the
connection goes to one of these, so that a name cannot change its mind in
between (https://github.com/google/go-containerregistry/issues/2440). Through a
proxy, names are the proxy's to look up.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpcore
import httpx  # noqa: TID253 - this module is imported with the first request, never before

from attest.errors import InvalidConfigError, UnreachableError
from attest.sources.registry.addresses import is_local_name
from attest.sources.registry.redirects import Routes, printable, shown, shown_host
from attest.sources.registry.retry import Deadline
from attest.sources.registry.tls import Tls

FAULTS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpx.InvalidURL,
    ValueError,
)
"""What a request may end with instead of an answer."""

_PASSING: Final = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.RemoteProtocolError)
_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL", "HTTP_REQUEST")
_WORDS: Final = {
    _UNTRUSTED: "its certificate is not trusted",
    "Connection refused": "connection refused",
    "Name or service not known": "no such host",
    "nodename nor servname": "no such host",
    "No address associated": "no such host",
    "name resolution": "no such host",
    "unreachable": "no route to it",
}
_HINTS: Final = {
    "connection refused": "is a registry running there, and is its port right?",
    "no such host": "is the name spelled right, and does this network know it?",
    "no route to it": "is this machine online, and does it need a proxy (HTTPS_PROXY)?",
    "the proxy refused": "see HTTPS_PROXY and NO_PROXY",
}
_KINDS: Final = (
    (httpcore.RemoteProtocolError, "the answer was cut short, or is not HTTP"),
    (httpcore.ConnectError, "cannot be connected to"),
    (httpcore.NetworkError, "the connection broke"),
    (httpcore.ProxyError, "the proxy refused"),
)


class Transport(httpx.BaseTransport):
    """One pool of connections, and one for each proxy; safe to use from several threads."""

    def __init__(self, routes: Routes, deadline: Deadline, tls: Tls, connections: int) -> None:
        self._routes = routes
        self._deadline = deadline
        self._tls = tls
        self._connections = connections
        self._lock = Lock()
        self._pools: dict[str | None, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport.handle_request`; raises one of `FAULTS`."""
        url = request.url
        response = self._pool(url.scheme, url.host, url.port).handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, scheme: str, host: str, port: int | None) -> httpcore.ConnectionPool:
        port = port or (443 if scheme == "https" else 80)
        proxy = proxy_of(scheme, host, port)
        if proxy is not None:
            self._routes.check_literal(host, port)
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: str | None) -> httpcore.ConnectionPool:
        backend = Backend(self._routes if proxy is None else None, self._deadline, self._tls)
        # never used, for the backend chooses by host; without authorities it would trust nobody
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if proxy is None:
            return httpcore.ConnectionPool(context, max_connections=self._connections, network_backend=backend)
        parts = urlsplit(proxy)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidConfigError(f"{shown(proxy)}: not a proxy that can be used", hint="set HTTPS_PROXY=http://…")
        user = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        return httpcore.HTTPProxy(
            proxy_url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            proxy_auth=user,
            ssl_context=context,
            proxy_ssl_context=context if parts.scheme == "https" else None,
            max_connections=self._connections,
            network_backend=backend,
        )


class Backend(httpcore.NetworkBackend):
    """Opens sockets. `routes` is null for connections to a proxy, which the user chose."""

    def __init__(self, routes: Routes | None, deadline: Deadline, tls: Tls) -> None:
        self._routes = routes
        self._deadline = deadline
        self._tls = tls
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """See `httpcore.NetworkBackend.connect_tcp`."""
        seconds = self._deadline.within(timeout)
        if self._routes is None or self._routes.is_registry(host, port):
            stream = self._sockets.connect_tcp(host, port, seconds, local_address, socket_options)
            if self._routes is not None:
                self._routes.reached(stream.get_extra_info("server_addr")[0])
            return Stream(stream, self._deadline, self._tls)
        addresses = [str(each) for each in self._routes.addresses(host, port)]
        end = time.monotonic() + seconds
        for position, address in enumerate(addresses, 1):
            # a machine may have IPv6 in name only: every address gets its share of the time
            share = max(0.1, (end - time.monotonic()) / (len(addresses) - position + 1))
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(addresses):
                    raise
            else:
                return Stream(stream, self._deadline, self._tls)
        raise UnreachableError(f"{printable(host)}: no such host")


class Stream(httpcore.NetworkStream):
    """A connection, on which nothing takes longer than the deadline allows."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, tls: Tls) -> None:
        self._stream = stream
        self._deadline = deadline
        self._tls = tls

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """See `httpcore.NetworkStream.read`."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """See `httpcore.NetworkStream.write`."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """See `httpcore.NetworkStream.close`."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002 - settings depend on the host, which the caller does not know
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """See `httpcore.NetworkStream.start_tls`."""
        context = self._tls.context(server_hostname)
        stream = self._stream.start_tls(context, server_hostname, self._deadline.within(timeout))
        return Stream(stream, self._deadline, self._tls)

    def get_extra_info(self, info: str) -> Any:
        """See `httpcore.NetworkStream.get_extra_info`."""
        return self._stream.get_extra_info(info)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


def proxy_of(scheme: str, host: str, port: int) -> str | None:
    """Return the proxy that the environment names for a host; this machine is never behind one."""
    from urllib.request import getproxies, proxy_bypass

    if is_local_name(host) or proxy_bypass(f"{host}:{port}"):
        return None
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def is_passing(fault: Exception) -> bool:
    """Tell whether to ask again may help."""
    return isinstance(fault, _PASSING) and _UNTRUSTED not in str(fault)


def explained(fault: Exception, url: str) -> UnreachableError:
    """Return what a fault means, in our own words: the text of a fault may repeat a header, and so a secret."""
    host, text = shown_host(url), str(fault)
    if isinstance(fault, httpcore.TimeoutException):
        return UnreachableError(f"{host}: timed out", code="ATT-NET-002", hint="try again, or raise --timeout")
    if any(word in text.upper() for word in _NO_TLS):
        return UnreachableError(f"{host}: does not speak TLS", hint=f"--plain-http {host}, if its network is yours")
    reasons = [reason for words, reason in _WORDS.items() if words in text]
    reasons += [reason for kind, reason in _KINDS if isinstance(fault, kind)]
    reason = reasons[0] if reasons else "the request cannot be sent as it is"
    return UnreachableError(f"{host}: {reason}", hint=_HINTS.get(reason, f"attest reached for {shown(url)}"))
