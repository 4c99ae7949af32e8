"""Files that are kept between runs: content by its digest, and notes by a name.

What is read is never believed because it is there: content is hashed again and
dropped if it is not what its name says, links and pipes are not followed, and a
folder that others can write to is not used at all. Whatever goes wrong with a
file - it is gone, damaged, on a full disk - reads as "not kept"; nothing here
raises.

Writers put a file under another name and rename it, so that a reader in another
process sees all of it or nothing. The time of a file is that of its last use:
the one that was not used for longest goes first when there is too much.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from attest.model.digest import Digest
from attest.sources.source import MAX_CACHE_BYTES

MAX_NOTE_BYTES: Final = 64 * 1024
_CHECKSUM_BYTES: Final = 32
# a file takes whole blocks, so that a million small ones are not nothing
_BLOCK_BYTES: Final = 4096
# what is trimmed is trimmed to less than it may be, so that not every run trims
_TRIMMED_SHARE: Final = 0.9
_TEMPORARY: Final = ".new-"
_ABANDONED_SECONDS: Final = 3600.0
_OURS: Final = re.compile(rf"[0-9a-f]{{64,128}}|{re.escape(_TEMPORARY)}[0-9a-f]{{16}}")
# how deep below each folder the files lie: blobs/sha256/ab/abcd…, notes/ab/abcd…
_FOLDERS: Final = {"blobs": 2, "notes": 1}
# not on Windows
_SAFE_FLAGS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class File(msgspec.Struct, frozen=True, order=True):
    """A file of the cache, ordered by its last use (seconds since 1970); `size` is what it takes on disk."""

    used: float
    size: int
    path: str


def default_folder() -> Path | None:
    """Return where caches belong on this system; null if there is no place, such as for a user without a home."""
    from platformdirs import user_cache_path

    folder = user_cache_path("attest", appauthor=False)
    places = (folder, folder.parent, folder.parent.parent)
    place = next((each for each in places if os.access(each, os.F_OK)), None)
    is_usable = place is not None and (place == folder or os.access(place, os.W_OK))
    # a relative path would be another cache wherever one stands
    return folder if is_usable and folder.is_absolute() else None


def refusal_of(folder: Path) -> str | None:
    """Say why a folder cannot be a cache; null if it can, or is yet to be made."""
    try:
        info = folder.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return _reason(error)
    if not stat.S_ISDIR(info.st_mode):
        return "not a folder"
    if not _is_mine(info):
        return "it belongs to another user"
    if os.name == "posix" and info.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "others may write to it"
    return None


class Cache:
    """The files of one folder; safe to use from several threads and by several processes.

    `note` is told, once, why nothing is kept any more.
    """

    def __init__(
        self, folder: Path, max_bytes: int = MAX_CACHE_BYTES, note: Callable[[str], None] | None = None
    ) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._note = note
        self._has_grown = False
        self._is_usable = self._is_writable = True
        reason = refusal_of(folder)
        if reason is not None:
            self._is_usable = False
            self._give_up(f"not used ({reason})")

    def content(self, digest: Digest, size: int) -> bytes | None:
        """Return the content with this digest and size; null if it is not kept."""
        path = self._path_of(digest)
        content = self._read(path, size)
        if content is None:
            return None
        if len(content) != size or not digest.matches(content):
            self._remove(path)
            return None
        return content

    def keep(self, digest: Digest, content: bytes) -> None:
        """Keep content that was checked against its digest."""
        path = self._path_of(digest)
        if len(content) <= self._max_bytes and not self._is_there(path, len(content)):
            self._write(path, content)

    def note(self, name: str) -> bytes | None:
        """Return what was noted under a name, any text; null if nothing is, or not as it was written."""
        path = self._path_of_note(name)
        written = self._read(path, MAX_NOTE_BYTES)
        if written is None:
            return None
        checksum, note = written[:_CHECKSUM_BYTES], written[_CHECKSUM_BYTES:]
        if sha256(note).digest() != checksum:
            self._remove(path)
            return None
        return note

    def put(self, name: str, note: bytes) -> None:
        """Note something under a name, instead of what was there."""
        if len(note) + _CHECKSUM_BYTES <= MAX_NOTE_BYTES:
            self._write(self._path_of_note(name), sha256(note).digest() + note)

    def close(self) -> None:
        """Make room, if something was added."""
        if self._has_grown and self._is_writable and sum(file.size for file in self.files()) > self._max_bytes:
            self.prune(max_bytes=int(self._max_bytes * _TRIMMED_SHARE))

    def files(self, kind: str | None = None) -> list[File]:
        """Return every file, or those of one kind: `blobs`, `notes`. What others put there is not listed."""
        if not self._is_usable:
            return []
        folders = (name for name in _FOLDERS if kind in (None, name))
        return [file for name in folders for file in _walk(self.folder / name, _FOLDERS[name])]

    def prune(self, *, older_than_seconds: float | None = None, max_bytes: int | None = None) -> list[File]:
        """Remove what was not used for that long, then the longest unused until the rest is that small; return it."""
        now = time.time()
        files = sorted(self.files())
        left = sum(file.size for file in files)
        removed: list[File] = []
        for file in files:
            path, age = Path(file.path), now - file.used
            is_old = older_than_seconds is not None and age > older_than_seconds
            is_unwanted = is_old or (max_bytes is not None and left > max_bytes)
            if path.name.startswith(_TEMPORARY):
                # someone may be writing it
                is_unwanted = age > _ABANDONED_SECONDS
            if is_unwanted and self._remove(path):
                removed.append(file)
                left -= file.size
        return removed

    def clear(self) -> list[File]:
        """Remove every file; return them."""
        return self.prune(max_bytes=-1)

    def _path_of(self, digest: Digest) -> Path:
        return self.folder / "blobs" / digest.algorithm / digest.encoded[:2] / digest.encoded

    def _path_of_note(self, name: str) -> Path:
        encoded = sha256(name.encode()).hexdigest()
        return self.folder / "notes" / encoded[:2] / encoded

    def _read(self, path: Path, limit: int) -> bytes | None:
        if not self._is_usable:
            return None
        try:
            with open(path, "rb", opener=_open_for_reading) as file:
                info = os.fstat(file.fileno())
                if not stat.S_ISREG(info.st_mode) or not _is_mine(info):
                    return None
                content = file.read(limit + 1)
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def _is_there(self, path: Path, size: int) -> bool:
        try:
            info = path.lstat()
            os.utime(path, follow_symlinks=False)
        except (OSError, NotImplementedError):  # Windows cannot tell a link from what it leads to: written again
            return False
        return stat.S_ISREG(info.st_mode) and info.st_size == size

    def _write(self, path: Path, content: bytes) -> None:
        if not self._is_writable:
            return
        temporary = path.with_name(_TEMPORARY + os.urandom(8).hex())
        try:
            _make(path.parent)
            is_new = not path.exists()
            with open(temporary, "xb", opener=_open_for_writing) as file:
                file.write(content)
            temporary.replace(path)
            self._has_grown = self._has_grown or is_new
        except OSError as error:
            self._give_up(f"not written to ({_reason(error)})")
        finally:
            # gone under this name, unless something went wrong
            with suppress(OSError):
                temporary.unlink()

    def _remove(self, path: Path) -> bool:
        try:
            path.unlink()
        except OSError:
            return False
        return True

    def _give_up(self, why: str) -> None:
        was_writable, self._is_writable = self._is_writable, False
        if was_writable and self._note is not None:
            self._note(f"the cache in {self.folder} is {why}")


def _walk(folder: Path | str, depth: int) -> Iterator[File]:
    try:
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError:
        return
    for entry in entries:
        if depth and entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, depth - 1)
        elif not depth and entry.is_file(follow_symlinks=False) and _OURS.fullmatch(entry.name):
            # it may have gone since
            with suppress(OSError):
                yield _file(entry)


def _file(entry: os.DirEntry[str]) -> File:
    info = entry.stat(follow_symlinks=False)
    blocks = -(-info.st_size // _BLOCK_BYTES)
    return File(info.st_mtime, blocks * _BLOCK_BYTES, entry.path)


def _make(folder: Path) -> None:
    """Make a folder and those above it, for the user alone."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _open_for_reading(path: str, flags: int) -> int:
    return os.open(path, flags | _SAFE_FLAGS)


def _open_for_writing(path: str, flags: int) -> int:
    return os.open(path, flags | _SAFE_FLAGS, 0o600)


def _is_mine(info: os.stat_result) -> bool:
    return os.name != "posix" or info.st_uid == os.geteuid()


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
