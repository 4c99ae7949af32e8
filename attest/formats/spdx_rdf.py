"""SPDX 2.x in RDF/XML, which the official library reads; pointers lead into the equivalent JSON.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

from attest.errors import MalformedDocumentError
from attest.formats.spdx_legacy import decoded
from attest.formats.xml_text import tree_of
from attest.model.sbom import Sbom

# spdx-tools takes a second for each MiB
_MAX_RDF_BYTES: Final = 8 * 1024 * 1024


_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TERMS: Final = "{http://spdx.org/rdf/terms#}"
_RESOURCE: Final = f"{_RDF}resource"
_SUBJECTS: Final = frozenset({f"{_RDF}about", f"{_RDF}ID", f"{_RDF}nodeID"})
_ONCE: Final = ("name", "versionInfo", "licenseDeclared", "licenseConcluded", "primaryPackagePurpose", "extractedText")


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
    root, problems = tree_of(content)
    _refuse_twice(root)
    return decoded(_from_rdf(content), prefix, problems)


def _refuse_twice(root: Element) -> None:
    """Refuse a package of which two different things are said: the library would take either."""
    said: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for element in root.iter():
        subject = next((value for key, value in element.attrib.items() if key in _SUBJECTS), None)
        if subject is None:
            continue
        for name in _ONCE:
            tag = f"{_TERMS}{name}"
            said[subject, name].update(_content(each) for each in element if each.tag == tag)
            if tag in element.attrib:
                said[subject, name].add(element.attrib[tag].encode())
    twice = next((name for (_, name), values in said.items() if len(values) > 1), None)
    if twice:
        raise MalformedDocumentError(f"{twice} is said twice of one element")


def _content(element: Element) -> bytes:
    """Return what tells one value from another: its text, what it points to, or all that stands in it."""
    if len(element):
        return tostring(element).strip()
    return ((element.text or "").strip() or element.get(_RESOURCE, "")).encode()


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
