"""From statements to what they say: one module for each family of predicates."""

from msgspec.structs import replace

from attest.errors import UnsupportedDocumentError
from attest.extension import ExtensionPoint
from attest.model.attachment import EvidenceKind, kind_of_predicate
from attest.model.provenance import Provenance
from attest.model.statement import Statement
from attest.predicates.predicate import Normalized, Predicate
from attest.predicates.redaction import redacted

__all__ = ["PREDICATES", "Normalized", "Predicate", "normalize"]

PREDICATES: ExtensionPoint[Predicate] = ExtensionPoint(
    "attest.predicates.sbom:PREDICATE",
    "attest.predicates.slsa_v1:PREDICATE",
    "attest.predicates.slsa_v0_2:PREDICATE",
)


def normalize(statement: Statement) -> Normalized:
    """Read a statement's predicate; a type that no reader knows gives no content and no problem.

    Raises:
        DocumentError: the predicate cannot be understood, or is provenance of an unknown version.
    """
    for predicate in PREDICATES:
        if predicate.takes(statement.predicate_type):
            normalized = predicate.normalize(statement)
            content = normalized.content
            return replace(normalized, content=redacted(content)) if isinstance(content, Provenance) else normalized
    if kind_of_predicate(statement.predicate_type) is EvidenceKind.PROVENANCE:
        raise UnsupportedDocumentError("a version of provenance that is not supported", code="ATT-PROV-002")
    return Normalized(content=None)
