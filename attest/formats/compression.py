"""Documents that are compressed, of which what they expand to is bounded; the digest covers the bytes as they are."""

import sys
import zlib
from typing import Any, Final, Protocol

from attest.errors import MalformedDocumentError

MAX_BYTES: Final = 512 * 1024 * 1024
MAX_RATIO: Final = 200
SPARE_BYTES: Final = 1024 * 1024
"""What any content may expand to, however small it is."""
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
# zlib's number for a header of gzip
_GZIP_HEADER: Final = 31


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def unpacked(content: bytes) -> bytes:
    """Return what gzip or zstd made smaller; content that is neither as it is.

    Raises:
        MalformedDocumentError: it is damaged, cut short, or expands beyond any likely size.
    """
    magic = next((each for each in (_GZIP, _ZSTD) if content.startswith(each)), None)
    if magic is None:
        return content
    left = min(MAX_BYTES, SPARE_BYTES + MAX_RATIO * len(content))
    parts: list[bytes] = []
    while content.startswith(magic):
        decoder, fault = _decoder(magic)
        try:
            part = decoder.decompress(content, left + 1)
        except fault as error:
            raise MalformedDocumentError("its compression is damaged") from error
        left -= len(part)
        if left < 0:
            raise MalformedDocumentError("it expands beyond any likely size", code="ATT-EVD-003")
        if not decoder.eof:
            raise MalformedDocumentError("its compression is cut short")
        parts.append(part)
        content = decoder.unused_data
    if content.strip(b"\0"):
        raise MalformedDocumentError("something follows what was compressed")
    return b"".join(parts)


def _decoder(magic: bytes) -> tuple[_Decoder, type[Exception]]:
    if magic == _GZIP:
        decoder: Any = zlib.decompressobj(_GZIP_HEADER)
        return decoder, zlib.error
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdDecompressor(), zstd.ZstdError
