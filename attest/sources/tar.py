"""Tar archives that nobody has to trust, plain, gzip or zstd: member by member, nothing is unpacked.

A header says how much to read next, and `tarfile` believes it. So each is looked
at before: sizes are bounded and only ever lead forward, and an archive that is
cut or damaged is refused, for what it does not show may have been in it.
"""

import gzip
import io
import sys
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from attest.errors import MalformedDocumentError, NotFoundError

MAX_MEMBERS: Final = 100_000
# names are shorter, and so are the records of a pax header
MAX_EXTENSION_BYTES: Final = 1024 * 1024
# a tar of layers is large, but not beyond what its own size makes likely
MAX_RATIO: Final = 200
SPARE_BYTES: Final = 256 * 1024 * 1024

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_EXTENSIONS: Final = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
# `tarfile` does not name what it raises for records that make no sense, or for headers without end before a member
_FAULTS: Final = (tarfile.TarError, OSError, EOFError, ValueError, LookupError, OverflowError, RecursionError)


class _Header(tarfile.TarInfo):
    """A header that may be acted on."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        is_end = len(buf) == tarfile.BLOCKSIZE and not any(buf)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if is_end:
                raise
            # `tarfile` would take it for the end
            raise tarfile.ReadError(str(error)) from error
        if header.size < 0:
            raise tarfile.ReadError("a size below zero")
        if header.type in _EXTENSIONS and header.size > MAX_EXTENSION_BYTES:
            raise tarfile.ReadError(f"a name or record of {header.size} bytes")
        if header.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.ReadError("a sparse file; pack it without --sparse")
        return header


def coding_of(path: Path) -> bytes | None:
    """Return the first bytes that say how a file is compressed; null if it is not.

    Raises:
        NotFoundError: there is no such file.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise NotFoundError(f"{path}: {reason}", code="ATT-SRC-004", hint="name an archive that exists") from error
    return next((each for each in (_GZIP, _ZSTD) if head.startswith(each)), None)


def is_tar(path: Path) -> bool:
    """Tell whether a file begins like a tar, whatever it is compressed with."""
    try:
        if not path.is_file():
            return False
        coding = coding_of(path)
        with path.open("rb") if coding is None else _Unpacked(path, coding) as stream:
            _Header.frombuf(stream.read(tarfile.BLOCKSIZE), tarfile.ENCODING, "surrogateescape")
    except (*_FAULTS, NotFoundError):
        return False
    return True


def open_tar(path: Path, coding: bytes | None) -> tarfile.TarFile:
    """Open an archive: for reading anywhere if it is plain, else once from its beginning to its end.

    Raises:
        MalformedDocumentError: it is none.
    """
    try:
        if coding is None:
            return tarfile.open(path, mode="r:", tarinfo=_Header)
        return tarfile.open(fileobj=_Unpacked(path, coding), mode="r|", tarinfo=_Header)
    except _FAULTS as error:
        raise MalformedDocumentError(
            f"{path}: not a tar archive ({_reason(error)})",
            code="ATT-EVD-001",
            hint="archives may be plain, or compressed with gzip or zstd",
        ) from error


def members_of(archive: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """Yield each member of the archive that people call `name`.

    Raises:
        MalformedDocumentError: it is damaged, or has more members than are read.
    """
    last = -1
    try:
        for number, member in enumerate(archive):
            if number == MAX_MEMBERS:
                raise MalformedDocumentError(f"{name}: more than {MAX_MEMBERS} members", code="ATT-EVD-003")
            # a pax record may have changed the size
            if member.size < 0 or member.offset <= last:
                raise tarfile.ReadError("a member that does not lead forward")
            if member.issparse():
                raise tarfile.ReadError("a sparse file; pack it without --sparse")
            last = member.offset
            yield member
    except _FAULTS as error:
        raise MalformedDocumentError(
            f"{name}: the archive is damaged ({_reason(error)})", code="ATT-EVD-001"
        ) from error


def content_of(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int, head: bytes = b"") -> bytes | None:
    """Return at most `limit` bytes of a regular file; null if it does not begin with `head`.

    Raises:
        MalformedDocumentError: the archive ends before.
    """
    try:
        stream = archive.extractfile(member)
        content = stream.read(len(head)) if stream is not None else b""
        if content != head:
            return None
        content += stream.read(limit - len(head)) if stream is not None else b""
    except _FAULTS as error:
        raise MalformedDocumentError(f"{member.name}: damaged in the archive", code="ATT-EVD-001") from error
    if len(content) < min(limit, member.size):
        raise MalformedDocumentError(f"{member.name}: cut short in the archive", code="ATT-EVD-001")
    return content


def path_of(member: tarfile.TarInfo) -> str | None:
    """Return the path of a regular file inside the archive; null for links, devices and ways out."""
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if not member.isreg() or member.name.startswith("/") or ".." in parts:
        return None
    return "/".join(parts)


class _Unpacked(io.BufferedIOBase):
    """What a compressed file holds; ends with an error once it gave more than is likely, or is damaged."""

    def __init__(self, path: Path, coding: bytes) -> None:
        self._stream, self._fault = _decompressed(path, coding)
        self._left = path.stat().st_size * MAX_RATIO + SPARE_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            content = self._stream.read(size)
        except self._fault as error:
            raise OSError("its compression is damaged") from error
        self._left -= len(content)
        if self._left < 0:
            raise OSError("it expands beyond any likely size")
        return content

    def close(self) -> None:
        self._stream.close()
        super().close()


def _decompressed(path: Path, coding: bytes) -> tuple[io.BufferedIOBase, type[Exception]]:
    if coding == _GZIP:
        return gzip.GzipFile(path), zlib.error
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdFile(path), zstd.ZstdError


def _reason(error: BaseException) -> str:
    if isinstance(error, tarfile.TarError | OSError):
        return " ".join(str(error).split())
    return "headers without end" if isinstance(error, RecursionError) else "a header that makes no sense"
