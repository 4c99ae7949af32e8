"""From options to how images may be reached."""

import math
import os
import re
import sys
from collections.abc import Callable
from typing import Final

from attest.cli.options import Common, read_password
from attest.cli.units import bytes_of, bytes_set_by
from attest.errors import InvalidConfigError, UsageError
from attest.model.limits import Limits
from attest.sources.registry.external import external_rules, mirror_rules
from attest.sources.source import (
    BLOB_SETTING,
    CACHE_SETTING,
    MANIFEST_SETTING,
    MAX_BLOB_BYTES,
    MAX_CACHE_BYTES,
    MAX_MANIFEST_BYTES,
    Access,
)

# with the digest behind it, it must still be a tag
_TAG_PREFIX: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,48}", re.ASCII)
_LICENSE_SOURCES: Final = ("declared", "concluded")


def license_source_of(common: Common) -> tuple[str, ...]:
    """Return which statements of a document count, the first that says something."""
    return common.configuration.said.licenses.source or _LICENSE_SOURCES


def tag_prefix(text: str | None) -> str:
    """Read what cosign was told to put before its tags; nothing if it was told nothing.

    Raises:
        UsageError: no tag begins so.
    """
    if text and not _TAG_PREFIX.fullmatch(text):
        raise UsageError(f"--attachment-tag-prefix: no tag begins with {text}", hint="as it was given to cosign")
    return text or ""


def _cache_size(common: Common) -> int:
    text = common.configuration.said.cache.max_size
    return bytes_of(text, "cache.max_size") if text else MAX_CACHE_BYTES


def access_of(common: Common) -> Access:
    """Gather how registries may be reached; secrets come from files and stdin, never from a flag.

    Raises:
        UsageError: the options contradict each other.
        InvalidConfigError: a file named by an option cannot be read.
    """
    _refuse_nonsense(common)
    if common.offline and common.refresh:
        raise UsageError("--refresh cannot be done with --offline", code="ATT-USE-002", hint="leave one of them out")
    if common.password_stdin and not common.username:
        raise UsageError("--password-stdin needs --username", code="ATT-USE-002")
    return Access(
        jobs=min(common.jobs, 64),
        timeout_seconds=common.timeout,
        retries=max(0, common.retries),
        authfile=common.authfile,
        username=common.username,
        password=read_password() if common.password_stdin else None,
        token=_token(common.registry_token_file),
        ca_file=common.ca_file,
        ca_files=common.configuration.ca_files,
        insecure=tuple(common.insecure),
        tag_prefix=tag_prefix(common.attachment_tag_prefix),
        plain_http=tuple(common.plain_http),
        mirrors=mirror_rules(tuple(common.mirror)),
        external=external_rules(tuple(common.external_referrers), os.environ),
        trusted_realms=tuple(common.trust_realm),
        allow_private_redirects=common.allow_private_redirects,
        max_manifest_bytes=min(bytes_set_by(MANIFEST_SETTING, MAX_MANIFEST_BYTES), 2 * MAX_MANIFEST_BYTES),
        max_blob_bytes=bytes_set_by(BLOB_SETTING, MAX_BLOB_BYTES),
        limits=Limits.of(os.environ),
        cache_dir=cache_folder(common),
        max_cache_bytes=bytes_set_by(CACHE_SETTING, _cache_size(common)),
        refresh=common.refresh,
        offline=common.offline,
        trace=_trace if common.verbose > 1 else None,
        note=None if common.quiet else _noting(),
    )


def _refuse_nonsense(common: Common) -> None:
    if common.jobs < 1:
        raise UsageError(f"--jobs: {common.jobs} is no number of requests", hint="1 asks for one thing at a time")
    if not 0 < common.timeout < math.inf:
        raise UsageError(f"--timeout: {common.timeout} is no number of seconds", hint="30 is the default")


def cache_folder(common: Common) -> str | None:
    """Return where what registries gave is kept; null if nothing is."""
    if common.no_cache:
        return None
    if common.cache_dir:
        return common.cache_dir
    from attest.sources.registry.cache import default_folder

    folder = default_folder()
    return None if folder is None else str(folder)


def _noting() -> Callable[[str], None]:
    """Return a function that tells each thing once, however many images it concerns."""
    told: set[str] = set()

    def note(text: str) -> None:
        if text not in told:
            told.add(text)
            _trace(f"note: {text}")

    return note


def _trace(line: str) -> None:
    from attest.render.sanitize import sanitize

    sys.stderr.write(f"{sanitize(line)}\n")


def _token(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs start-up time
            return file.read(64 * 1024).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfigError(f"{path}: cannot be read ({error.__class__.__name__})") from error
