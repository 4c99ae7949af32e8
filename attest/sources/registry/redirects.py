"""Where a registry may send us: to another URL, and to which addresses.

1. https never becomes http, and a URL with user info is no place to go.
2. Blobs may move to another origin; manifests only of registries known for it;
   lists, pages of lists and tokens never do.
3. Whoever is not the registry itself is connected to only at an address that
   was checked. This machine and private networks are open to a registry that
   was itself reached there.
"""

from threading import Lock
from typing import Final
from urllib.parse import urljoin, urlsplit

from attest.errors import UnreachableError
from attest.sources.registry.addresses import Address, addresses_of, literal_address, refusal

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"http": 80, "https": 443}
# registries whose manifests are served from elsewhere on purpose
_MOVED_MANIFESTS: Final = frozenset({"registry.k8s.io"})


class Routes:
    """The rules for one registry at `origin`; safe to use from several threads."""

    def __init__(self, origin: str, *, allow_private: bool) -> None:
        self._origin = origin
        self._host = urlsplit(origin).hostname or ""
        self._port = port_of(origin)
        self._allow_private = allow_private
        self._lock = Lock()
        self._reached: set[Address] = set()

    def following(self, url: str, location: str, *, may_move: bool) -> str:
        """Return where a redirect from `url` leads.

        Raises:
            UnreachableError: a registry has no business to send us there.
        """
        try:
            target = urljoin(url, location)
            parts, moves = urlsplit(target), origin_of(target) != origin_of(url)
        except ValueError as error:
            raise _refused("redirect", "not a web address") from error
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            raise _refused(shown_host(target), "not a plain web address")
        if urlsplit(url).scheme == "https" and parts.scheme != "https":
            raise _refused(shown_host(target), "from https to http")
        if moves and not (may_move or self._host in _MOVED_MANIFESTS):
            raise _refused(shown_host(target), "to another origin")
        self.check_literal(parts.hostname, port_of(target))
        return target

    def is_registry(self, host: str, port: int) -> bool:
        """Tell whether this is the registry itself, which may be anywhere."""
        return (host, port) == (self._host, self._port)

    def addresses(self, host: str, port: int) -> tuple[Address, ...]:
        """Look up where someone else than the registry is.

        Raises:
            UnreachableError: the name has no address, or one where a registry must not send us.
        """
        found = addresses_of(host, port)
        for address in found:
            self._check(host, address)
        return found

    def check_literal(self, host: str, port: int) -> None:
        """Check a host that is an address; a name is looked up by whoever connects.

        Raises:
            UnreachableError: a registry must not send us there.
        """
        address = literal_address(host)
        if address is not None and not self.is_registry(host, port):
            self._check(host, address)

    def reached(self, text: str) -> None:
        """Take note of an address at which the registry itself was connected to."""
        address = literal_address(text.partition("%")[0])
        if address is not None:
            with self._lock:
                self._reached.add(address)

    def _check(self, host: str, address: Address) -> None:
        with self._lock:
            registry = tuple(self._reached)
        why = refusal(address, registry, allow_private=self._allow_private)
        if why is not None:
            raise _refused(printable(host), f"to {why}")


def port_of(url: str) -> int:
    """Return the port of a URL; its scheme's own where none is written."""
    parts = urlsplit(url)
    return parts.port or _PORTS.get(parts.scheme, 0)


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what credentials are bound to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", port_of(url)


def shown_host(url: str) -> str:
    """Return host and port for people, without user info."""
    return printable(urlsplit(url).netloc.rpartition("@")[2])


def shown(url: str) -> str:
    """Return a URL for people: without user info, and without its query, which may hold a signature."""
    parts = urlsplit(url)
    return f"{printable(parts.scheme)}://{shown_host(url)}{printable(parts.path)}"


def printable(text: str) -> str:
    """Return text from a server without what a terminal would obey, and not endlessly long."""
    return "".join(each if each.isprintable() else "?" for each in text[:300])


def _refused(host: str, why: str) -> UnreachableError:
    return UnreachableError(f"{host}: redirect refused ({why})", code="ATT-NET-006", hint="ask who runs the registry")
