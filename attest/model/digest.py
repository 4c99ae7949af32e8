"""Content digests, as OCI spells them."""

import hashlib
import re
from typing import Final, Self

import msgspec

# https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
_HEX_LENGTHS: Final = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX: Final = re.compile(r"[0-9a-f]+")


class Digest(msgspec.Struct, frozen=True, order=True):
    """An algorithm and the lower-case hexadecimal hash it produced."""

    algorithm: str
    encoded: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a digest of the form `algorithm:encoded`.

        Raises:
            ValueError: the text is not a digest: its algorithm is not one that
                can be computed, or its hash is not the lower-case hexadecimal of
                the length that the algorithm produces.
        """
        algorithm, colon, encoded = text.partition(":")
        if not colon:
            raise ValueError("invalid digest format")
        if algorithm not in _HEX_LENGTHS:
            raise ValueError("unsupported digest algorithm")
        if len(encoded) != _HEX_LENGTHS[algorithm]:
            raise ValueError("invalid checksum digest length")
        if not _HEX.fullmatch(encoded):
            raise ValueError("invalid checksum digest format")
        return cls(algorithm, encoded)

    @classmethod
    def of(cls, content: bytes, algorithm: str = "sha256") -> Self:
        """Compute the digest of `content`."""
        return cls(algorithm, hashlib.new(algorithm, content).hexdigest())

    def matches(self, content: bytes) -> bool:
        """Tell whether `content` hashes to this digest."""
        return hashlib.new(self.algorithm, content).hexdigest() == self.encoded

    @property
    def short(self) -> str:
        """The first 12 hexadecimal digits, for people."""
        return f"{self.algorithm}:{self.encoded[:12]}"

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.encoded}"
