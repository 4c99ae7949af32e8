"""OCI image layouts: blobs, and an `index.json` that names images, in a directory or an archive.

https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
"""

from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

from msgspec.structs import replace

from attest.errors import AttestError, IntegrityError, NotFoundError, UsageError
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import CONTAINERD_NAME, OCI_INDEX, REF_NAME
from attest.model.reference import LocalKind, LocalReference, local_kind
from attest.sources.files import Files, Folder
from attest.sources.layout_links import Links, is_image, links_of, tags_of
from attest.sources.source import (
    BLOB_SETTING,
    MANIFEST_SETTING,
    MAX_MANIFEST_BYTES,
    Access,
    Closing,
    Listing,
    Neighbor,
    Root,
    Tags,
    check_size,
    verify,
)


class LayoutSource(Closing):
    """One image of a layout; any blob may be missing."""

    def __init__(self, files: Files, reference: LocalReference, access: Access, kind: str = "oci-layout") -> None:
        self.kind = kind
        self._files = files
        self._reference = reference
        self._lock = Lock()
        self._access = access
        # of an image whose index is at hand, discovery reads BuildKit's entries there
        self._has_index = True

    @cached_property
    def _index(self) -> Index:
        return self._read_index()

    @cached_property
    def _tags(self) -> dict[str, Descriptor]:
        return tags_of(self._index)

    @cached_property
    def _links(self) -> Links:
        return links_of(self._files, self._index, self._access.limits)

    def resolve(self) -> Root:
        """See `Source.resolve`."""
        root = self._resolved()
        self._has_index = any(self._lists(each, root.descriptor.digest) for each in (root, root.parent) if each)
        return root

    def _lists(self, root: Root, digest: Digest) -> bool:
        """Tell whether `root` is an index, and the image's own: it is the image, or lists it."""
        try:
            parsed = parse_manifest(root.content, root.descriptor.media_type, limits=self._access.limits)
        except AttestError:
            return False
        is_own = root.descriptor.digest == digest
        return isinstance(parsed, Index) and (is_own or any(each.digest == digest for each in parsed.manifests))

    def _resolved(self) -> Root:
        wanted = self._reference.digest
        root = self._root(self._entry(self._index))
        if wanted is None:
            return root
        digest = Digest.parse(wanted)
        if digest == root.descriptor.digest:
            return replace(root, is_pinned=True)
        inner = self._root(Descriptor(media_type="", digest=digest, size=self._size(digest)))
        return replace(inner, parent=root, is_pinned=True)

    def _root(self, entry: Descriptor) -> Root:
        return Root(descriptor=entry, content=self.manifest(entry), tag=entry.annotations.get(REF_NAME))

    def manifest(self, descriptor: Descriptor) -> bytes:
        """See `Source.manifest`."""
        return self._read(descriptor, self._access.max_manifest_bytes, MANIFEST_SETTING)

    def blob(self, descriptor: Descriptor) -> bytes:
        """See `Source.blob`."""
        return self._read(descriptor, self._access.max_blob_bytes, BLOB_SETTING)

    def referrers(self, subject: Descriptor) -> Listing:
        """See `Source.referrers`."""
        with self._lock:
            links = self._links
        found = links.referrers.get(subject.digest, ())
        if not self._has_index:
            found += links.attestations.get(subject.digest, ())
        return Listing(
            channel=Channel.LAYOUT,
            status=ProbeStatus.FOUND if found else ProbeStatus.ABSENT,
            location="blobs",
            descriptors=found,
            faults=links.faults,
        )

    def tags(self, prefix: str) -> Tags:
        """See `Source.tags`."""
        names = tuple(sorted(name for name in self._tags if name.startswith(prefix)))
        status = ProbeStatus.FOUND if names else ProbeStatus.ABSENT
        return Tags(status=status, location="index.json", names=names)

    def tagged(self, name: str) -> Root | None:
        """See `Source.tagged`."""
        entry = self._tags.get(name)
        if entry is None:
            return None
        return Root(descriptor=entry, content=self.manifest(entry), tag=name)

    def locate_tag(self, name: str) -> str:
        """See `Source.locate_tag`."""
        return f"index.json {name}"

    def neighbors(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:  # noqa: ARG002 - a layout has none
        """See `Source.neighbors`; a layout is whole, and no reason to ask a registry."""
        return ()

    def locate(self, descriptor: Descriptor) -> str:
        """See `Source.locate`."""
        return _path(descriptor.digest)

    def _read_index(self) -> Index:
        what = f"{self._files.name}: index.json"
        content = self._files.read("index.json", MAX_MANIFEST_BYTES + 1)
        if content is None:
            raise NotFoundError(
                f"{self._files.name}: not an OCI image layout (no index.json)",
                code="ATT-SRC-004",
                hint="an OCI layout holds oci-layout, index.json and blobs",
            )
        if len(content) > MAX_MANIFEST_BYTES:
            raise IntegrityError(f"{what}: larger than {MAX_MANIFEST_BYTES} bytes", code="ATT-EVD-003")
        parsed = parse_manifest(content, OCI_INDEX, what, self._access.limits)
        if not isinstance(parsed, Index):
            raise IntegrityError(f"{what}: a manifest where an index is expected")
        return parsed

    def _entry(self, index: Index) -> Descriptor:
        """Choose the image that the reference names, or the only one there is."""
        images = [entry for entry in index.manifests if is_image(entry)]
        named = _named(images, self._reference.name or "latest")
        if named is None and len(images) > 1:
            attached = self._links.attached
            images = [entry for entry in images if entry.digest not in attached]
        if named is None and self._reference.name is None and len(images) == 1:
            named = images[0]
        if named is None and self._reference.name is None and self._reference.digest and images:
            named = images[0]
        if named is None:
            names = ", ".join(filter(None, (_name(entry) for entry in images))) or "no image has a name"
            several = "several images" if images else "no image"
            asked = f"no image is named {self._reference.name}" if self._reference.name else several
            raise NotFoundError(f"{self._files.name}: {asked}", hint=f"names there are: {names}")
        return named

    def _size(self, digest: Digest) -> int:
        size = self._files.size(_path(digest))
        if size is None:
            raise self._missing(digest)
        return size

    def _read(self, descriptor: Descriptor, limit: int, setting: str) -> bytes:
        check_size(descriptor, limit, setting)
        if descriptor.data is not None:
            return verify(descriptor, descriptor.data)
        content = self._files.read(_path(descriptor.digest), descriptor.size + 1)
        if content is None:
            raise self._missing(descriptor.digest)
        return verify(descriptor, content)

    def _missing(self, digest: Digest) -> NotFoundError:
        return NotFoundError(
            f"{digest}: not in the layout {self._files.name}",
            code="ATT-SRC-002",
            hint="the layout may have been copied without all of its blobs",
        )


def _path(digest: Digest) -> str:
    # a digest was checked to be hexadecimal, so that it cannot leave the folder
    return f"blobs/{digest.algorithm}/{digest.encoded}"


def _name(entry: Descriptor) -> str | None:
    return entry.annotations.get(REF_NAME) or entry.annotations.get(CONTAINERD_NAME)


def _named(entries: list[Descriptor], name: str) -> Descriptor | None:
    """Find an image by its whole name, then by the tag in it, then by containerd's name."""

    def tag_of(text: str) -> str:
        return text.rpartition(":")[2]

    for matches in (
        lambda each: each.annotations.get(REF_NAME) == name,
        lambda each: tag_of(each.annotations.get(REF_NAME, "")) == name,
        lambda each: each.annotations.get(CONTAINERD_NAME) == name,
    ):
        found = next((each for each in entries if matches(each)), None)
        if found is not None:
            return replace(found)
    return None


class LayoutKind:
    """Takes `oci:DIR[:NAME][@DIGEST]`, and the bare path of a directory that is a layout."""

    name = "layout"

    def takes(self, text: str) -> bool:
        """See `SourceKind.takes`."""
        prefixed = local_kind(text)
        if prefixed is not None:
            return prefixed[0] is LocalKind.LAYOUT
        return (Path(LocalReference.split(text, exists).path) / "oci-layout").is_file() if text else False

    def open(self, text: str, access: Access) -> LayoutSource:
        """See `SourceKind.open`."""
        prefixed = local_kind(text)
        rest = prefixed[1] if prefixed else text
        if not rest:
            raise UsageError(f"{text}: no path is named", code="ATT-REF-001", hint="write oci:DIRECTORY[:NAME]")
        reference = LocalReference.split(rest, exists)
        return LayoutSource(Folder(Path(reference.path)), reference, access)


def exists(path: str) -> bool:
    """Tell whether there is anything at a path."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


SOURCE: Final = LayoutKind()
