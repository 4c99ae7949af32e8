"""Image indexes and manifests, decoded strictly and told apart by their content."""

from typing import Any, Self

import msgspec

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.model.descriptor import Descriptor, WireDescriptor, texts_of
from attest.model.limits import DEFAULT_LIMITS, Limits
from attest.model.media_type import INDEX_TYPES, OCI_INDEX, OCI_MANIFEST, SCHEMA1_TYPES
from attest.model.wire import decode_strictly


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The union of what indexes and manifests hold, as the JSON has it."""

    schema_version: int | None = None
    media_type: str | None = None
    artifact_type: str | None = None
    manifests: list[WireDescriptor] | None = None
    config: WireDescriptor | None = None
    layers: list[WireDescriptor] | None = None
    blobs: list[WireDescriptor] | None = None
    subject: WireDescriptor | None = None
    annotations: dict[str, Any] | None = None


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """A list of manifests; `faults` names each entry that could not be used, by JSON pointer."""

    media_type: str
    manifests: tuple[Descriptor, ...]
    artifact_type: str | None = None
    subject: Descriptor | None = None
    annotations: dict[str, str] = {}
    faults: tuple[tuple[str, str], ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One image or artifact; `faults` names each layer that could not be used, by JSON pointer."""

    media_type: str
    config: Descriptor | None
    layers: tuple[Descriptor, ...]
    artifact_type: str | None = None
    subject: Descriptor | None = None
    annotations: dict[str, str] = {}
    faults: tuple[tuple[str, str], ...] = ()


def parse_manifest(
    content: bytes, media_type: str = "", what: str = "manifest", limits: Limits = DEFAULT_LIMITS
) -> Index | Manifest:
    """Read an index or a manifest, called `what` in messages.

    `media_type` is what a descriptor or a `Content-Type` said; the body's own
    `mediaType`, and else its keys, decide.

    Raises:
        MalformedDocumentError: it is not JSON, ambiguous, neither of both, or beyond a limit.
        UnsupportedDocumentError: it is a Docker schema 1 manifest.
    """
    wire = decode_strictly(content, Wire, what)
    kind = wire.media_type or media_type.partition(";")[0].strip()
    if wire.schema_version == 1 or (kind in SCHEMA1_TYPES and kind != "text/plain"):
        raise UnsupportedDocumentError(
            f"{what}: Docker schema 1 manifests are not supported",
            code="ATT-EVD-001",
            hint="push the image again with a current client, which writes another kind",
        )
    said_nothing = wire.schema_version is None and wire.media_type is None and wire.manifests is None
    if (kind in INDEX_TYPES and not said_nothing) or (
        wire.manifests is not None and wire.layers is None and wire.config is None
    ):
        if len(wire.manifests or ()) > limits.index_entries:
            raise limits.reached("index_entries", what)
        return _index(wire, kind or OCI_INDEX)
    if wire.config is None and wire.layers is None and wire.blobs is None:
        raise MalformedDocumentError(f"{what}: neither an image index nor a manifest", code="ATT-EVD-001")
    if max(len(wire.layers or ()), len(wire.blobs or ())) > limits.layers:
        raise limits.reached("layers", what)
    return _manifest(wire, kind or OCI_MANIFEST)


def _index(wire: Wire, media_type: str) -> Index:
    checked = _Checked.of(wire.manifests or [], "/manifests")
    subject, faults = _subject(wire)
    return Index(
        media_type=media_type,
        manifests=checked.descriptors,
        artifact_type=wire.artifact_type,
        subject=subject,
        annotations=texts_of(wire.annotations),
        faults=checked.faults + faults,
    )


def _manifest(wire: Wire, media_type: str) -> Manifest:
    layers = wire.layers if wire.layers is not None else wire.blobs or []
    checked = _Checked.of(layers, "/layers" if wire.layers is not None else "/blobs")
    config = _Checked.of([wire.config] if wire.config else [], "/config")
    subject, faults = _subject(wire)
    return Manifest(
        media_type=media_type,
        config=config.descriptors[0] if config.descriptors else None,
        layers=checked.descriptors,
        artifact_type=wire.artifact_type,
        subject=subject,
        annotations=texts_of(wire.annotations),
        faults=checked.faults + config.faults + faults,
    )


def _subject(wire: Wire) -> tuple[Descriptor | None, tuple[tuple[str, str], ...]]:
    checked = _Checked.of([wire.subject] if wire.subject else [], "/subject")
    return (checked.descriptors[0] if checked.descriptors else None), checked.faults


class _Checked(msgspec.Struct, frozen=True):
    descriptors: tuple[Descriptor, ...]
    faults: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, wires: list[WireDescriptor], pointer: str) -> Self:
        descriptors: list[Descriptor] = []
        faults: list[tuple[str, str]] = []
        for position, wire in enumerate(wires):
            try:
                descriptors.append(wire.checked())
            except ValueError as error:
                faults.append((f"{pointer}/{position}/digest", str(error)))
        return cls(tuple(descriptors), tuple(faults))
