"""What a manifest that hangs on an image carries: each of its layers is a document."""

from attest.discovery.search import Place, Role, Search
from attest.model.attachment import Attachment, Channel, Edge
from attest.model.descriptor import Descriptor
from attest.model.manifest import Manifest
from attest.model.media_type import (
    COSIGN_PREDICATE_TYPE,
    MEANINGLESS_ARTIFACT_TYPES,
    PREDICATE_TYPE,
    SIGSTORE_PREDICATE_TYPE,
)

_PREDICATE_KEYS = (PREDICATE_TYPE, SIGSTORE_PREDICATE_TYPE, COSIGN_PREDICATE_TYPE)


def carried(
    search: Search,
    place: Place,
    carrier: Descriptor,
    manifest: Manifest,
    channel: Channel,
    role: Role = Role.REFERRER,
) -> None:
    """Report the documents that `carrier`, which hangs on `place`, carries; look for what hangs on it too."""
    edge = Edge(subject=place.descriptor.digest, channel=channel)
    artifact_type = artifact_type_of(carrier, manifest)
    search.faults(carrier, manifest, place.platform, channel)
    for layer in manifest.layers:
        search.found(
            Attachment(
                layer=layer,
                manifest=carrier,
                platform=place.platform,
                edges=(edge,),
                artifact_type=artifact_type,
                predicate_type=_predicate_type(layer, manifest),
            )
        )
    search.visit(Place(descriptor=carrier, role=role, platform=place.platform, depth=place.depth + 1))


def artifact_type_of(carrier: Descriptor, manifest: Manifest) -> str | None:
    """Return what the manifest says it is, else what its config's type says, else what the list said.

    Releases of cosign set the config's type alone, and lists are often wrong.
    """
    config = manifest.config.media_type if manifest.config else None
    for claimed in (manifest.artifact_type, config, carrier.artifact_type):
        if claimed and claimed not in MEANINGLESS_ARTIFACT_TYPES:
            return claimed
    return None


def _predicate_type(layer: Descriptor, manifest: Manifest) -> str | None:
    for annotations in (layer.annotations, manifest.annotations):
        for key in _PREDICATE_KEYS:
            if annotations.get(key):
                return annotations[key]
    return None
