"""SPDX 2.1 to 2.3 in tag-value, of which the tags that matter are read into the document that JSON would be.

What stands inside `<text>` is one value, whatever it looks like. Files and
snippets, most of a large document, are passed over. Pointers lead into the
equivalent JSON.
https://spdx.github.io/spdx-spec/v2.3/document-creation-information/
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats import spdx2
from attest.formats.faults import replaced_text
from attest.model.sbom import Sbom

_LINE: Final = re.compile(r"^([A-Za-z0-9]+):[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_OPEN, _CLOSE = "<text>", "</text>"
_SIGNIFICANT: Final = re.compile(rb"\s*(?:#[^\n]*\n\s*)*")
_DOCUMENT: Final = {
    "SPDXVersion": "spdxVersion",
    "DocumentName": "name",
    "DocumentNamespace": "documentNamespace",
}
_PACKAGE: Final = {
    "PackageVersion": "versionInfo",
    "PackageSupplier": "supplier",
    "PackageLicenseConcluded": "licenseConcluded",
    "PackageLicenseDeclared": "licenseDeclared",
    "PrimaryPackagePurpose": "primaryPackagePurpose",
}
_EXTRACTED: Final = {"ExtractedText": "extractedText", "LicenseName": "name"}
# each begins an element, to which what follows belongs
_BEGINS: Final = frozenset({"PackageName", "FileName", "SnippetSPDXID", "LicenseID", "Reviewer", "Annotator"})
_DESCRIBES: Final = frozenset({"DESCRIBES", "DESCRIBED_BY"})


class SpdxTagValue:
    """SPDX 2.x documents in tag-value."""

    name = "spdx-tag-value"
    media_types = frozenset({"text/spdx"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; comments may stand before the version."""
        found = _SIGNIFICANT.match(head)
        return head[found.end() if found else 0 :].startswith(b"SPDXVersion:")

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = SpdxTagValue()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read an SPDX document that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is no such document, says a thing twice, or lists no package.
    """
    text, problems = replaced_text(content)
    reader = _Reader()
    for tag, value in _values(text):
        reader.take(tag, value)
    sbom = spdx2.decode_document(msgspec.json.encode(reader.document), prefix)
    return msgspec.structs.replace(sbom, problems=(*problems, *sbom.problems))


def _values(text: str) -> Iterator[tuple[str, str]]:
    """Yield each tag and its value, in order.

    Raises:
        MalformedDocumentError: a text does not end.
    """
    position = 0
    while match := _LINE.search(text, position):
        tag, value = match[1], match[2]
        position = match.end()
        if value.startswith(_OPEN):
            start = match.start(2) + len(_OPEN)
            end = text.find(_CLOSE, start)
            if end < 0:
                raise MalformedDocumentError(f"the text of {tag} does not end")
            value, position = text[start:end], end + len(_CLOSE)
        yield tag, value


class _Reader:
    """Puts values where JSON would have them."""

    def __init__(self) -> None:
        self._packages: list[dict[str, Any]] = []
        self._extracted: list[dict[str, Any]] = []
        self._relationships: list[dict[str, str]] = []
        self._creation: dict[str, Any] = {"creators": []}
        self.document: dict[str, Any] = {
            "creationInfo": self._creation,
            "hasExtractedLicensingInfos": self._extracted,
            "relationships": self._relationships,
        }
        self._element = "document"

    def take(self, tag: str, value: str) -> None:
        """Take note of a value, if it matters."""
        if tag in _BEGINS:
            self._begin(tag, value)
        elif tag in _DOCUMENT:
            _set(self.document, _DOCUMENT[tag], value, tag)
        elif tag in _PACKAGE:
            if not self._packages:
                raise MalformedDocumentError(f"{tag} stands before any package")
            _set(self._packages[-1], _PACKAGE[tag], value, tag)
        elif tag in _EXTRACTED and self._extracted:
            _set(self._extracted[-1], _EXTRACTED[tag], value, tag)
        elif tag == "SPDXID" and self._element == "PackageName":
            _set(self._packages[-1], "SPDXID", value, tag)
        else:
            self._take_listed(tag, value)

    def _begin(self, tag: str, value: str) -> None:
        self._element = tag
        if tag == "PackageName":
            self._packages.append({"name": value, "externalRefs": []})
            self.document["packages"] = self._packages
        elif tag == "LicenseID":
            self._extracted.append({"licenseId": value, "seeAlsos": []})

    def _take_listed(self, tag: str, value: str) -> None:
        words = value.split()
        if tag == "Creator":
            self._creation["creators"].append(value)
        elif tag == "Created":
            _set(self._creation, "created", value, tag)
        elif tag == "LicenseCrossReference" and self._extracted:
            self._extracted[-1]["seeAlsos"] += [each.strip(",") for each in words]
        elif tag == "ExternalRef" and self._packages and len(words) > 2:
            self._packages[-1]["externalRefs"].append({"referenceType": words[1], "referenceLocator": words[2]})
        elif tag == "Relationship" and len(words) > 2 and words[1] in _DESCRIBES:
            ends = {"spdxElementId": words[0], "relatedSpdxElement": words[2]}
            self._relationships.append({**ends, "relationshipType": words[1]})


def _set(element: dict[str, Any], key: str, value: str, tag: str) -> None:
    """Note what may be said once: two readers could take a different one of two values."""
    if key in element:
        raise MalformedDocumentError(f"{tag} stands twice in one element")
    element[key] = value
