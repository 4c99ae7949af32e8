"""From bytes to documents: one module for each standard."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.extension import ExtensionPoint
from attest.formats.compression import unpacked
from attest.formats.format import HEAD_BYTES, Format, Parsed
from attest.formats.in_toto import predicate_of

__all__ = ["FORMATS", "Format", "Parsed", "parse", "predicate_of"]

FORMATS: ExtensionPoint[Format] = ExtensionPoint(
    "attest.formats.in_toto:FORMAT",
    "attest.formats.github_export:FORMAT",
    "attest.formats.spdx2:FORMAT",
    "attest.formats.spdx_tag_value:FORMAT",
    "attest.formats.spdx_rdf:FORMAT",
    "attest.formats.spdx_xml:FORMAT",
    "attest.formats.spdx3:FORMAT",
    "attest.formats.cyclonedx:FORMAT",
    "attest.formats.cyclonedx_xml:FORMAT",
    "attest.formats.syft:FORMAT",
    "attest.formats.github_snapshot:FORMAT",
    "attest.formats.sigstore_bundle:FORMAT",
    "attest.formats.dsse:FORMAT",
    "attest.formats.simple_signing:FORMAT",
    "attest.formats.notation:FORMAT",
    "attest.formats.spdx_yaml:FORMAT",
)


def parse(content: bytes, media_type: str = "") -> Parsed:
    """Read a document; its content decides what it is, `media_type` only where that fits no format.

    What gzip or zstd made smaller is read as what it was.

    Raises:
        MalformedDocumentError: it is empty, or breaks its own specification.
        UnsupportedDocumentError: no format knows it.
    """
    content = _as_utf8(unpacked(content))
    head = content[:HEAD_BYTES] + content[-HEAD_BYTES:]
    for each in FORMATS:
        if each.recognizes(head):
            return each.decode(content)
    if not content.strip():
        raise MalformedDocumentError("the document is empty")
    if content.lstrip()[:1] == b"<":
        raise MalformedDocumentError("HTML or XML instead of JSON")
    claimed = next((each for each in FORMATS if media_type in each.media_types), None)
    if claimed is not None:
        return claimed.decode(content)
    described = f" ({media_type})" if media_type else ""
    raise UnsupportedDocumentError(f"no format that attest reads{described}")


def _as_utf8(content: bytes) -> bytes:
    """Take off a byte order mark, and rewrite UTF-16; the digest was checked before."""
    if content.startswith(BOM_UTF8):
        return content[len(BOM_UTF8) :]
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace").encode()
    return content
