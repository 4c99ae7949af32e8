import pytest

from attest import errors
from attest.errors import AttestError, EvidenceError, MalformedDocumentError, exit_code_of

# the table of the documentation, by the part that codes share
EXITS = {
    "ATT-USE-001": 2,
    "ATT-REF-001": 2,
    "ATT-CFG-001": 2,
    "ATT-POL-003": 2,
    "ATT-OUT-002": 2,
    "ATT-SRC-005": 3,
    "ATT-AUTH-002": 4,
    "ATT-NET-003": 5,
    "ATT-EVD-001": 6,
    "ATT-SBOM-001": 6,
    "ATT-PROV-001": 6,
    "ATT-SIG-001": 6,
    "ATT-TRUST-001": 7,
    "ATT-INT-001": 70,
    "nonsense": 70,
}


@pytest.mark.parametrize(("code", "exit_code"), EXITS.items())
def test_a_code_tells_the_exit_code(code: str, exit_code: int) -> None:
    assert exit_code_of(code) == exit_code


def every_error() -> list[type[AttestError]]:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, AttestError)]
    # this one only groups others
    return [each for each in kinds if each.__name__ != "SourceError"]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_exits_as_its_code_says(kind: type[AttestError]) -> None:
    error = kind("thing: reason")
    assert error.exit_code == exit_code_of(error.code)


def test_evidence_of_no_use_exits_as_its_cause_would() -> None:
    assert EvidenceError("x", code="ATT-AUTH-001").exit_code == 4


def test_a_malformed_document_says_where() -> None:
    error = MalformedDocumentError("not a string", where="/packages/3/name")
    assert str(error) == "/packages/3/name: not a string"
