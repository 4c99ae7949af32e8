"""Documents attached to an image: where each hangs, and where attest looked."""

from enum import StrEnum
from typing import Final

import msgspec

from attest.model.descriptor import Descriptor, Platform
from attest.model.digest import Digest


class Channel(StrEnum):
    """A way in which a document is attached."""

    INDEX = "index"
    REFERRERS_API = "referrers-api"
    FALLBACK_TAG = "fallback-tag"
    COSIGN_TAG = "cosign-tag"
    EXTERNAL = "external"
    LAYOUT = "layout"
    DOCUMENT = "document"


class ProbeStatus(StrEnum):
    """What looking in one place gave."""

    FOUND = "found"
    ABSENT = "absent"
    UNSUPPORTED = "unsupported"
    DENIED = "denied"
    RATE_LIMITED = "rate_limited"
    ERROR = "error"
    SKIPPED = "skipped"


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One place where attest looked for the documents attached to `subject`.

    `conclusive` means that this place can be relied on: what it does not list
    is not there. `platform` is the key of a platform, null for the index.
    `location` is a URL without secrets or a path.
    """

    channel: Channel
    subject: str | None
    platform: str | None
    location: str
    http_status: int | None = None
    status: ProbeStatus
    conclusive: bool
    detail: str | None = None

    @property
    def error_code(self) -> str | None:
        """The code of why this place gave no answer: it refused, it was asked too often, or anything else."""
        return _ERROR_CODES.get(self.status)


_ERROR_CODES: Final = {
    ProbeStatus.DENIED: "ATT-AUTH-001",
    ProbeStatus.RATE_LIMITED: "ATT-NET-003",
    ProbeStatus.ERROR: "ATT-NET-001",
}


class EvidenceKind(StrEnum):
    """What an attached document says."""

    SBOM = "sbom"
    PROVENANCE = "provenance"
    VEX = "vex"
    VULN = "vuln"
    VSA = "vsa"
    SIGNATURE = "signature"
    OTHER = "other"


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which an attachment was found to hang on `subject`."""

    subject: Digest
    channel: Channel


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One document that hangs on an image, before its bytes were read.

    `manifest` carries it and is null for a lone document; `layer` is the
    document. `platform` is the key of the platform it is about, null for the
    index. `predicate_type` is what an annotation claims; the body decides.
    """

    layer: Descriptor
    manifest: Descriptor | None = None
    platform: str | None = None
    edges: tuple[Edge, ...] = ()
    artifact_type: str | None = None
    predicate_type: str | None = None

    @property
    def key(self) -> tuple[Digest | None, Digest]:
        """What makes two findings the same attachment."""
        return (self.manifest.digest if self.manifest else None, self.layer.digest)


class PlatformImage(msgspec.Struct, frozen=True, kw_only=True):
    """One platform of an image. `key` is unique within the image.

    Without a manifest that is known, `manifest` is what stands for it.
    """

    key: str
    platform: Platform
    manifest: Descriptor
    has_manifest: bool = True


class ResolvedImage(msgspec.Struct, frozen=True, kw_only=True):
    """What a reference names: its root, and the platforms selected from it.

    `entries` are all descriptors of the index and of indexes inside it, in
    their order, each with the digest of the index that lists it. `is_pinned`
    means one manifest named by its digest: which index lists it is not known.
    """

    root: Descriptor
    is_index: bool
    is_pinned: bool = False
    platforms: tuple[PlatformImage, ...]
    entries: tuple[tuple[Digest, Descriptor], ...] = ()


_KINDS_BY_PREFIX: Final = (
    ("https://spdx.dev/Document", EvidenceKind.SBOM),
    ("https://cyclonedx.org/bom", EvidenceKind.SBOM),
    ("https://cyclonedx.org/schema", EvidenceKind.SBOM),
    ("https://slsa.dev/provenance/", EvidenceKind.PROVENANCE),
    ("https://in-toto.io/Provenance/", EvidenceKind.PROVENANCE),
    ("https://openvex.dev/ns", EvidenceKind.VEX),
    ("https://slsa.dev/verification_summary/", EvidenceKind.VSA),
    ("https://sigstore.dev/cosign/sign/", EvidenceKind.SIGNATURE),
    ("https://cosign.sigstore.dev/attestation/vuln/", EvidenceKind.VULN),
    ("https://in-toto.io/attestation/vulns/", EvidenceKind.VULN),
)


def is_of_unknown_kind(kind: EvidenceKind, predicate_type: str | None, *, readable: bool) -> bool:
    """Tell whether a document could not be read and nothing says what it is."""
    return kind is EvidenceKind.OTHER and predicate_type is None and not readable


def kind_of_predicate(predicate_type: str) -> EvidenceKind:
    """Tell what statements of this predicate type say."""
    for prefix, kind in _KINDS_BY_PREFIX:
        if predicate_type.startswith(prefix):
            return kind
    return EvidenceKind.OTHER
