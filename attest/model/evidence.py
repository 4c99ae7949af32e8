"""Evidence: one attached document and what is known of it without believing it."""

from enum import StrEnum

import msgspec

from attest.model.attachment import Channel, EvidenceKind, is_of_unknown_kind


class Trust(StrEnum):
    """Who vouches for a document."""

    TRUSTED = "trusted"
    UNTRUSTED_IDENTITY = "untrusted-identity"
    VIA_INDEX = "via-index"
    UNSIGNED = "unsigned"
    INVALID = "invalid"
    UNVERIFIABLE = "unverifiable"


class BindsTo(StrEnum):
    """What a statement's subject is, when it is part of the image."""

    MANIFEST = "manifest"
    INDEX = "index"
    ATTESTATION_MANIFEST = "attestation-manifest"
    CONFIG = "config"
    LAYER = "layer"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature over a document or over what carries it."""

    state: Trust
    method: str
    identity: str | None
    issuer: str | None
    key: str | None
    signed_at: str | None
    time_source: str | None
    log_index: int | None
    covers: str
    evidence: str
    reason: str | None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One attached document.

    `format` is the document's standard and version (`spdx-2.3`, `slsa-1`), null
    if it was not recognized. `platform` is the key of the platform it is about,
    null for the index. `subject_match` is null where a document names no
    subject. Sizes are in bytes; times are RFC 3339 in UTC.
    """

    id: str
    kind: EvidenceKind
    format: str | None
    predicate_type: str | None
    artifact_type: str | None
    media_type: str
    digest: str
    size: int
    manifest: str | None
    platform: str | None
    channels: tuple[Channel, ...]
    generator: str | None
    created: str | None
    readable: bool
    binds_to: BindsTo | None
    subject_match: bool | None
    trust: Trust
    signatures: tuple[Signature, ...] = ()

    def may_be(self, kind: EvidenceKind) -> bool:
        """Tell whether this is evidence of a kind; what could not be read, and does not say, may be of any."""
        return self.kind is kind or is_of_unknown_kind(self.kind, self.predicate_type, readable=self.readable)
