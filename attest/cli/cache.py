"""`attest cache`: what is kept of registries between runs."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from attest.cli.options import Common
from attest.errors import InvalidConfigError, UsageError
from attest.render.sanitize import sanitize
from attest.sources.source import CACHE_SETTING, MAX_CACHE_BYTES

if TYPE_CHECKING:
    from attest.sources.registry.cache import Cache, File

ACTIONS: Final = ("info", "prune", "clear")
# what a person calls the kinds of files
_KINDS: Final = {"blobs": "content", "notes": "answers"}


def cache(
    common: Common,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="info, prune or clear.", show_default=False)],
    *,
    older_than: Annotated[
        str | None, typer.Option("--older-than", metavar="TIME", help="prune: what was not used for 30d, 12h, …")
    ] = None,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="SIZE", help="prune: the longest unused, until 200MiB are left.")
    ] = None,
) -> int:
    r"""Show, shrink or empty the cache of what registries gave.

    \b
    attest cache info
    attest cache prune --older-than 30d --max-size 200MiB
    attest cache clear
    """
    from attest.cli.output import destinations

    destinations(common, ("text",))
    if action not in ACTIONS:
        raise UsageError(f"{action}: nothing to do with a cache", hint=f"one of {', '.join(ACTIONS)}")
    if action != "prune" and (older_than or max_size):
        raise UsageError("--older-than and --max-size are for `attest cache prune`", code="ATT-USE-002")
    kept = _opened(common)
    if action == "info":
        sys.stdout.write(_info(kept))
        return 0
    removed = kept.clear() if action == "clear" else _prune(kept, older_than, max_size)
    sys.stdout.write(f"removed {_shown(removed)}; {_shown(kept.files())} left in {sanitize(str(kept.folder))}\n")
    return 0


def _opened(common: Common) -> "Cache":
    from attest.cli.access import cache_folder
    from attest.sources.registry.cache import Cache, refusal_of

    folder = cache_folder(common)
    if folder is None:
        raise UsageError("there is no cache", hint="name its folder with --cache-dir, and leave out --no-cache")
    reason = refusal_of(Path(folder))
    if reason is not None:
        raise InvalidConfigError(f"{folder}: not used as a cache: {reason}", hint="name another with --cache-dir")
    return Cache(Path(folder))


def _prune(kept: "Cache", older_than: str | None, max_size: str | None) -> "list[File]":
    from attest.cli.units import bytes_of, bytes_set_by, seconds_of

    seconds = seconds_of(older_than, "--older-than") if older_than else None
    limit = bytes_of(max_size, "--max-size") if max_size else bytes_set_by(CACHE_SETTING, MAX_CACHE_BYTES)
    return kept.prune(older_than_seconds=seconds, max_bytes=limit)


def _info(kept: "Cache") -> str:
    from attest.cli.units import bytes_set_by, shown_bytes

    files = kept.files()
    limit = shown_bytes(bytes_set_by(CACHE_SETTING, MAX_CACHE_BYTES))
    lines = [f"folder    {sanitize(str(kept.folder))}"]
    lines += [f"{name:8}  {_shown(kept.files(kind))}" for kind, name in _KINDS.items()]
    lines += [f"limit     {limit}   ({CACHE_SETTING} sets it; what was not used for longest goes first)"]
    if files:
        oldest = datetime.fromtimestamp(min(files).used, UTC)
        lines.append(f"oldest    last used {oldest:%Y-%m-%d}")
    return "\n".join(lines) + "\n"


def _shown(files: "list[File]") -> str:
    from attest.cli.units import shown_bytes

    word = "file" if len(files) == 1 else "files"
    return f"{len(files)} {word}, {shown_bytes(sum(file.size for file in files))}"
