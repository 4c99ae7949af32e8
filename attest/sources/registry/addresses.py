"""Which addresses a registry may send us to.

A registry that we were told to ask may be anywhere. Where it sends us - a
redirect, a token server - must not be a way into this machine or its network.
A name is looked up once, its addresses are checked, and the connection goes to
the address that was checked, so that a name cannot change its mind in between.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from attest.errors import UnreachableError

# https://www.rfc-editor.org/rfc/rfc6052#section-2.1
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# where clouds keep credentials for whoever asks from inside
_METADATA: Final = frozenset(
    ipaddress.ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16")
)


def is_local_name(host: str) -> bool:
    """Tell a host that is this machine by its name or literal address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    literal = literal_address(host)
    return literal is not None and literal.is_loopback


def literal_address(host: str) -> Address | None:
    """Return the address that a host name is, null for a name."""
    try:
        return _unmapped(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


def addresses_of(host: str, port: int) -> tuple[Address, ...]:
    """Look a name up.

    Raises:
        UnreachableError: it has no address.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(f"{host}: no such host", hint="is the name right, and DNS working?") from error
    return tuple(dict.fromkeys(_unmapped(ipaddress.ip_address(str(each[4][0]).partition("%")[0])) for each in found))


def refusal(address: Address, registry: tuple[Address, ...], *, allow_private: bool) -> str | None:
    """Say why a registry that was reached at `registry` may not send us to `address`; null if it may.

    What is open to this machine or its network is so only if every address of
    the registry is there: one that also has another could be anybody's.
    """
    if address in _METADATA:
        return "a metadata service"
    if address.is_unspecified or address.is_multicast or address.is_reserved:
        return "an address nobody has"
    if address.is_loopback:
        return None if _all(registry, lambda each: each.is_loopback) else "this machine"
    if address.is_link_local:
        return None if _all(registry, lambda each: each.is_link_local) else "a link-local address"
    if not address.is_global:
        inside = _all(registry, lambda each: not each.is_global and not each.is_loopback)
        return None if inside or allow_private else "a private network"
    return None


def _all(registry: tuple[Address, ...], holds: Callable[[Address], bool]) -> bool:
    return bool(registry) and all(holds(each) for each in registry)


def _unmapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for, where it does: the network may translate it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
