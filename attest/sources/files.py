"""Where the files of a layout are: in a folder, or in a tar that is read without being unpacked."""

import gzip
import io
import sys
import tarfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from attest.errors import MalformedDocumentError, NotFoundError

MAX_FILES: Final = 100_000
MAX_OBJECT_BYTES: Final = 4 * 1024 * 1024
MAX_KEPT_BYTES: Final = 256 * 1024 * 1024
# a tar of layers is large, but not beyond what its own size makes likely
MAX_RATIO: Final = 200
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class Files(Protocol):
    """The files of one layout, by their paths inside it, such as `blobs/sha256/…`; safe to use from threads."""

    @property
    def name(self) -> str:
        """What people call it: the path of the folder or the archive."""
        ...

    def size(self, path: str) -> int | None:
        """Return the size of a regular file in bytes; null if there is none."""
        ...

    def read(self, path: str, limit: int) -> bytes | None:
        """Return at most `limit` bytes of a regular file; null if there is none."""
        ...

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and content of each blob that begins like a JSON object and has at most 4 MiB."""
        ...


class Folder:
    """Files in a folder; links that lead out of it lead to nothing."""

    def __init__(self, path: Path) -> None:
        self._root = path
        self._real_root = path.resolve()
        self.name = str(path)

    def size(self, path: str) -> int | None:
        """See `Files.size`."""
        file = self._file(path)
        try:
            return None if file is None else file.stat().st_size
        except OSError:
            return None

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Files.read`; a pipe is no file, so that nobody waits for it."""
        file = self._file(path)
        try:
            if file is None:
                return None
            with file.open("rb") as stream:
                return stream.read(limit)
        except OSError:
            return None

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """See `Files.objects`."""
        for file in islice(sorted((self._root / "blobs").glob("*/*")), MAX_FILES):
            path = file.relative_to(self._root).as_posix()
            size = self.size(path)
            if size is not None and size <= MAX_OBJECT_BYTES and self.read(path, 1) == b"{":
                yield path, self.read(path, MAX_OBJECT_BYTES) or b""

    def _file(self, path: str) -> Path | None:
        try:
            file = (self._root / path).resolve()
            return file if file.is_file() and file.is_relative_to(self._real_root) else None
        except (OSError, RuntimeError):  # before Python 3.13 a loop of links is a RuntimeError
            return None


class Tar:
    """Files in a tar, plain, gzip or zstd; members that are no files, or lie outside, do not exist.

    A plain tar is read once for its headers and then where its members are. A
    compressed one cannot be: its small JSON members are kept from the first
    pass, and anything else that is asked for takes another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)
        self._lock = Lock()
        self._coding = _coding(path)
        self._sizes: dict[str, int] = {}
        self._kept: dict[str, bytes] = {}
        self._plain: dict[str, tarfile.TarInfo] = {}
        self._look()

    def size(self, path: str) -> int | None:
        """See `Files.size`."""
        return self._sizes.get(path)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Files.read`."""
        if path in self._kept:
            return self._kept[path][:limit]
        if path not in self._sizes:
            return None
        with self._lock:
            return self._read(path, limit)

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """See `Files.objects`."""
        for path, content in sorted(self._kept.items()):
            if path.startswith("blobs/"):
                yield path, content

    def _look(self) -> None:
        kept = 0
        with self._opened() as archive:
            for member in islice(_members(archive, self.name), MAX_FILES):
                path = _inside(member)
                if path is None:
                    continue
                self._sizes[path] = member.size
                self._plain[path] = member
                if member.size > MAX_OBJECT_BYTES or kept > MAX_KEPT_BYTES:
                    continue
                content = _content(archive, member, MAX_OBJECT_BYTES)
                if content[:1] == b"{":
                    self._kept[path] = content
                    kept += len(content)

    def _read(self, path: str, limit: int) -> bytes | None:
        with self._opened() as archive:
            if self._coding is None:
                return _content(archive, self._plain[path], limit)
            for member in _members(archive, self.name):
                if _inside(member) == path:
                    return _content(archive, member, limit)
        return None

    def _opened(self) -> tarfile.TarFile:
        try:
            if self._coding is None:
                return tarfile.open(self._path, mode="r:")
            bound = self._path.stat().st_size * MAX_RATIO + MAX_KEPT_BYTES
            return tarfile.open(fileobj=_unpacked(self._path, self._coding, bound), mode="r|")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise MalformedDocumentError(f"{self.name}: not a tar archive", code="ATT-EVD-001") from error


class _Bounded(io.BufferedIOBase):
    """A compressed stream that ends with an error once it gave more than it may, or is damaged."""

    def __init__(self, stream: io.BufferedIOBase, fault: type[Exception], bound: int) -> None:
        self._stream = stream
        self._fault = fault
        self._left = bound

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            content = self._stream.read(size)
        except self._fault as error:
            raise OSError("damaged") from error
        self._left -= len(content)
        if self._left < 0:
            raise OSError("expands beyond any likely size")
        return content

    def close(self) -> None:
        self._stream.close()
        super().close()


def is_archive(path: Path) -> bool:
    """Tell whether a file is a tar, whatever it is compressed with."""
    try:
        return path.is_file() and (tarfile.is_tarfile(path) or (_coding(path) == _ZSTD and ".tar" in path.suffixes))
    except (OSError, NotFoundError):
        return False


def _coding(path: Path) -> bytes | None:
    """Return the first bytes that say how a file is compressed; null if it is not."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise NotFoundError(f"{path}: {reason}", code="ATT-SRC-004", hint="name an archive that exists") from error
    return next((each for each in (_GZIP, _ZSTD) if head.startswith(each)), None)


def _unpacked(path: Path, coding: bytes, bound: int) -> _Bounded:
    if coding == _GZIP:
        return _Bounded(gzip.GzipFile(path), zlib.error, bound)
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return _Bounded(zstd.ZstdFile(path), zstd.ZstdError, bound)


def _members(archive: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    try:
        yield from archive
    except (tarfile.TarError, OSError, EOFError) as error:
        raise MalformedDocumentError(f"{name}: the archive is damaged ({error})", code="ATT-EVD-001") from error


def _inside(member: tarfile.TarInfo) -> str | None:
    """Return the path of a regular file inside the archive; null for links, devices and ways out."""
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if not member.isreg() or member.name.startswith("/") or ".." in parts:
        return None
    return "/".join(parts)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    try:
        stream = archive.extractfile(member)
        return stream.read(limit) if stream is not None else b""
    except (tarfile.TarError, OSError, EOFError) as error:
        raise MalformedDocumentError(f"{member.name}: damaged in the archive", code="ATT-EVD-001") from error
