"""Credentials: where Docker and podman keep them, looked up once a registry asks for some.

The first place that has an entry decides. Secrets appear in no message and no
`repr`. https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

import base64
import binascii
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from attest.errors import AccessDeniedError, InvalidConfigError
from attest.model.reference import DOCKER_HUB
from attest.sources.source import Access

DOCKER_HUB_KEY: Final = "https://index.docker.io/v1/"
_HUB_HOSTS: Final = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
# registries of Docker's for Docker Hardened Images, which know the accounts of Docker Hub
_HUB_ACCOUNTS: Final = frozenset({"dhi.io", "registry.scout.docker.com"})
HELPER_TIMEOUT_SECONDS: Final = 15
MAX_FILE_BYTES: Final = 4 * 1024 * 1024
_NOT_FOUND: Final = "credentials not found in native keychain"


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What to show a registry: a user with a password, an identity token, or a registry token."""

    username: str = ""
    password: str = ""
    identity_token: str = ""
    registry_token: str = ""
    source: str = ""

    def __repr__(self) -> str:
        return f"Credentials(source={self.source!r})"

    @property
    def basic(self) -> str:
        """The value of an `Authorization: Basic` header."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


class Keyring:
    """Looks credentials up for one registry; `tried` says where it looked."""

    def __init__(self, access: Access, environment: Mapping[str, str] | None = None) -> None:
        self._access = access
        self._environment = os.environ if environment is None else environment
        self.tried: list[str] = []

    def find(self, host: str, path: str) -> Credentials | None:
        """Return what is known for a repository of a registry; null means anonymous.

        Raises:
            AccessDeniedError: a credential helper failed.
            InvalidConfigError: a file that was named explicitly cannot be read.
        """
        found = self._explicit(host)
        if found is not None:
            return found
        for each in (host, DOCKER_HUB) if host in _HUB_ACCOUNTS else (host,):
            for name, config in self._files():
                found = self._from_file(name, config, each, path)
                if found is not None:
                    return found
                self.tried.append(f"{name}: no entry for {each}")
        self.tried.append("anonymous")
        return None

    def _explicit(self, host: str) -> Credentials | None:
        environment = self._environment
        ci_user, ci_token = environment.get("CI_REGISTRY_USER"), environment.get("CI_JOB_TOKEN")
        given = self._given() if self._access.gives_credentials else None
        if given is not None:
            return given
        if ci_user and ci_token and environment.get("CI_REGISTRY") == host:
            return Credentials(username=ci_user, password=ci_token, source="CI_JOB_TOKEN")
        return None

    def _given(self) -> Credentials | None:
        """Return what was given by hand, for whatever registry is asked for."""
        access, environment = self._access, self._environment
        if access.token:
            return Credentials(registry_token=access.token, source="--registry-token-file")
        if access.username:
            return Credentials(username=access.username, password=access.password or "", source="--username")
        token = environment.get("ATTEST_REGISTRY_TOKEN", "")
        user, password = environment.get("ATTEST_REGISTRY_USERNAME"), environment.get("ATTEST_REGISTRY_PASSWORD")
        if token:
            return Credentials(registry_token=token, source="ATTEST_REGISTRY_TOKEN")
        if user and password:
            return Credentials(username=user, password=password, source="ATTEST_REGISTRY_USERNAME")
        return None

    def _files(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the configuration files there are, in the order in which they decide."""
        inline = self._environment.get("DOCKER_AUTH_CONFIG")
        if inline:
            yield "DOCKER_AUTH_CONFIG", _decoded(inline.encode()) or {}
        if self._access.authfile:
            yield self._access.authfile, self._required(Path(self._access.authfile))
            return
        for path in self._paths():
            config = _read(path)
            if config is not None:
                is_old = path.name == ".dockercfg"
                yield str(path), {"auths": config} if is_old else config

    def _paths(self) -> Iterator[Path]:
        environment = self._environment
        home = Path(environment.get("HOME") or "~").expanduser()
        if environment.get("REGISTRY_AUTH_FILE"):
            yield Path(environment["REGISTRY_AUTH_FILE"])
        docker = environment.get("DOCKER_CONFIG")
        yield (Path(docker) if docker else home / ".docker") / "config.json"
        runtime = environment.get("XDG_RUNTIME_DIR")
        yield (
            Path(runtime) / "containers" / "auth.json"
            if runtime
            else Path(f"/run/containers/{os.getuid() if hasattr(os, 'getuid') else 0}/auth.json")
        )
        config = environment.get("XDG_CONFIG_HOME")
        yield (Path(config) if config else home / ".config") / "containers" / "auth.json"
        yield home / ".dockercfg"

    def _required(self, path: Path) -> dict[str, Any]:
        config = _read(path)
        if config is None:
            raise InvalidConfigError(
                f"{path}: cannot be read as a file of credentials", hint="name a file in Docker's format"
            )
        return config

    def _from_file(self, name: str, config: dict[str, Any], host: str, path: str) -> Credentials | None:
        server = DOCKER_HUB_KEY if host in _HUB_HOSTS else host
        helpers = config.get("credHelpers")
        helper = helpers.get(server) or helpers.get(host) if isinstance(helpers, dict) else None
        helper = helper or config.get("credsStore")
        if isinstance(helper, str) and helper:
            found = _from_helper(helper, server, self._environment)
            if found is not None:
                return found
        auths = config.get("auths")
        entry = _entry(auths, host, path) if isinstance(auths, dict) else None
        return _from_entry(entry, name) if entry else None


def _entry(auths: dict[str, Any], host: str, path: str) -> dict[str, Any] | None:
    """Find the most specific entry: for the repository, a namespace of it, or the host."""
    hosts = _HUB_HOSTS if host in _HUB_HOSTS else {host}
    parts = path.split("/")
    wanted = [f"{each}/{'/'.join(parts[:length])}" for length in range(len(parts), 0, -1) for each in hosts]
    for key in (*wanted, *([DOCKER_HUB_KEY] if host in _HUB_HOSTS else []), *hosts):
        if isinstance(auths.get(key), dict):
            return dict(auths[key])
    for key, value in auths.items():
        # old files have URLs for keys
        bare = key.partition("://")[2] if "://" in key else key
        if bare.partition("/")[0] in hosts and isinstance(value, dict) and ("://" in key or key in hosts):
            return dict(value)
    return None


def _from_entry(entry: dict[str, Any], source: str) -> Credentials | None:
    username, password = entry.get("username"), entry.get("password")
    auth = entry.get("auth")
    if isinstance(auth, str) and auth:
        try:
            decoded = base64.b64decode(auth, validate=False).decode().rstrip("\0")
        except (binascii.Error, UnicodeDecodeError):
            return None
        username, _, password = decoded.partition(":")
    found = Credentials(
        username=_text(username),
        password=_text(password),
        identity_token=_text(entry.get("identitytoken")),
        registry_token=_text(entry.get("registrytoken")),
        source=source,
    )
    return found if found.username or found.identity_token or found.registry_token else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _from_helper(name: str, server: str, environment: Mapping[str, str]) -> Credentials | None:
    """Ask a credential helper; https://github.com/docker/docker-credential-helpers#development."""
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or ".." in name:
        raise AccessDeniedError("credential helper: not a plain name", code="ATT-AUTH-004", hint="mend credsStore")
    program = f"docker-credential-{name}"
    try:
        result = subprocess.run(  # noqa: S603 - the user's own configuration names the program
            [program, "get"],
            input=server.encode(),
            capture_output=True,
            timeout=HELPER_TIMEOUT_SECONDS,
            check=False,
            env=dict(environment),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AccessDeniedError(
            f"{program}: {'took too long' if isinstance(error, subprocess.TimeoutExpired) else 'cannot be run'}",
            code="ATT-AUTH-004",
            hint="install it, or remove it from Docker's config.json",
        ) from error
    if result.returncode != 0:
        if _NOT_FOUND.encode() in result.stdout:
            return None
        raise AccessDeniedError(f"{program}: failed", code="ATT-AUTH-004", hint="docker login again")
    reply = _decoded(result.stdout) or {}
    user, secret = reply.get("Username"), reply.get("Secret")
    if not isinstance(user, str) or not isinstance(secret, str):
        return None
    if user == "<token>":
        return Credentials(identity_token=secret, source=program)
    return Credentials(username=user, password=secret, source=program)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
            return None
        return _decoded(path.read_bytes())
    except OSError:
        return None


def _decoded(content: bytes) -> dict[str, Any] | None:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
