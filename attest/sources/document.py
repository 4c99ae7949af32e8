"""A document without an image: an SBOM or a statement in a file, or on stdin."""

import sys
from pathlib import Path
from typing import Final

from attest.errors import AccessDeniedError, IntegrityError, NotFoundError, UsageError
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.reference import LocalKind, local_kind
from attest.sources.layout import exists
from attest.sources.source import BLOB_SETTING, Access, Closing, Listing, Neighbor, Root, Tags, verify

STDIN: Final = "-"


class DocumentSource(Closing):
    """One document. It is its own root, and nothing hangs on it."""

    kind = str(LocalKind.DOCUMENT)

    def __init__(self, path: str, access: Access) -> None:
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

    def manifest(self, descriptor: Descriptor) -> bytes:
        """See `Source.manifest`."""
        return verify(descriptor, self._read())

    def blob(self, descriptor: Descriptor) -> bytes:
        """See `Source.blob`."""
        return verify(descriptor, self._read())

    def referrers(self, subject: Descriptor) -> Listing:
        """See `Source.referrers`."""
        return Listing(channel=Channel.DOCUMENT, status=ProbeStatus.UNSUPPORTED, location=self.locate(subject))

    def tags(self, prefix: str) -> Tags:
        """See `Source.tags`."""
        return Tags(status=ProbeStatus.UNSUPPORTED, location=self.locate_tag(prefix))

    def tagged(self, name: str) -> Root | None:
        """See `Source.tagged`."""
        raise NotFoundError(f"{self._path}: a document has no tag {name}")

    def neighbors(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:  # noqa: ARG002 - the protocol's
        """See `Source.neighbors`."""
        return ()

    def locate(self, descriptor: Descriptor) -> str:  # noqa: ARG002 - the protocol's
        """See `Source.locate`."""
        return "stdin" if self._path == STDIN else self._path

    def locate_tag(self, name: str) -> str:  # noqa: ARG002 - the protocol's
        """See `Source.locate_tag`."""
        return self._path

    def _read(self) -> bytes:
        """Read one byte more than there may be, so that what is larger is noticed."""
        if self._path == STDIN:
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
    """Takes `sbom:FILE`, the bare path of a JSON file, and `-` for stdin."""

    name = "document"

    def takes(self, text: str) -> bool:
        """See `SourceKind.takes`; a bare path has a folder or an ending, so that no file stands for an image's name."""
        prefixed = local_kind(text)
        if prefixed is not None:
            return prefixed[0] is LocalKind.DOCUMENT
        is_path = "/" in text or text.endswith(".json")
        return text == STDIN or (is_path and exists(text) and Path(text).is_file())

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


SOURCE: Final = DocumentKind()
