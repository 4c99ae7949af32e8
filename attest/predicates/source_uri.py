"""Source locations in one form, in which alone they are compared."""

import re
from typing import Final

import msgspec

_SCP: Final = re.compile(r"(?:[^@/]+@)?([A-Za-z0-9.-]+):(?!//)(?!\d+/)([^?#]+)", re.ASCII)
_USERINFO: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/]*@", re.ASCII | re.IGNORECASE)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


class SourceUri(msgspec.Struct, frozen=True):
    """A repository, the ref and commit its text names, and the directory behind them."""

    uri: str
    ref: str | None = None
    commit: str | None = None
    path: str | None = None


def parse_source(text: str) -> SourceUri:
    """Read a source location: git over any transport, with `@refs/…` or `#ref[:path]` behind it."""
    location, _, fragment = text.strip().removeprefix("git+").partition("#")
    ref, _, path = fragment.partition(":")
    if not fragment and "@refs/" in location:
        location, _, rest = location.partition("@refs/")
        ref = f"refs/{rest}"
    location = _https(location).rstrip("/").removesuffix(".git")
    commit = ref if _COMMIT.fullmatch(ref) else None
    return SourceUri(location, (ref or None) if commit is None else None, commit, path or None)


def _https(location: str) -> str:
    location = _USERINFO.sub(r"\1", location)
    for scheme in ("ssh://", "git://", "http+git://"):
        if location.startswith(scheme):
            return "https://" + location.removeprefix(scheme)
    scp = _SCP.fullmatch(location) if "://" not in location else None
    return f"https://{scp[1]}/{scp[2]}" if scp else location


def is_git(text: str) -> bool:
    """Tell whether a location looks like one of a git repository."""
    location = text.partition("#")[0].partition("@refs/")[0]
    return text.startswith(("git+", "git://", "git@", "ssh://")) or location.endswith(".git")
