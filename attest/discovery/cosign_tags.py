"""Tags that cosign makes of a digest: `sha256-….sig`, `.att`, `.sbom`, with a prefix if it is told to.

One look at the sorted list of tags shows them all; where a registry has no
such list, each is asked for. https://github.com/sigstore/cosign/blob/v2.5.0/specs/SIGNATURE_SPEC.md
"""

from functools import partial
from typing import Final

from msgspec.structs import replace

from attest.discovery.carriers import carried
from attest.discovery.probes import probe_of_error
from attest.discovery.search import Place, Role, Search
from attest.discovery.tag_seeks import stem_of
from attest.errors import AttestError, IntegrityError, SourceError
from attest.model.attachment import Channel, Probe, ProbeStatus
from attest.model.manifest import Manifest, parse_manifest
from attest.model.problem import Problem
from attest.sources.source import Tags

SIGNATURE_SUFFIX: Final = ".sig"
SBOM_SUFFIX: Final = ".sbom"
SUFFIXES: Final = (".att", SBOM_SUFFIX, SIGNATURE_SUFFIX)


class CosignTags:
    """Looks for cosign's tags of the image, its platforms, and what was attached by tag."""

    name = "cosign-tags"
    channels = frozenset({Channel.COSIGN_TAG})

    def locate(self, search: Search, place: Place) -> None:
        """See `Locator.locate`; an attestation manifest is signed by a referrer, never by a tag."""
        if place.role in (Role.INDEX, Role.PLATFORM, Role.TAGGED):
            for prefix in dict.fromkeys(("", search.tag_prefix)):
                stem = prefix + stem_of(place.descriptor.digest)
                search.tags.of(stem, partial(_listed, search, place, stem))


LOCATOR: Final = CosignTags()


def _listed(search: Search, place: Place, stem: str, tags: Tags) -> None:
    if tags.status in (ProbeStatus.FOUND, ProbeStatus.ABSENT):
        # without a suffix it is the fallback tag of the referrers
        names = [name for name in tags.names if name != stem]
        search.probe(
            Probe(
                channel=Channel.COSIGN_TAG,
                subject=str(place.descriptor.digest),
                platform=place.platform,
                location=tags.location,
                http_status=tags.http_status,
                status=ProbeStatus.FOUND if names else ProbeStatus.ABSENT,
                conclusive=True,
                detail=tags.detail,
            )
        )
        for name in names:
            search.ask(partial(_read, search, place, name, probe=False))
        return
    for suffix in SUFFIXES:
        search.ask(partial(_read, search, place, stem + suffix, probe=True))


def _read(search: Search, place: Place, name: str, *, probe: bool) -> None:
    location = search.source.locate_tag(name)
    try:
        root = search.source.tagged(name)
        manifest = parse_manifest(root.content, root.descriptor.media_type, name, search.limits) if root else None
    except AttestError as error:
        search.probe(probe_of_error(error, Channel.COSIGN_TAG, place, location))
        is_there = not probe or not isinstance(error, SourceError) or isinstance(error, IntegrityError)
        if is_there and not name.endswith(SIGNATURE_SUFFIX):
            platforms = (place.platform,) if place.platform else ()
            search.problem(replace(Problem.of(error), channel=Channel.COSIGN_TAG, platforms=platforms))
        return
    if probe:
        search.probe(
            Probe(
                channel=Channel.COSIGN_TAG,
                subject=str(place.descriptor.digest),
                platform=place.platform,
                location=location,
                status=ProbeStatus.FOUND if root else ProbeStatus.ABSENT,
                conclusive=True,
            )
        )
    if root is not None and isinstance(manifest, Manifest):
        # an SBOM is not signed itself: what carries it is, as an image would be
        role = Role.TAGGED if name.endswith(SBOM_SUFFIX) else Role.REFERRER
        carried(search, place, root.descriptor, manifest, Channel.COSIGN_TAG, role)
