"""SPDX documents as GitHub exports them, under one key.

https://docs.github.com/en/rest/dependency-graph/sboms
"""

from typing import Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats import spdx2
from attest.formats.ambiguity import values_of
from attest.model.sbom import Sbom


class GithubExport:
    """SPDX documents as GitHub exports them, under the key `sbom`."""

    name = "github-export"
    media_types: frozenset[str] = frozenset()

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return head.lstrip()[1:].lstrip().startswith(b'"sbom"') and b'"SPDXID"' in head

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = GithubExport()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read the document inside an export that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, or what is inside is no SPDX document.
    """
    try:
        inside = values_of(content, "export").get("sbom", b"{}")
    except msgspec.ValidationError as error:
        raise MalformedDocumentError("the document is not an object", where=prefix) from error
    return spdx2.decode_document(bytes(inside), f"{prefix}/sbom")
