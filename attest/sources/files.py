"""Where the files of a layout are: in a folder, or in a tar that is read without being unpacked."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from attest.errors import MalformedDocumentError
from attest.sources.tar import coding_of, content_of, members_of, open_tar, path_of

MAX_FILES: Final = 100_000
MAX_OBJECT_BYTES: Final = 4 * 1024 * 1024
MAX_KEPT_BYTES: Final = 256 * 1024 * 1024


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
        files = sorted((self._root / "blobs").glob("*/*"))
        if len(files) > MAX_FILES:
            raise MalformedDocumentError(f"{self.name}: more than {MAX_FILES} blobs", code="ATT-EVD-003")
        for file in files:
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
    compressed one cannot be: its JSON is kept from the first pass, as far as
    there is room, and anything else that is asked for takes another.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)
        self._lock = Lock()
        self._coding = coding_of(path)
        self._members: dict[str, tarfile.TarInfo] = {}
        self._kept: dict[str, bytes] = {}
        self._room = MAX_KEPT_BYTES
        self._look()

    def size(self, path: str) -> int | None:
        """See `Files.size`."""
        member = self._members.get(path)
        return member.size if member else None

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Files.read`."""
        if path in self._kept:
            return self._kept[path][:limit]
        if path not in self._members:
            return None
        with self._lock:
            return self._read(path, limit)

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """See `Files.objects`."""
        for path, content in sorted(self._kept.items()):
            if path.startswith("blobs/") and len(content) <= MAX_OBJECT_BYTES:
                yield path, content

    def _look(self) -> None:
        with open_tar(self._path, self._coding) as archive:
            for member in members_of(archive, self.name):
                path = path_of(member)
                if path is None or self._is_known(path):
                    continue
                self._members[path] = member
                self._keep(archive, member, path)

    def _is_known(self, path: str) -> bool:
        """Tell whether a file was met before: any blob may be, for its digest says which of them counts.

        Raises:
            MalformedDocumentError: it is there twice, and no blob.
        """
        if path in self._members and not path.startswith("blobs/"):
            raise MalformedDocumentError(f"{self.name}: holds {path} twice", code="ATT-EVD-001")
        return path in self._members

    def _keep(self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
        """Keep what begins like a JSON object: all that may be a manifest, and of a compressed archive documents, too.

        Raises:
            MalformedDocumentError: there is no room for what may be a manifest.
        """
        if member.size > MAX_OBJECT_BYTES and (self._coding is None or member.size > self._room):
            return
        content = content_of(archive, member, member.size, b"{")
        if content is None:
            return
        if len(content) > self._room:
            raise MalformedDocumentError(f"{self.name}: more than {MAX_KEPT_BYTES} bytes of JSON", code="ATT-EVD-003")
        self._kept[path] = content
        self._room -= len(content)

    def _read(self, path: str, limit: int) -> bytes | None:
        with open_tar(self._path, self._coding) as archive:
            if self._coding is None:
                return content_of(archive, self._members[path], limit)
            for member in members_of(archive, self.name):
                if path_of(member) == path:
                    return content_of(archive, member, limit)
        return None
