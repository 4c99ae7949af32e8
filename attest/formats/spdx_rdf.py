"""SPDX 2.x in RDF/XML, which the official library reads; pointers lead into the equivalent JSON.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attest.errors import MalformedDocumentError
from attest.formats.spdx_legacy import decoded
from attest.formats.xml_text import tree_of
from attest.model.sbom import Sbom

# spdx-tools takes a second for each MiB
_MAX_RDF_BYTES: Final = 8 * 1024 * 1024


class SpdxRdf:
    """SPDX 2.x documents in RDF/XML."""

    name = "spdx-rdf"
    media_types = frozenset({"application/spdx+rdf", "application/rdf+xml"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return b"<rdf:RDF" in head and b"spdx.org/rdf/terms" in head

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = SpdxRdf()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a document in RDF/XML; see `attest.formats.spdx2.decode_document`, also for what is raised.

    The official library reads it, whole or not at all.
    """
    if len(content) > _MAX_RDF_BYTES:
        raise MalformedDocumentError(f"RDF of more than {_MAX_RDF_BYTES} bytes is not read", code="ATT-EVD-003")
    _, problems = tree_of(content)
    return decoded(_from_rdf(content), prefix, problems)


def _from_rdf(content: bytes) -> Any:
    from spdx_tools.spdx.jsonschema.document_converter import DocumentConverter
    from spdx_tools.spdx.parser.error import SPDXParsingError
    from spdx_tools.spdx.parser.rdf.rdf_parser import parse_from_file

    with TemporaryDirectory(prefix="attest-") as folder:
        path = Path(folder) / "document.rdf"
        path.write_bytes(content)
        try:
            return DocumentConverter().convert(parse_from_file(str(path)))
        except SPDXParsingError as error:
            reason = "; ".join(error.get_messages())
        except Exception as error:  # noqa: BLE001 - it raises whatever its own libraries do
            reason = f"{type(error).__name__}: {error}"
    raise MalformedDocumentError(f"spdx-tools cannot read it ({' '.join(reason.split())[:200]})")
