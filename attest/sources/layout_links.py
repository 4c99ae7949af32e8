"""What hangs on what inside a layout, where no server answers that question.

Five ways are in use: a manifest that names its subject, wherever it lies among
the blobs; an annotation of containerd on the entry; an index under the fallback
tag of the distribution specification; cosign's tags; and the marks that
`cosign save` puts on its entries.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from attest.errors import AttestError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import CONTAINERD_SUBJECT, REF_NAME
from attest.sources.files import Files

# `cosign save` marks by this annotation what is the image and what is attached to it
_COSIGN_KIND: Final = "kind"
_COSIGN: Final = "dev.cosignproject.cosign/"
_COSIGN_IMAGES: Final = (f"{_COSIGN}image", f"{_COSIGN}imageIndex")
_COSIGN_SUFFIXES: Final = {f"{_COSIGN}sigs": ".sig", f"{_COSIGN}atts": ".att", f"{_COSIGN}sboms": ".sbom"}


class Links(dict[Digest, list[Descriptor]]):
    """The manifests that hang on a digest, by that digest."""


def is_image(entry: Descriptor) -> bool:
    """Tell an image from what hangs on one, among the entries of a layout's index."""
    kind = entry.annotations.get(_COSIGN_KIND, "")
    if kind.startswith(_COSIGN):
        return kind in _COSIGN_IMAGES
    if CONTAINERD_SUBJECT in entry.annotations:
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


def links_of(files: Files, index: Index) -> Links:
    """Find every manifest that names a subject, by reading all blobs that may be one."""
    links: dict[Digest, dict[Digest, Descriptor]] = defaultdict(dict)
    for entry in index.manifests:
        subject = entry.annotations.get(CONTAINERD_SUBJECT)
        if subject is not None:
            try:
                links[Digest.parse(subject)][entry.digest] = entry
            except ValueError:
                continue
    for digest, content in _manifests(files):
        if b'"subject"' not in content:
            continue
        try:
            manifest = parse_manifest(content, what=str(digest))
        except AttestError:
            continue
        if manifest.subject is not None:
            links[manifest.subject.digest][digest] = Descriptor(
                media_type=manifest.media_type,
                digest=digest,
                size=len(content),
                artifact_type=manifest.artifact_type,
                annotations=manifest.annotations,
            )
    return Links({subject: [found[each] for each in sorted(found)] for subject, found in links.items()})


def _manifests(files: Files) -> Iterator[tuple[Digest, bytes]]:
    """Yield each blob that may be a manifest and is what its name says."""
    for path, content in files.objects():
        try:
            digest = Digest.parse(path.removeprefix("blobs/").replace("/", ":", 1))
        except ValueError:
            continue
        if digest.matches(content):
            yield digest, content
