"""How a registry is convinced: its challenge is read, and a token fetched once for all who wait for it.

https://distribution.github.io/distribution/spec/auth/token/
"""

import re
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from attest.errors import AccessDeniedError, InvalidConfigError, SourceError
from attest.sources.registry.credentials import Credentials, Keyring
from attest.sources.registry.redirects import printable

MAX_TOKEN_BYTES: Final = 128 * 1024
MAX_CHALLENGE_LENGTH: Final = 4096
MAX_SCOPES: Final = 8
DEFAULT_LIFETIME_SECONDS: Final = 60.0
EARLY_SECONDS: Final = 10.0
CLIENT_ID: Final = "attest"
_PARAMETER: Final = re.compile(r'([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_READING: Final = re.compile(r"repository:[^:\s]+:(?:pull|metadata_read)(?:,(?:pull|metadata_read))?", re.ASCII)
_SCHEME: Final = re.compile(r"(?:^|,\s*)(Bearer|Basic)(?=\s|$|,)", re.IGNORECASE)
# hosts that speak for another domain's registry
_REALMS: Final = {"docker.io": ("auth.docker.io",), "registry.gitlab.com": ("gitlab.com",)}
_SHORT_SUFFIXES: Final = frozenset({"co.uk", "org.uk", "com.au", "co.jp", "com.br", "co.nz", "com.cn", "co.in"})


class Challenge(msgspec.Struct, frozen=True):
    """What a registry asks for: `bearer` from a realm, or `basic`.

    `scopes` are those that a token must have and that the one it was shown has not.
    """

    scheme: str
    realm: str = ""
    service: str = ""
    scopes: tuple[str, ...] = ()


KNOWN: Final = {"docker.io": Challenge("bearer", "https://auth.docker.io/token", "registry.docker.io")}


def host_of(url: str) -> str:
    """Return the host of a URL; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def challenge_of(headers: list[str]) -> Challenge | None:
    """Read the challenges of an answer: Bearer is preferred to Basic, others are ignored."""
    found: dict[str, Challenge] = {}
    for header in headers:
        if len(header) > MAX_CHALLENGE_LENGTH:
            continue
        for match, end in _schemes(header):
            parameters = {
                each[1].lower(): each[2] if each[2] is not None else each[3]
                # the first of a name is this challenge's own: an unknown scheme may follow with others
                for each in reversed(list(_PARAMETER.finditer(header, match.end(), end)))
            }
            scheme = match[1].lower()
            realm, service = parameters.get("realm", ""), parameters.get("service", "")
            found.setdefault(scheme, Challenge(scheme, realm, service, _scopes(parameters)))
    return found.get("bearer") or found.get("basic")


def _scopes(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Return the scopes that were found missing; of others a registry may state nonsense, such as a placeholder.

    Only such as read: a token that may write is nothing to have.
    """
    if parameters.get("error") != "insufficient_scope":
        return ()
    return tuple(each for each in parameters.get("scope", "").split() if _READING.fullmatch(each))[:MAX_SCOPES]


def _schemes(header: str) -> list[tuple[re.Match[str], int]]:
    matches = list(_SCHEME.finditer(header))
    ends = [*(match.start() for match in matches[1:]), len(header)]
    return list(zip(matches, ends, strict=False))


class Token(msgspec.Struct, frozen=True):
    """A token and when, by the monotonic clock, it is too old."""

    value: str
    expires: float


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A request to a token server."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    form: Mapping[str, str] = {}


Fetch = Callable[[Ask], tuple[int, bytes]]
"""Asks a token server; returns the status and the body."""


class Authorizer:
    """Knows what to show one repository of one registry; safe to use from several threads.

    `guess` is what the registry asked for in an earlier run: if it leads
    nowhere, the registry is asked what it wants now.
    """

    def __init__(
        self, host: str, path: str, keyring: Keyring, trusted_realms: tuple[str, ...], guess: Challenge | None = None
    ) -> None:
        self._host = host
        self._path = path
        self._keyring = keyring
        self._trusted_realms = trusted_realms
        self._lock = Lock()
        self._challenge = KNOWN.get(host, guess)
        self._is_guess = host not in KNOWN
        self._more_scopes: tuple[str, ...] = ()
        self._credentials: Credentials | None = None
        self._looked_up = False
        self._token: Token | None = None
        self._refusal: AccessDeniedError | None = None

    def header(self, fetch: Fetch) -> str | None:
        """Return the `Authorization` header to send, null while the registry has not asked for one.

        Raises:
            AccessDeniedError: a token is refused, or may not be asked for.
        """
        if self._challenge is None:
            return None
        with self._lock:
            try:
                return self._header(fetch)
            except SourceError:
                if not self._is_guess:
                    raise
                self._challenge = self._refusal = None
                return None

    def challenged(self, challenge: Challenge, used: str | None) -> None:
        """Take note of a challenge that followed a request with the header `used`."""
        with self._lock:
            self._is_guess = False
            # the new one first: some servers look no further
            scopes = tuple(dict.fromkeys((*challenge.scopes, *self._more_scopes)))[:MAX_SCOPES]
            plain = msgspec.structs.replace(challenge, scopes=())
            if plain != self._challenge or scopes != self._more_scopes:
                self._refusal = None
            if self._token is not None and (used == f"Bearer {self._token.value}" or scopes != self._more_scopes):
                self._token = None
            self._challenge, self._more_scopes = plain, scopes

    @property
    def tried(self) -> tuple[str, ...]:
        """Where credentials were looked for."""
        return tuple(self._keyring.tried)

    def _header(self, fetch: Fetch) -> str | None:
        challenge = self._challenge
        credentials = self._find()
        if credentials is not None and credentials.registry_token:
            return f"Bearer {_checked(credentials)}"
        if challenge is None or challenge.scheme == "basic":
            return credentials.basic if credentials is not None and credentials.username else None
        if self._refusal is not None:
            raise self._refusal
        if self._token is None or self._token.expires < time.monotonic():
            try:
                self._token = self._fetch_token(challenge, credentials, fetch)
            except AccessDeniedError as error:
                # those who wait for the same token would hear the same
                self._refusal = error
                raise
        return f"Bearer {self._token.value}"

    def _find(self) -> Credentials | None:
        if not self._looked_up:
            self._credentials = self._keyring.find(self._host, self._path)
            self._looked_up = True
        return self._credentials

    def _fetch_token(self, challenge: Challenge, credentials: Credentials | None, fetch: Fetch) -> Token:
        if credentials is not None and not self._trusts(challenge.realm):
            host = printable(host_of(challenge.realm) or "nothing")
            raise AccessDeniedError(
                f"{self._host}: sends credentials to {host}, which is not trusted",
                code="ATT-AUTH-003",
                hint=f"--trust-realm {host}",
            )
        scopes = dict.fromkeys((*self._more_scopes, f"repository:{self._path}:pull"))
        service = {"service": challenge.service} if challenge.service else {}
        query = urlencode([*service.items(), *(("scope", each) for each in scopes)])
        url = f"{challenge.realm}{'&' if '?' in challenge.realm else '?'}{query}"
        if credentials is not None and credentials.identity_token:
            form = {"grant_type": "refresh_token", "refresh_token": credentials.identity_token, "client_id": CLIENT_ID}
            form |= service | {"scope": " ".join(scopes)}
            status, body = fetch(Ask(method="POST", url=challenge.realm, form=form))
            if status != 404:
                return self._token_of(status, body)
        headers = {"Authorization": credentials.basic} if credentials is not None and credentials.username else {}
        return self._token_of(*fetch(Ask(method="GET", url=url, headers=headers)))

    def _token_of(self, status: int, body: bytes) -> Token:
        if status in (400, 401, 403):
            code = "ATT-AUTH-002" if status == 403 else "ATT-AUTH-001"
            raise AccessDeniedError(
                f"{self._host}/{self._path}: the token server refused access ({status})",
                code=code,
                hint=how_to_log_in(self._host, self.tried),
            )
        try:
            reply = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise AccessDeniedError(
                f"{self._host}: the token server answered no JSON ({status})", hint="is there a proxy in between?"
            ) from error
        value = reply.get("token") or reply.get("access_token")
        if status != 200 or not isinstance(value, str) or not value or not value.isprintable():
            raise AccessDeniedError(f"{self._host}: the token server gave no token ({status})", hint="try again later")
        lifetime = reply.get("expires_in")
        seconds = float(lifetime) if isinstance(lifetime, int | float) and lifetime > 0 else DEFAULT_LIFETIME_SECONDS
        return Token(value, time.monotonic() + max(seconds - EARLY_SECONDS, 1.0))

    def _trusts(self, realm: str) -> bool:
        """Tell whether credentials may go to a realm: to the registry's own domain, or one known to speak for it."""
        host = host_of(realm)
        own = self._host.rpartition(":")[0] if self._host.rpartition(":")[2].isdigit() else self._host
        own = own.strip("[]")
        if host == own or host in self._trusted_realms or host in _REALMS.get(self._host, ()):
            return True
        domain = _registrable(own)
        return domain is not None and _registrable(host) == domain


def _checked(credentials: Credentials) -> str:
    """Return a registry token that can stand in a header."""
    token = credentials.registry_token
    if not (token.isascii() and token.isprintable()):
        raise InvalidConfigError(
            f"{credentials.source}: not a token, for it has line breaks or other characters that no token has",
            hint="a token is one line of ASCII",
        )
    return token


def _registrable(host: str) -> str | None:
    """Return the domain someone registered; null for an address or a name without a dot."""
    labels = host.lower().split(".")
    if len(labels) < 2 or ":" in host or labels[-1].isdigit():
        return None
    length = 3 if ".".join(labels[-2:]) in _SHORT_SUFFIXES else 2
    return ".".join(labels[-length:]) if len(labels) >= length else None


def how_to_log_in(host: str, tried: tuple[str, ...]) -> str:
    """Return the hint for a refusal: what to do, and where credentials were looked for."""
    looked = f"\ntried: {', '.join(tried)}" if tried else ""
    return f"docker login {host}   |   --registry-token-file FILE{looked}"
