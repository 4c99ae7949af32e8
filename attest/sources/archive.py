"""Archives: a layout in a tar, as `docker save`, `skopeo copy` and `oras` write it; nothing is unpacked."""

from pathlib import Path
from typing import Final

from attest.errors import UsageError
from attest.model.reference import LocalKind, LocalReference, local_kind
from attest.sources import docker_save
from attest.sources.files import Tar
from attest.sources.layout import LayoutSource, exists
from attest.sources.source import Access, Source
from attest.sources.tar import is_tar

_KINDS: Final = (LocalKind.OCI_ARCHIVE, LocalKind.DOCKER_ARCHIVE)


class ArchiveKind:
    """Takes `oci-archive:FILE[:NAME]`, `docker-archive:FILE[:NAME]`, and the bare path of a tar."""

    name = "archive"

    def takes(self, text: str) -> bool:
        """See `SourceKind.takes`."""
        prefixed = local_kind(text)
        if prefixed is not None:
            return prefixed[0] in _KINDS
        return bool(text) and is_tar(Path(LocalReference.split(text, exists).path))

    def open(self, text: str, access: Access) -> Source:
        """See `SourceKind.open`.

        Raises:
            UsageError: no path is named.
            SourceError: there is no such archive.
            DocumentError: it is no archive that attest reads.
        """
        kind, rest = local_kind(text) or (LocalKind.OCI_ARCHIVE, text)
        if not rest:
            raise UsageError(f"{text}: no path is named", code="ATT-REF-001", hint="write oci-archive:FILE[:NAME]")
        reference = LocalReference.split(rest, exists)
        files = Tar(Path(reference.path))
        if files.size("index.json") is None and files.size(docker_save.LIST) is not None:
            return docker_save.DockerSaveSource(files, reference)
        return LayoutSource(files, reference, access, str(kind))


SOURCE: Final = ArchiveKind()
