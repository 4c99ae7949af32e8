"""What may stand between this machine and a registry, one check for each, in the order in which a connection is made.

Nothing here shows a secret: of credentials only where they are, of a proxy
only where it listens, of an answer only what is printable.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from attest.errors import AttestError, NotFoundError, UnreachableError
from attest.model.attachment import ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.doctor import Check, CheckStatus
from attest.model.reference import DOCKER_HUB, Reference
from attest.sources.registry.addresses import addresses_of, is_local_name
from attest.sources.registry.client import RegistrySource
from attest.sources.registry.credentials import Keyring
from attest.sources.registry.exchange import CONNECT_TIMEOUT_SECONDS, Answer, is_plain
from attest.sources.registry.external import mirrored
from attest.sources.registry.redirects import port_of, printable, shown
from attest.sources.registry.session import HUB_HOST
from attest.sources.registry.tls import Tls
from attest.sources.source import Access

# tokens are valid for minutes, and servers allow for about one
MAX_SKEW_SECONDS: Final = 60
FEW_DAYS: Final = 14
FEW_PULLS: Final = 10
_NOWHERE: Final = "sha256:" + "0" * 64
_CERTIFICATE: Final = "update the system's certificates, or name your own authority with --ca-file"
# what is read from answers
_ANSWERS: Final = ("access", "clock", "rate limit", "referrers", "tags")


def examine(reference: Reference, access: Access) -> Iterator[Check]:
    """Yield the checks of the way to an image; what cannot be tried any more is skipped."""
    # what was remembered tells nothing of what a registry does now
    access = replace(access, cache_dir=None)
    place = mirrored(reference, access)
    host = HUB_HOST if place.domain == DOCKER_HUB else place.domain
    line = Line(f"{'http' if is_plain(host, access) else 'https'}://{host}", access)
    steps: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("proxy", line.proxy),
        ("dns", line.dns),
        ("connection", line.connection),
    )
    failed: str | None = None
    for name, step in steps:
        check = _skipped(name, failed) if failed else _attempt(name, step)
        failed = failed or (name if check.status is CheckStatus.FAIL else None)
        yield check
    yield _attempt("credentials", lambda: _credentials(place, access, is_named=place == reference))
    if failed:
        yield from (_skipped(name, failed) for name in _ANSWERS)
        return
    with RegistrySource(reference, access) as source:
        yield from _answers(source, reference)


class Line:
    """The way to one host, as far as it can be looked at from outside."""

    def __init__(self, origin: str, access: Access) -> None:
        self._origin = origin
        self._access = access
        self._host = urlsplit(origin).hostname or ""
        self._port = port_of(origin)
        self._through: str | None = None

    def proxy(self) -> Check:
        """Say which proxy the environment names."""
        from attest.sources.registry.transport import proxy_of

        self._through = proxy_of(urlsplit(self._origin).scheme, self._host, self._port)
        if self._through is None:
            return _ok("proxy", f"none for {self._host}")
        return _ok("proxy", f"{self._host} is reached through {shown(self._through)}")

    def dns(self) -> Check:
        """Look the name up, unless it is a proxy's to look up."""
        if self._through is not None:
            proxy = urlsplit(self._through).hostname or ""
            addresses_of(proxy, port_of(self._through))
            return _ok("dns", f"{self._host} is looked up by the proxy, which has an address")
        found = addresses_of(self._host, self._port)
        shown_addresses = ", ".join(str(each) for each in found[:4])
        return _ok("dns", f"{self._host} has the addresses {shown_addresses}{', …' if len(found) > 4 else ''}")

    def connection(self) -> Check:
        """Connect, and look at the certificate; through a proxy, the request that follows does."""
        if self._through is not None:
            return _ok("connection", "made by the proxy, see access")
        try:
            with socket.create_connection((self._host, self._port), CONNECT_TIMEOUT_SECONDS) as plain:
                if self._origin.startswith("https"):
                    return self._tls(plain)
        except ssl.SSLCertVerificationError as error:
            reason = f"its certificate is not trusted ({printable(error.verify_message)})"
            raise UnreachableError(f"{self._host}: {reason}", hint=_CERTIFICATE) from error
        except ssl.SSLError as error:
            hint = f"--plain-http {urlsplit(self._origin).netloc}, if it speaks HTTP and its network is yours"
            raise UnreachableError(f"{self._host}: no TLS connection", hint=hint) from error
        except OSError as error:
            reason = printable((error.strerror or "timed out").lower())
            hint = "is the port right, and does a firewall or a missing proxy stand in between?"
            raise UnreachableError(f"{self._host}:{self._port}: {reason}", hint=hint) from error
        if is_local_name(self._host):
            return _ok("connection", f"{self._host}:{self._port} by plain HTTP, on this machine")
        hint = "leave --plain-http out where the registry speaks TLS"
        return _warn("connection", f"{self._host}:{self._port} by plain HTTP, which anyone in between can change", hint)

    def _tls(self, plain: socket.socket) -> Check:
        context = Tls(urlsplit(self._origin).netloc, self._host, self._access).context(self._host)
        with context.wrap_socket(plain, server_hostname=self._host) as secure:
            version, certificate = secure.version(), secure.getpeercert()
        if context.verify_mode == ssl.CERT_NONE:
            return _warn("connection", f"{version}, and the certificate is not checked", "leave --insecure out")
        ends = str((certificate or {}).get("notAfter", ""))
        days = int((ssl.cert_time_to_seconds(ends) - time.time()) / 86400)
        message = f"{version}, the certificate is trusted for {days} more days"
        return _ok("connection", message) if days >= FEW_DAYS else _warn("connection", message, "it has to be renewed")


def _credentials(place: Reference, access: Access, *, is_named: bool) -> Check:
    keyring = Keyring(access if is_named else replace(access, gives_credentials=False))
    found = keyring.find(place.domain, place.path)
    if found is not None:
        return _ok("credentials", f"for {place.domain} from {found.source}")
    looked = "; ".join(keyring.tried[:-1]) or "there is no file of credentials"
    return _ok("credentials", f"none for {place.domain}, so access is anonymous ({looked})")


def _answers(source: RegistrySource, reference: Reference) -> Iterator[Check]:
    """Yield what the registry's answers show: the first, to a HEAD, counts as no pull."""
    try:
        answer = source.ask(f"/manifests/{reference.digest or reference.tag}", "HEAD")
    except AttestError as error:
        yield Check.failed("access", error)
        yield from (_skipped(name, "access") for name in _ANSWERS[1:])
        return
    yield _attempt("access", lambda: _access(source, answer, reference))
    yield _attempt("clock", lambda: _clock(answer))
    yield _attempt("rate limit", lambda: _rate_limit(answer))
    if answer.status == 200:
        digest = _digest(answer.header("docker-content-digest") or reference.digest or "")
        yield _attempt("referrers", lambda: _referrers(source, digest))
        yield _attempt("tags", lambda: _tags(source, digest))
        return
    yield from (_skipped(name, "access") for name in _ANSWERS[3:])


def _access(source: RegistrySource, answer: Answer, reference: Reference) -> Check:
    if answer.status == 404:
        raise NotFoundError(
            f"{reference}: not found, or no access", hint="is the name spelled right, and does it need a login?"
        )
    source.check(answer)
    return _ok("access", f"{reference} can be read")


def _clock(answer: Answer) -> Check:
    header = answer.header("date")
    try:
        theirs = parsedate_to_datetime(header or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return _ok("clock", "not compared, for the registry states no time")
    seconds = round(time.time() - theirs)
    if abs(seconds) <= MAX_SKEW_SECONDS:
        return _ok("clock", f"agrees with the registry's within {MAX_SKEW_SECONDS} seconds")
    way = "ahead of" if seconds > 0 else "behind"
    message = f"{abs(seconds)} seconds {way} the registry's: tokens and certificates may be taken for invalid"
    return _warn("clock", message, "set this machine's clock")


def _rate_limit(answer: Answer) -> Check:
    """Read what Docker Hub states; https://docs.docker.com/docker-hub/usage/pulls/."""
    limit, remaining = _count(answer.header("ratelimit-limit")), _count(answer.header("ratelimit-remaining"))
    if remaining is None:
        return _ok("rate limit", "the registry states none")
    of = "" if limit is None else f" of {limit}"
    account = printable(answer.header("docker-ratelimit-source") or "")
    message = f"{remaining}{of} pulls are left{f', counted for {account}' if account else ''}"
    hint = "docker login raises the limit; attest counts one pull for each manifest"
    if remaining == 0:
        return Check(name="rate limit", status=CheckStatus.FAIL, message=message, hint=hint, code="ATT-NET-003")
    return _ok("rate limit", message) if remaining >= FEW_PULLS else _warn("rate limit", message, hint)


def _referrers(source: RegistrySource, digest: Digest) -> Check:
    listing = source.referrers(Descriptor(media_type="", digest=digest, size=0))
    if listing.status in (ProbeStatus.FOUND, ProbeStatus.ABSENT):
        return _ok("referrers", "the registry lists them itself")
    detail = listing.detail or str(listing.status)
    if listing.status is ProbeStatus.UNSUPPORTED:
        return _ok("referrers", f"{detail}; the tags that stand in for it are read")
    hint = "until it can be asked, nobody knows what is attached"
    code = "ATT-AUTH-002" if listing.status is ProbeStatus.DENIED else "ATT-NET-004"
    return Check(name="referrers", status=CheckStatus.FAIL, message=detail, hint=hint, code=code)


def _tags(source: RegistrySource, digest: Digest) -> Check:
    tags = source.tags(f"{digest.algorithm}-{digest.encoded}")
    if tags.status in (ProbeStatus.FOUND, ProbeStatus.ABSENT):
        return _ok("tags", "cosign's are found by one request for each platform")
    hint = "works all the same, with more requests"
    return _warn("tags", tags.detail or "the list of tags is refused; each is asked for by its name", hint)


def _digest(text: str) -> Digest:
    try:
        return Digest.parse(text)
    except ValueError:
        return Digest.parse(_NOWHERE)


def _count(header: str | None) -> int | None:
    number = (header or "").partition(";")[0].strip()
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None


def _attempt(name: str, step: Callable[[], Check]) -> Check:
    try:
        return step()
    except AttestError as error:
        return Check.failed(name, error)


def _skipped(name: str, failed: str) -> Check:
    return Check(name=name, status=CheckStatus.SKIPPED, message=f"not tried, for the check of {failed} failed")


def _ok(name: str, message: str) -> Check:
    return Check(name=name, status=CheckStatus.OK, message=message)


def _warn(name: str, message: str, hint: str) -> Check:
    return Check(name=name, status=CheckStatus.WARN, message=message, hint=hint)
