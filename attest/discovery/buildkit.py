"""Attestation manifests that BuildKit puts into the image index, in both shapes.

An entry for `unknown/unknown` names, in an annotation, the image manifest it
attests; each of its layers is one in-toto statement. The older shape has an
image config, the newer one (default since BuildKit v0.32) an empty one, an
artifactType and a subject, which releases before v0.25 got wrong: the
annotation of the index decides, the subject is never asked.

https://github.com/moby/buildkit/blob/v0.32.0/docs/attestations/attestation-storage.md
"""

from typing import Final

from attest.discovery.probes import status_of
from attest.discovery.search import Place, Role, Search
from attest.errors import AttestError, MalformedDocumentError
from attest.model.attachment import Attachment, Channel, Edge, PlatformImage, Probe, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.manifest import Index, Manifest
from attest.model.media_type import (
    BUILDKIT_REFERENCE_DIGEST,
    BUILDKIT_REFERENCE_DIGEST_OLD,
    IN_TOTO,
    PREDICATE_TYPE,
)
from attest.model.problem import Problem, ProblemState


class BuildKit:
    """Looks into the image index for attestation manifests."""

    name = "buildkit"
    channels = frozenset({Channel.INDEX})

    def locate(self, search: Search, place: Place) -> None:
        """See `Locator.locate`; the index is read as a whole, once."""
        if not search.image.is_index:
            for image in search.image.platforms:
                if image.manifest.digest == place.descriptor.digest:
                    search.probe(_no_index(search, image))
        if place.role is not Role.INDEX:
            return
        attestations = _by_subject(search)
        for image in search.image.platforms:
            entries = attestations.get(str(image.manifest.digest), [])
            if not entries:
                search.probe(_probe(search, image, search.image.root, ProbeStatus.ABSENT))
            for entry in entries:
                _read(search, image, entry)


LOCATOR: Final = BuildKit()


def _by_subject(search: Search) -> dict[str, list[Descriptor]]:
    """Group the attestation manifests by the image manifest they name; orphans become problems."""
    listed = {str(entry.digest) for _, entry in search.image.entries}
    attestations: dict[str, list[Descriptor]] = {}
    for _, entry in search.image.entries:
        if not entry.is_attestation:
            continue
        subject = entry.annotations.get(BUILDKIT_REFERENCE_DIGEST) or entry.annotations.get(
            BUILDKIT_REFERENCE_DIGEST_OLD, ""
        )
        if subject in listed:
            attestations.setdefault(subject, []).append(entry)
        else:
            search.problem(_orphan(entry, subject))
    return attestations


def _read(search: Search, image: PlatformImage, entry: Descriptor) -> None:
    def arrived(manifest: Index | Manifest) -> None:
        if isinstance(manifest, Index):
            message = f"{entry.digest}: an index where an attestation manifest is expected"
            failed(MalformedDocumentError(message, code="ATT-EVD-001"))
            return
        search.probe(_probe(search, image, entry, ProbeStatus.FOUND))
        search.faults(entry, manifest, image.key, Channel.INDEX)
        search.visit(Place(descriptor=entry, role=Role.ATTESTATION, platform=image.key, depth=1))
        for layer in manifest.layers:
            if _is_statement(layer.media_type):
                search.found(_attachment(image, entry, manifest, layer))

    def failed(error: AttestError) -> None:
        search.probe(_probe(search, image, entry, status_of(error), error.message))
        edge = Edge(subject=image.manifest.digest, channel=Channel.INDEX)
        search.lost(Attachment(layer=entry, platform=image.key, edges=(edge,)), error)

    search.manifest(entry, arrived, failed)


def _attachment(image: PlatformImage, entry: Descriptor, manifest: Manifest, layer: Descriptor) -> Attachment:
    return Attachment(
        layer=layer,
        manifest=entry,
        platform=image.key,
        edges=(Edge(subject=image.manifest.digest, channel=Channel.INDEX),),
        artifact_type=manifest.artifact_type,
        predicate_type=layer.annotations.get(PREDICATE_TYPE),
    )


def _is_statement(media_type: str) -> bool:
    """Tell whether a layer is a statement; Docker signs some as DSSE (`…in-toto.spdx+dsse`)."""
    return media_type == IN_TOTO or (media_type.startswith("application/vnd.in-toto.") and media_type.endswith("+dsse"))


def _probe(
    search: Search, image: PlatformImage, place: Descriptor, status: ProbeStatus, detail: str | None = None
) -> Probe:
    return Probe(
        channel=Channel.INDEX,
        subject=str(image.manifest.digest),
        platform=image.key,
        location=search.source.locate(place),
        status=status,
        conclusive=status in (ProbeStatus.FOUND, ProbeStatus.ABSENT),
        detail=detail,
    )


def _no_index(search: Search, image: PlatformImage) -> Probe:
    """Say that a single manifest has no index; one named by its digest may well have, which is not known."""
    if not search.image.is_pinned:
        return _probe(search, image, image.manifest, ProbeStatus.ABSENT, "a single manifest, which no index lists")
    detail = "pinned to a single manifest; give the tag or the index digest to search its index"
    return _probe(search, image, image.manifest, ProbeStatus.UNSUPPORTED, detail)


def _orphan(entry: Descriptor, subject: str) -> Problem:
    named = _shown(subject)
    return Problem(
        code="ATT-EVD-004",
        state=ProblemState.INCONSISTENT,
        message=f"{entry.digest}: attests {named}, which the index does not list",
        channel=Channel.INDEX,
    )


def _shown(subject: str) -> str:
    try:
        return str(Digest.parse(subject))
    except ValueError:
        return "no digest" if not subject else "an invalid digest"
