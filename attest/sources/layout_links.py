"""What hangs on what inside a layout, where no server answers that question.

Five ways are in use: a manifest that names its subject, wherever it lies among
the blobs; an annotation of containerd on the entry; an index under the fallback
tag of the distribution specification, whose manifests name their subject, too;
cosign's tags, or the marks that `cosign save` puts on its entries; and the
entries of BuildKit, in whatever index.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec

from attest.errors import AttestError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.limits import Limits
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import (
    BUILDKIT_REFERENCE_DIGEST,
    BUILDKIT_REFERENCE_DIGEST_OLD,
    BUILDKIT_REFERENCE_TYPE,
    CONTAINERD_SUBJECT,
    REF_NAME,
)
from attest.sources.files import Files

# `cosign save` marks by this annotation what is the image and what is attached to it
_COSIGN_KIND: Final = "kind"
_COSIGN: Final = "dev.cosignproject.cosign/"
_COSIGN_IMAGES: Final = (f"{_COSIGN}image", f"{_COSIGN}imageIndex")
_COSIGN_SUFFIXES: Final = {f"{_COSIGN}sigs": ".sig", f"{_COSIGN}atts": ".att", f"{_COSIGN}sboms": ".sbom"}


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """What hangs on what.

    `referrers` are the manifests that hang on a digest, by that digest;
    `attestations` those that BuildKit put beside it into any index. `faults`
    counts manifests with a subject that cannot be read, so that nobody knows
    on what they hang.
    """

    referrers: dict[Digest, tuple[Descriptor, ...]]
    attestations: dict[Digest, tuple[Descriptor, ...]]
    faults: int

    @property
    def attached(self) -> frozenset[Digest]:
        """The digests of everything that hangs on something."""
        return frozenset(each.digest for found in self.referrers.values() for each in found)


def is_image(entry: Descriptor) -> bool:
    """Tell an image from what hangs on one, among the entries of a layout's index."""
    kind = entry.annotations.get(_COSIGN_KIND, "")
    if kind.startswith(_COSIGN):
        return kind in _COSIGN_IMAGES
    if CONTAINERD_SUBJECT in entry.annotations or entry.is_reference:
        return False
    return not entry.annotations.get(REF_NAME, "").startswith(("sha256-", "sha384-", "sha512-"))


def tags_of(index: Index) -> dict[str, Descriptor]:
    """Return what each tag names; what `cosign save` marked gets the tag it had in the registry."""
    tags: dict[str, Descriptor] = {}
    image: Descriptor | None = None
    for entry in index.manifests:
        name = entry.annotations.get(REF_NAME)
        if name:
            tags.setdefault(name, entry)
        kind = entry.annotations.get(_COSIGN_KIND, "")
        if kind in _COSIGN_IMAGES:
            image = entry
        elif kind in _COSIGN_SUFFIXES and image is not None:
            tags[f"{image.digest.algorithm}-{image.digest.encoded}{_COSIGN_SUFFIXES[kind]}"] = entry
    return tags


def links_of(files: Files, index: Index, limits: Limits) -> Links:
    """Find every manifest that names a subject, by reading all blobs that may be one."""
    found = _Found()
    found.entries(index)
    for digest, content in _manifests(files):
        if b'"subject"' not in content and BUILDKIT_REFERENCE_TYPE.encode() not in content:
            continue
        try:
            manifest = parse_manifest(content, what=str(digest), limits=limits)
        except AttestError:
            # a statement has a subject, too, but is no manifest
            found.faults += _looks_like_manifest(content)
            continue
        if isinstance(manifest, Index):
            found.entries(manifest)
        if manifest.subject is not None:
            found.referrers[manifest.subject.digest][digest] = Descriptor(
                media_type=manifest.media_type,
                digest=digest,
                size=len(content),
                artifact_type=manifest.artifact_type,
                annotations=manifest.annotations,
            )
    return Links(referrers=_sorted(found.referrers), attestations=_sorted(found.attestations), faults=found.faults)


_ByDigest = dict[Digest, dict[Digest, Descriptor]]


class _Found:
    """What was found so far: each manifest once for each digest on which it hangs."""

    def __init__(self) -> None:
        self.referrers: _ByDigest = defaultdict(dict)
        self.attestations: _ByDigest = defaultdict(dict)
        self.faults = 0

    def entries(self, index: Index) -> None:
        """Take note of what the entries of an index say that they hang on."""
        for entry in index.manifests:
            _link(self.referrers, entry, CONTAINERD_SUBJECT)
            if entry.is_attestation:
                _link(self.attestations, entry, BUILDKIT_REFERENCE_DIGEST_OLD)
                _link(self.attestations, entry, BUILDKIT_REFERENCE_DIGEST)


def _link(links: _ByDigest, entry: Descriptor, key: str) -> None:
    try:
        links[Digest.parse(entry.annotations.get(key, ""))][entry.digest] = entry
    except ValueError:
        return


def _sorted(links: _ByDigest) -> dict[Digest, tuple[Descriptor, ...]]:
    return {subject: tuple(found[each] for each in sorted(found)) for subject, found in links.items()}


def _looks_like_manifest(content: bytes) -> bool:
    return b'"schemaVersion"' in content and any(key in content for key in (b'"layers"', b'"manifests"', b'"blobs"'))


def _manifests(files: Files) -> Iterator[tuple[Digest, bytes]]:
    """Yield each blob that may be a manifest and is what its name says."""
    for path, content in files.objects():
        try:
            digest = Digest.parse(path.removeprefix("blobs/").replace("/", ":", 1))
        except ValueError:
            continue
        if digest.matches(content):
            yield digest, content
