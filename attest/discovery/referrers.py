"""Referrers: manifests that name what they hang on as their subject.

A registry lists them itself, or clients keep the list under a tag made of the
digest. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
"""

from functools import partial
from typing import Final

from attest.discovery.carriers import carried
from attest.discovery.probes import probe_of_error
from attest.discovery.search import Place, Role, Search, Urgency
from attest.discovery.tag_seeks import stem_of
from attest.errors import AttestError, UnsupportedDocumentError
from attest.model.attachment import Attachment, Channel, Edge, Probe, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.manifest import Index, Manifest, parse_manifest
from attest.model.media_type import (
    BUILDKIT_REFERENCE_DIGEST,
    BUILDKIT_REFERENCE_DIGEST_OLD,
    CONTAINERD_SUBJECT,
    MEANINGLESS_ARTIFACT_TYPES,
)
from attest.model.problem import Problem, ProblemState
from attest.sources.source import Tags

_IMAGES: Final = (Role.INDEX, Role.PLATFORM)
_BUILDKIT_SUBJECTS: Final = (BUILDKIT_REFERENCE_DIGEST, BUILDKIT_REFERENCE_DIGEST_OLD)


class Referrers:
    """Asks for the referrers of everything; where the registry cannot tell, under the fallback tag."""

    name = "referrers"
    channels = frozenset({Channel.REFERRERS_API, Channel.FALLBACK_TAG, Channel.LAYOUT})

    def locate(self, search: Search, place: Place) -> None:
        """See `Locator.locate`."""
        urgency = Urgency.LISTS if place.role in _IMAGES else Urgency.LISTS_OF_ATTACHED
        search.ask(lambda: _list(search, place), urgency)


LOCATOR: Final = Referrers()


def _list(search: Search, place: Place) -> None:
    listing = search.source.referrers(place.descriptor)
    answered = listing.status in (ProbeStatus.FOUND, ProbeStatus.ABSENT)
    fallback = not answered and _read_tag(search, place)
    if answered and listing.channel is Channel.REFERRERS_API and place.role in _IMAGES:
        search.tags.of(stem_of(place.descriptor.digest), partial(_read_listed, search, place))
    search.probe(
        Probe(
            channel=listing.channel,
            subject=str(place.descriptor.digest),
            platform=place.platform,
            location=listing.location,
            http_status=listing.http_status,
            status=listing.status,
            # what a registry without the method does not list, the tag does
            conclusive=answered or (listing.status is ProbeStatus.UNSUPPORTED and fallback),
            detail=listing.detail,
        )
    )
    if listing.descriptors and not answered:
        search.problem(
            _problem(
                place,
                listing.channel,
                f"{place.descriptor.digest}: its list of referrers was read in part ({listing.detail})",
                ("ATT-EVD-003", ProblemState.UNREADABLE),
            )
        )
    if listing.faults:
        search.problem(_unusable(place, listing.channel, listing.faults))
    for descriptor in listing.descriptors:
        _follow(search, place, descriptor, listing.channel)


def _read_listed(search: Search, place: Place, tags: Tags) -> None:
    """Read the list that a client kept under the tag though the registry keeps one, as notation does."""
    if stem_of(place.descriptor.digest) in tags.names:
        search.ask(lambda: _read_tag(search, place))


def _read_tag(search: Search, place: Place) -> bool:
    """Read the list that clients keep where the registry keeps none; tell whether the answer can be relied on."""
    digest = place.descriptor.digest
    tag = stem_of(digest)
    location = search.source.locate_tag(tag)
    try:
        root = search.source.tagged(tag)
        index = parse_manifest(root.content, root.descriptor.media_type, tag, search.limits) if root else None
    except AttestError as error:
        search.probe(probe_of_error(error, Channel.FALLBACK_TAG, place, location))
        return False
    # one registry resolves the tag to the very digest it is made of
    entries = index.manifests if isinstance(index, Index) and root and root.descriptor.digest != digest else ()
    search.probe(
        Probe(
            channel=Channel.FALLBACK_TAG,
            subject=str(digest),
            platform=place.platform,
            location=location,
            status=ProbeStatus.FOUND if entries else ProbeStatus.ABSENT,
            conclusive=True,
        )
    )
    if isinstance(index, Index) and index.faults:
        search.problem(_unusable(place, Channel.FALLBACK_TAG, len(index.faults)))
    for descriptor in entries:
        _follow(search, place, descriptor, Channel.FALLBACK_TAG)
    return True


def _follow(search: Search, place: Place, descriptor: Descriptor, channel: Channel) -> None:
    def arrived(manifest: Index | Manifest) -> None:
        if not _names(place, descriptor, manifest):
            search.problem(
                _problem(
                    place,
                    channel,
                    f"{descriptor.digest}: listed as a referrer of {place.descriptor.digest}, but does not name it",
                )
            )
        elif isinstance(manifest, Index):
            search.faults(descriptor, manifest, place.platform, channel)
            for entry in manifest.manifests:
                _unfold(search, place, entry, channel)
            search.visit(
                Place(descriptor=descriptor, role=Role.REFERRER, platform=place.platform, depth=place.depth + 1)
            )
        else:
            carried(search, place, descriptor, manifest, channel)

    search.manifest(descriptor, arrived, lambda error: _lose(search, place, descriptor, channel, error))


def _unfold(search: Search, place: Place, descriptor: Descriptor, channel: Channel) -> None:
    """Read what a referrer that is an index lists; the index names the subject for all of it."""

    def arrived(manifest: Index | Manifest) -> None:
        if isinstance(manifest, Index):
            message = f"{descriptor.digest}: an index inside a referrer that is one is not read"
            _lose(search, place, descriptor, channel, UnsupportedDocumentError(message, code="ATT-EVD-001"))
        else:
            carried(search, place, descriptor, manifest, channel)

    search.manifest(descriptor, arrived, lambda error: _lose(search, place, descriptor, channel, error))


def _lose(search: Search, place: Place, descriptor: Descriptor, channel: Channel, error: AttestError) -> None:
    edge = Edge(subject=place.descriptor.digest, channel=channel)
    artifact_type = descriptor.artifact_type
    if artifact_type in MEANINGLESS_ARTIFACT_TYPES:
        artifact_type = None
    search.lost(
        Attachment(layer=descriptor, platform=place.platform, edges=(edge,), artifact_type=artifact_type), error
    )


def _names(place: Place, descriptor: Descriptor, manifest: Index | Manifest) -> bool:
    digest = place.descriptor.digest
    if manifest.subject is not None and (manifest.subject.digest == digest or not descriptor.is_attestation):
        return manifest.subject.digest == digest
    # BuildKit before v0.25 wrote a wrong subject: its annotation decides
    keys = _BUILDKIT_SUBJECTS if descriptor.is_attestation else (CONTAINERD_SUBJECT,)
    return str(digest) in (descriptor.annotations.get(key) for key in keys)


def _unusable(place: Place, channel: Channel, count: int) -> Problem:
    message = f"{place.descriptor.digest}: {count} unusable entries in its list of referrers"
    return _problem(place, channel, message, ("ATT-EVD-001", ProblemState.UNREADABLE))


def _problem(
    place: Place,
    channel: Channel,
    message: str,
    kind: tuple[str, ProblemState] = ("ATT-EVD-004", ProblemState.INCONSISTENT),
) -> Problem:
    code, state = kind
    return Problem(
        code=code,
        state=state,
        message=message,
        channel=channel,
        platforms=(place.platform,) if place.platform else (),
    )
