"""A document without an image: an SBOM or a statement in a file, or on stdin."""

import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from io import BytesIO
from pathlib import Path
from typing import Final

from attest.errors import AccessDeniedError, IntegrityError, NotFoundError, UsageError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.reference import LocalKind, local_kind, names_image
from attest.sources.alone import Alone
from attest.sources.layout import exists
from attest.sources.source import BLOB_SETTING, Access, Root

STDIN: Final = "-"
_HEAD_BYTES: Final = 256
# byte order marks, gzip, zstd
_MARKS: Final = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE, b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
# what stands near the beginning of documents that are neither JSON nor XML
_WORDS: Final = (b"SPDXVersion:", b"spdxVersion:", b"SPDXID:")
_ENDINGS: Final = (".json", ".xml", ".yaml", ".yml", ".spdx", ".gz", ".zst")


class DocumentSource(Alone):
    """One document. It is its own root, and nothing hangs on it."""

    kind = str(LocalKind.DOCUMENT)

    def __init__(self, path: str, access: Access) -> None:
        super().__init__("stdin" if path == STDIN else path)
        self._path = path
        self._limit = access.max_blob_bytes

    def resolve(self) -> Root:
        """See `Source.resolve`."""
        content = self._read()
        if len(content) > self._limit:
            raise IntegrityError(
                f"{self._path}: larger than {self._limit} bytes",
                code="ATT-EVD-003",
                hint=f"{BLOB_SETTING} sets this limit",
            )
        descriptor = Descriptor(media_type="", digest=Digest.of(content), size=len(content))
        return Root(descriptor=descriptor, content=content)

    def _read(self) -> bytes:
        """Read one byte more than there may be, so that what is larger is noticed."""
        if self._path == STDIN:
            if sys.stdin is None:
                raise NotFoundError("-: stdin is closed", code="ATT-SRC-004", hint="pipe a document into attest")
            return sys.stdin.buffer.read(self._limit + 1)
        try:
            with Path(self._path).open("rb") as file:
                return file.read(self._limit + 1)
        except FileNotFoundError as error:
            raise NotFoundError(f"{self._path}: no such file", code="ATT-SRC-004", hint="is the path right?") from error
        except PermissionError as error:
            raise AccessDeniedError(f"{self._path}: may not be read", hint="who owns the file?") from error
        except OSError as error:
            reason = (error.strerror or error.__class__.__name__).lower()
            raise NotFoundError(f"{self._path}: {reason}", code="ATT-SRC-004", hint="name one file") from error


class DocumentKind:
    """Takes `sbom:FILE`, the bare path of a document, and `-` for stdin."""

    name = "document"

    def takes(self, text: str) -> bool:
        """See `SourceKind.takes`; a bare path has a folder or an ending, so that no file stands for an image's name.

        What names an image, too, has to look like a document; anything else, such as a pipe, is not opened.
        """
        prefixed = local_kind(text)
        if prefixed is not None:
            return prefixed[0] is LocalKind.DOCUMENT
        is_path = ("/" in text or text.endswith(_ENDINGS)) and exists(text) and not Path(text).is_dir()
        return text == STDIN or (is_path and (not names_image(text) or _looks_like_document(Path(text))))

    def open(self, text: str, access: Access) -> DocumentSource:
        """See `SourceKind.open`.

        Raises:
            UsageError: no path is named.
        """
        prefixed = local_kind(text)
        path = prefixed[1] if prefixed else text
        if not path:
            raise UsageError(f"{text}: no path is named", code="ATT-REF-001", hint="write sbom:FILE, or - for stdin")
        return DocumentSource(path, access)


def _looks_like_document(path: Path) -> bool:
    try:
        with path.open("rb") if path.is_file() else BytesIO() as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return head.startswith(_MARKS) or head.lstrip()[:1] in (b"{", b"<") or any(word in head for word in _WORDS)


SOURCE: Final = DocumentKind()
