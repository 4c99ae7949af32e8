"""Statements whose predicate is an SBOM; pointers lead into the statement."""

from typing import Final

from attest.errors import UnsupportedDocumentError
from attest.formats.spdx2 import decode_document
from attest.model.statement import Statement
from attest.predicates.predicate import Normalized

_SPDX: Final = "https://spdx.dev/Document"
_CYCLONEDX: Final = ("https://cyclonedx.org/bom", "https://cyclonedx.org/schema")


class SbomPredicate:
    """SBOMs inside statements."""

    name = "sbom"

    def takes(self, predicate_type: str) -> bool:
        """See `Predicate.takes`."""
        return predicate_type.startswith((_SPDX, *_CYCLONEDX))

    def normalize(self, statement: Statement) -> Normalized:
        """See `Predicate.normalize`; an SBOM's problems travel with it."""
        if statement.predicate_type.startswith(_CYCLONEDX):
            raise UnsupportedDocumentError("CycloneDX documents are not read by this version")
        if b'"spdxVersion"' not in (statement.predicate or b""):
            raise UnsupportedDocumentError("the predicate is no SPDX 2 document")
        return Normalized(content=decode_document(statement.predicate or b"{}", "/predicate"))


PREDICATE: Final = SbomPredicate()
