"""Signed documents of real producers, taken apart."""

import base64
import json

import pytest

from attest.errors import DocumentError
from attest.formats import parse
from attest.model.envelope import Signed
from attest.pipeline import inspect
from tests.command import LAYOUTS, layout

UNPACKED = LAYOUTS.parent / "unpacked"
INDEX = "9f60b6ac6de56529223c561360b0b973703d94e0f0f301a1d08eaae5b2a0eb24"


def signed_in(name: str) -> list[Signed]:
    found = []
    for path in sorted((UNPACKED / name / "blobs" / "sha256").iterdir()):
        try:
            parsed = parse(path.read_bytes())
        except DocumentError:
            continue
        if isinstance(parsed, Signed):
            found.append(parsed)
    return found


@pytest.mark.parametrize(
    ("name", "formats", "methods"),
    [
        ("cosign-tags-ledger", {"dsse", "simple-signing"}, {"dsse-key", "cosign-key"}),
        ("cosign-bundles-ledger", {"sigstore-bundle-0.3"}, {"sigstore-key"}),
        ("notation-ledger", {"notation-jws", "notation-cose"}, {"notation"}),
    ],
)
def test_what_is_signed_is_the_index(name: str, formats: set[str], methods: set[str]) -> None:
    signed = signed_in(name)
    assert {each.format for each in signed} == formats
    assert {each.method for each in signed} == methods
    assert {each.subject[0].digest["sha256"] for each in signed} == {INDEX}


@pytest.mark.parametrize(
    ("reference", "kinds"),
    [
        (f"oci:{UNPACKED / 'cosign-tags-ledger'}", {"sbom": 4, "provenance": 3, "signature": 1}),
        (f"oci:{UNPACKED / 'cosign-bundles-ledger'}", {"sbom": 3, "provenance": 3, "signature": 1}),
        (f"oci:{UNPACKED / 'notation-ledger'}", {"sbom": 2, "provenance": 2, "signature": 2}),
        (layout("github-slsa3-v1.4.0"), {"provenance": 1}),
        (layout("github-slsa3-v2.1.0"), {"provenance": 2}),
    ],
)
def test_every_document_is_read_for_what_it_is(reference: str, kinds: dict[str, int]) -> None:
    inspection = inspect(reference)
    assert {kind: sum(each.kind == kind for each in inspection.evidence) for kind in kinds} == kinds
    assert all(each.readable for each in inspection.evidence)
    assert all(each.subject_match is not False for each in inspection.evidence)


def test_a_certificate_beside_the_envelope_makes_it_keyless() -> None:
    inspection = inspect(layout("github-slsa3-v2.1.0"))
    assert [each.method for evidence in inspection.evidence for each in evidence.signatures] == ["cosign-keyless"]


def test_nobody_is_trusted_and_where_there_is_a_signature_nothing_is_called_unsigned() -> None:
    inspection = inspect(f"oci:{UNPACKED / 'notation-ledger'}")
    assert {each.trust for each in inspection.evidence} == {"unverifiable"}


def test_without_any_signature_it_is_unsigned() -> None:
    inspection = inspect(layout("buildkit-ledger-3.2.0"))
    assert {each.trust for each in inspection.evidence} == {"unsigned"}


def envelope(payload: object, payload_type: str = "application/vnd.in-toto+json") -> bytes:
    return json.dumps({"payload": payload, "payloadType": payload_type, "signatures": [{"sig": "x"}]}).encode()


STATEMENT = base64.b64encode(
    b'{"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x", "predicate": {}}'
).decode()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(envelope(7), id="a payload that is no text"),
        pytest.param(envelope("!"), id="a payload that is no base64"),
        pytest.param(envelope(base64.b64encode(b"[]").decode()), id="a payload that is no statement"),
        pytest.param(envelope(STATEMENT, "text/plain"), id="a payload of another type"),
        pytest.param(b'{"verificationMaterial": {}}', id="an empty bundle"),
        pytest.param(b'{"verificationMaterial": {}, "dsseEnvelope": {"payload": []}}', id="a broken bundle"),
        pytest.param(b'{"critical": {"image": {"docker-manifest-digest": 1}}}', id="a broken signature"),
        pytest.param(b'{"payload": 1, "protected": 1, "header": 1}', id="a broken JWS"),
    ],
)
def test_what_is_broken_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError):
        parse(content)


def test_the_alphabet_of_urls_is_read_too() -> None:
    parsed = parse(envelope(STATEMENT.replace("+", "-").replace("/", "_").rstrip("=")))
    assert isinstance(parsed, Signed)
    assert parsed.statement is not None
