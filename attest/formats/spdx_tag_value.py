"""SPDX 2.1 to 2.3 in tag-value, of which the tags that matter are read into the document that JSON would be.

What stands inside `<text>` is one value, whatever it looks like; every other line
is a tag, a comment, or refused. Tags are read in any case and with blanks around them, as
some readers do. Files and snippets, most of a large document, are passed over.
Pointers lead into the equivalent JSON.
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

_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_OPEN, _CLOSE = "<text>", "</text>"
_SHOWN: Final = 40
_SIGNIFICANT: Final = re.compile(rb"\s*(?:#[^\n]*\n\s*)*")
# by their tag in lower case
_DOCUMENT: Final = {
    "spdxversion": "spdxVersion",
    "documentname": "name",
    "documentnamespace": "documentNamespace",
}
_PACKAGE: Final = {
    "packageversion": "versionInfo",
    "packagesupplier": "supplier",
    "packagelicenseconcluded": "licenseConcluded",
    "packagelicensedeclared": "licenseDeclared",
    "primarypackagepurpose": "primaryPackagePurpose",
}
_EXTRACTED: Final = {"extractedtext": "extractedText", "licensename": "name"}
# each begins an element, to which what follows belongs
_BEGINS: Final = frozenset({"packagename", "filename", "snippetspdxid", "licenseid", "reviewer", "annotator"})
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
    # one line ends as another
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = _Reader()
    for tag, value in _values(text):
        reader.take(tag, value)
    sbom = spdx2.decode_document(msgspec.json.encode(reader.document), prefix)
    return msgspec.structs.replace(sbom, problems=(*problems, *sbom.problems))


def _values(text: str) -> Iterator[tuple[str, str]]:
    """Yield each tag, in lower case, and its value, in order.

    Raises:
        MalformedDocumentError: a line is no tag, or a text does not end where a line does.
    """
    position = 0
    while position < len(text):
        start, position = position, _line_end(text, position) + 1
        line = text[start : position - 1].strip()
        if not line or line.startswith("#"):
            continue
        tag, colon, value = line.partition(":")
        tag, value = tag.rstrip(), value.strip()
        if not colon or not _TAG.fullmatch(tag):
            raise MalformedDocumentError(f"a line that is no tag: {line[:_SHOWN]}")
        if value.startswith(_OPEN):
            opening = text.index(_OPEN, start) + len(_OPEN)
            closing = text.find(_CLOSE, opening)
            if closing < 0:
                raise MalformedDocumentError(f"the text of {tag} does not end")
            value, start = text[opening:closing], closing + len(_CLOSE)
            position = _line_end(text, start) + 1
            if text[start : position - 1].strip():
                raise MalformedDocumentError(f"something follows the text of {tag}")
        yield tag.lower(), value


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


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
        elif tag == "spdxid" and self._element == "packagename":
            _set(self._packages[-1], "SPDXID", value, tag)
        else:
            self._take_listed(tag, value)

    def _begin(self, tag: str, value: str) -> None:
        self._element = tag
        if tag == "packagename":
            self._packages.append({"name": value, "externalRefs": []})
            self.document["packages"] = self._packages
        elif tag == "licenseid":
            self._extracted.append({"licenseId": value, "seeAlsos": []})

    def _take_listed(self, tag: str, value: str) -> None:
        words = value.split()
        if tag == "creator":
            self._creation["creators"].append(value)
        elif tag == "created":
            _set(self._creation, "created", value, tag)
        elif tag == "licensecrossreference" and self._extracted:
            self._extracted[-1]["seeAlsos"] += [each.strip(",") for each in words]
        elif tag == "externalref" and self._packages and len(words) > 2:
            self._packages[-1]["externalRefs"].append({"referenceType": words[1], "referenceLocator": words[2]})
        elif tag == "relationship" and len(words) > 2 and words[1] in _DESCRIBES:
            ends = {"spdxElementId": words[0], "relatedSpdxElement": words[2]}
            self._relationships.append({**ends, "relationshipType": words[1]})


def _set(element: dict[str, Any], key: str, value: str, tag: str) -> None:
    """Note what may be said once, and in one piece: two readers could take a different one of two values."""
    if key in element:
        raise MalformedDocumentError(f"{tag} stands twice in one element")
    if _OPEN in value:
        raise MalformedDocumentError(f"a text begins inside the value of {tag}")
    element[key] = value
