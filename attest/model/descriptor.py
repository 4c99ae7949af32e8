"""Descriptors and platforms: how OCI points at content."""

from typing import Any, Self

import msgspec

from attest.model.digest import Digest
from attest.model.media_type import BUILDKIT_ATTESTATION, BUILDKIT_REFERENCE_TYPE


class Platform(msgspec.Struct, frozen=True, kw_only=True, rename={"os_version": "os.version"}):
    """The operating system and processor that an image manifest is for."""

    architecture: str = ""
    os: str = ""
    os_version: str | None = None
    variant: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `os/architecture[/variant]`.

        Raises:
            ValueError: there are not two or three non-empty parts.
        """
        parts = text.split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise ValueError(f"{text}: not a platform such as linux/arm64")
        os, architecture, *variant = parts
        return cls(os=os, architecture=architecture, variant=variant[0] if variant else None)

    @property
    def is_unknown(self) -> bool:
        """True for `unknown/unknown`, what BuildKit gives its attestation manifests."""
        return self.os == "unknown" and self.architecture == "unknown"

    def __str__(self) -> str:
        parts = (self.os, self.architecture, self.variant)
        return "/".join(part for part in parts if part)


class Descriptor(msgspec.Struct, frozen=True, kw_only=True):
    """A typed pointer to content: its digest, its size in bytes, and hints about it.

    `data` is the content itself where the descriptor embeds it.
    """

    media_type: str
    digest: Digest
    size: int
    artifact_type: str | None = None
    annotations: dict[str, str] = {}
    platform: Platform | None = None
    data: bytes | None = None

    @property
    def is_reference(self) -> bool:
        """True for an index entry that BuildKit put beside the images, which no engine ever runs."""
        is_unknown = self.platform is not None and self.platform.is_unknown
        return is_unknown and BUILDKIT_REFERENCE_TYPE in self.annotations

    @property
    def is_attestation(self) -> bool:
        """True for an index entry that carries BuildKit's statements about an image of the index."""
        return self.is_reference and self.annotations[BUILDKIT_REFERENCE_TYPE] == BUILDKIT_ATTESTATION


class WireDescriptor(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A descriptor as the JSON has it, before its digest was looked at."""

    media_type: str = ""
    digest: str = ""
    size: int = -1
    artifact_type: str | None = None
    annotations: dict[str, Any] | None = None
    platform: Platform | None = None
    data: bytes | None = None

    def checked(self) -> Descriptor:
        """Return the descriptor.

        Raises:
            ValueError: the digest or the size is not usable.
        """
        if self.size < 0:
            raise ValueError("no size")
        return Descriptor(
            media_type=self.media_type.partition(";")[0].strip(),
            digest=Digest.parse(self.digest),
            size=self.size,
            artifact_type=self.artifact_type or None,
            annotations=texts_of(self.annotations),
            platform=self.platform,
            data=self.data,
        )


def texts_of(annotations: dict[str, Any] | None) -> dict[str, str]:
    """Return the annotations whose values are texts, as all should be."""
    return {key: value for key, value in (annotations or {}).items() if isinstance(value, str)}
