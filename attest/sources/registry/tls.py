"""TLS settings: what the system trusts, and for the registry itself what its owner added."""

import os
import ssl
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Final

from attest.errors import InvalidConfigError
from attest.sources.source import Access

# https://docs.docker.com/engine/security/certificates/
_FOLDERS: Final = ("/etc/docker/certs.d", "/etc/containers/certs.d", "~/.config/containers/certs.d")


class Tls:
    """Contexts for one registry and for all other hosts, each made when it is first needed."""

    def __init__(self, registry: str, hostname: str, access: Access) -> None:
        self._registry = registry
        self._hostname = hostname
        self._access = access
        self._lock = RLock()

    def context(self, hostname: str | None) -> ssl.SSLContext:
        """Return the settings for a host; only the registry itself may be exempt from being checked.

        Raises:
            InvalidConfigError: a certificate cannot be read.
        """
        with self._lock:
            return self._own if hostname == self._hostname else self._general

    @cached_property
    def _general(self) -> ssl.SSLContext:
        return self._trusting(self._access.ca_file)

    @cached_property
    def _own(self) -> ssl.SSLContext:
        context = self._trusting(self._access.ca_file)
        for host, path in self._access.ca_files:
            if host == self._registry:
                _load(context, path)
        for folder in _FOLDERS:
            self._add(context, Path(folder).expanduser() / self._registry)
        if {self._registry, self._hostname} & set(self._access.insecure):
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    @staticmethod
    def _trusting(ca_file: str | None) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=None if _system_trusts() else _bundled())
        except (OSError, ssl.SSLError) as error:
            raise InvalidConfigError("certificates: cannot be read", hint="SSL_CERT_FILE names them") from error
        if ca_file:
            _load(context, ca_file)
        context.set_alpn_protocols(["http/1.1"])
        return context

    @staticmethod
    def _add(context: ssl.SSLContext, folder: Path) -> None:
        path = folder
        try:
            for path in sorted(folder.glob("*.crt")):
                context.load_verify_locations(cafile=path)
            for path in sorted(folder.glob("*.cert")):
                context.load_cert_chain(path, path.with_suffix(".key"))
        except (OSError, ssl.SSLError) as error:
            raise InvalidConfigError(f"{path}: cannot be read", hint="certificates and keys are in PEM") from error


def _load(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise InvalidConfigError(f"{ca_file}: cannot be read", hint="a CA file is in PEM") from error


def _system_trusts() -> bool:
    paths = ssl.get_default_verify_paths()
    known = [Path(path) for path in (paths.cafile, paths.capath) if path]
    # Windows keeps its authorities in a store of its own
    return os.name == "nt" or any(path.is_file() or any(path.iterdir()) for path in known)


def _bundled() -> str:
    """Return the authorities that come with httpx, for a Python that knows none (python.org's for macOS)."""
    import certifi

    return certifi.where()
