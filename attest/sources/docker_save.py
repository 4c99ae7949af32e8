"""What `docker save` wrote before version 25: configurations and layers, and no manifest that anything could name.

Such an archive says which image it is, and for which platform. Attestations hang
on manifests, so that it cannot carry any: whether the image has some is not known.

https://github.com/moby/docker-image-spec/blob/617aa3ab78e1c633e9a09397b279c6eb856aed22/spec.md
"""

import re
from itertools import chain
from typing import Final

import msgspec

from attest.errors import IntegrityError, NotFoundError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.media_type import DOCKER_CONFIG
from attest.model.reference import LocalKind, LocalReference
from attest.model.wire import decode_strictly
from attest.sources.alone import Alone
from attest.sources.files import MAX_OBJECT_BYTES, Files
from attest.sources.source import Root

LIST: Final = "manifest.json"
REASON: Final = "this archive format cannot carry attestations"
_NAMED_BY_DIGEST: Final = re.compile(r"(?:.*/|.*:)?([0-9a-f]{64})(?:\.json)?", re.ASCII | re.DOTALL)


class _Entry(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    config: str
    repo_tags: list[str] | None = None

    @property
    def names(self) -> list[str]:
        return self.repo_tags or []


class DockerSaveSource(Alone):
    """One image of such an archive; its root is its configuration."""

    kind = str(LocalKind.DOCKER_ARCHIVE)

    def __init__(self, files: Files, reference: LocalReference) -> None:
        super().__init__(files.name)
        self._files = files
        self._reference = reference

    def resolve(self) -> Root:
        """See `Source.resolve`."""
        entries = decode_strictly(self._read(LIST), list[_Entry], f"{self._files.name}: {LIST}")
        entry = self._chosen(entries)
        content = self._read(entry.config)
        digest = Digest.of(content)
        named = _NAMED_BY_DIGEST.fullmatch(entry.config)
        if named is not None and named[1] != digest.encoded:
            raise IntegrityError(f"{self._files.name}: {entry.config}: the bytes do not match the digest")
        if self._reference.digest not in (None, str(digest)):
            raise NotFoundError(
                f"{self._reference.digest}: not in {self._files.name}",
                code="ATT-SRC-002",
                hint=f"the image's configuration is {digest}; its manifest is not in this archive",
            )
        return Root(
            descriptor=Descriptor(media_type=DOCKER_CONFIG, digest=digest, size=len(content)),
            content=content,
            tag=next(iter(entry.names), None),
            lack=REASON,
        )

    def _chosen(self, entries: list[_Entry]) -> _Entry:
        """Choose the image that the reference names, or the only one there is."""
        wanted = self._reference.name
        if wanted is None and len(entries) == 1:
            return entries[0]
        name = wanted or "latest"
        whole = (entry for entry in entries if name in entry.names)
        by_tag = (entry for entry in entries if name in [each.rpartition(":")[2] for each in entry.names])
        chosen = next(chain(whole, by_tag), None)
        if chosen is not None:
            return chosen
        asked = f"no image is named {wanted}" if wanted else "several images" if entries else "no image"
        names = ", ".join(each for entry in entries for each in entry.names) or "no image has a name"
        raise NotFoundError(f"{self._files.name}: {asked}", hint=f"names there are: {names}")

    def _read(self, path: str) -> bytes:
        content = self._files.read(path, MAX_OBJECT_BYTES + 1)
        if content is None:
            raise NotFoundError(f"{self._files.name}: {path} is missing", code="ATT-SRC-004", hint="is it whole?")
        if len(content) > MAX_OBJECT_BYTES:
            raise IntegrityError(
                f"{self._files.name}: {path}: larger than {MAX_OBJECT_BYTES} bytes", code="ATT-EVD-003"
            )
        return content
