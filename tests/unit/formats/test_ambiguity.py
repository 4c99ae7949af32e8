"""A key that occurs twice, wherever it matters, in a document that a gate is to trust."""

import base64
import json
from typing import Any, Final

import pytest

from attest.errors import MalformedDocumentError
from attest.formats import parse
from attest.formats.ambiguity import values_of
from attest.model.envelope import Signed
from attest.model.sbom import Sbom

PACKAGE: Final = {
    "SPDXID": "SPDXRef-p",
    "supplier": "Organization: acme",
    "primaryPackagePurpose": "LIBRARY",
    "name": "p",
    "versionInfo": "1",
    "licenseDeclared": "GPL-3.0-only",
    "licenseConcluded": "NOASSERTION",
    "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:deb/debian/p@1"}],
}
DOCUMENT: Final = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {"created": "2025-01-01T00:00:00Z"},
    "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-1", "extractedText": "GPL"}],
    "packages": [PACKAGE, PACKAGE | {"SPDXID": "SPDXRef-q", "name": "q"}],
}
COMPONENT: Final = {"type": "library", "name": "p", "version": "1", "licenses": [{"license": {"id": "GPL-3.0-only"}}]}
BOM: Final = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [COMPONENT]}


def twice(document: Any, key: str, second: str, indent: int | None) -> bytes:
    """Write a second value behind the first one of a key."""
    text = json.dumps(document, indent=indent, separators=None if indent else (",", ":"))
    start = text.index(f'"{key}":')
    value = text[start + len(key) + 3 :].lstrip()
    end = len(text) - len(value) + json.JSONDecoder().raw_decode(value)[1]
    return f"{text[:end]},{second}{text[end:]}".encode()


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("document", "key", "second"),
    [
        pytest.param(DOCUMENT, "licenseDeclared", '"licenseDeclared":"MIT"', id="declared"),
        pytest.param(DOCUMENT, "licenseDeclared", '"license\\u0044eclared":"MIT"', id="declared, escaped"),
        pytest.param(DOCUMENT, "licenseConcluded", '"licenseConcluded":"MIT"', id="concluded"),
        pytest.param(DOCUMENT, "name", '"name":"other"', id="name"),
        pytest.param(DOCUMENT, "versionInfo", '"versionInfo":"2"', id="version"),
        pytest.param(DOCUMENT, "externalRefs", '"externalRefs":[]', id="references"),
        pytest.param(DOCUMENT, "referenceLocator", '"referenceLocator":"pkg:deb/debian/q@1"', id="purl"),
        pytest.param(DOCUMENT, "referenceType", '"referenceType":"other"', id="type of a reference"),
        pytest.param(DOCUMENT, "SPDXID", '"SPDXID":"SPDXRef-DocumentRoot-x"', id="id of a package"),
        pytest.param(DOCUMENT, "primaryPackagePurpose", '"primaryPackagePurpose":"FILE"', id="purpose"),
        pytest.param(DOCUMENT, "created", '"created":"2026-01-01T00:00:00Z"', id="time"),
        pytest.param(DOCUMENT, "extractedText", '"extractedText":"MIT"', id="text"),
        pytest.param(
            DOCUMENT, "packages", f'"packages":[{json.dumps(PACKAGE | {"licenseDeclared": "MIT"})}]', id="all"
        ),
        pytest.param(BOM, "licenses", '"licenses":[{"license":{"id":"MIT"}}]', id="licenses"),
        pytest.param(BOM, "id", '"id":"MIT"', id="license"),
        pytest.param(BOM, "components", '"components":[{"name":"p","version":"1"}]', id="components"),
    ],
)
def test_a_key_that_occurs_twice_makes_a_document_unreadable(
    document: Any, key: str, second: str, indent: int | None
) -> None:
    assert isinstance(parse(json.dumps(document, indent=indent).encode()), Sbom)
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        parse(twice(document, key, second, indent))
    assert caught.value.code == "ATT-SBOM-001"


def test_a_value_that_is_written_like_a_key_is_none() -> None:
    package = PACKAGE | {"name": "licenseDeclared", "comment": '"licenseDeclared":"MIT"', "summary": "\\u0044"}
    sbom = parse(json.dumps(DOCUMENT | {"packages": [package]}).encode())
    assert isinstance(sbom, Sbom)
    assert [each.name for each in sbom.packages] == ["licenseDeclared"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"":1,"":2}', id="the shortest entry"),
        pytest.param(b'{"a":1,"b":2,"a":1}', id="the same value"),
        pytest.param(b'{ "a" : [1, {"b": 2}] , "b" : 3, "a" : [] }', id="spaces"),
        pytest.param(b'{"a":"x\\",\\"b\\":1","b":1,"a":"x"}', id="a text like an entry"),
        pytest.param(b'{"a":"1,\\"c\\":2","c":2, "a":"12345678901"}', id="values of one length"),
        pytest.param(b'{"\\ud83d\\ude00":1,"\xf0\x9f\x98\x80":2}', id="one letter in two spellings"),
    ],
)
def test_values_of_an_object_with_a_key_twice_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedDocumentError, match="a key occurs twice"):
        values_of(content, "object")


@pytest.mark.parametrize(
    "content",
    [b"{}", b" { } \n", b'{"a":1}', b'{"a" : 1 ,\n"b":"\\"a\\":2"}', b'{"\\u0061":{"a":1,"a":2},"b":[{"a":1}]}'],
)
def test_values_of_an_object_are_those_that_are_written(content: bytes) -> None:
    values = {key: json.loads(bytes(value)) for key, value in values_of(content, "object").items()}
    assert values == json.loads(content)


STATEMENT: Final = json.dumps(
    {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x", "predicate": {}}
).encode()
ENVELOPE: Final = {
    "payload": base64.b64encode(STATEMENT).decode(),
    "payloadType": "application/vnd.in-toto+json",
    "signatures": [{"sig": "eA=="}],
}
BUNDLE: Final = {"mediaType": "x", "verificationMaterial": {"publicKey": {}}, "dsseEnvelope": ENVELOPE}


@pytest.mark.parametrize("document", [ENVELOPE, BUNDLE], ids=["envelope", "bundle"])
def test_an_envelope_with_two_payloads_is_unreadable(document: Any) -> None:
    assert isinstance(parse(json.dumps(document).encode()), Signed)
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        parse(twice(document, "payload", '"payload":"e30="', None))
    assert caught.value.code == "ATT-PROV-001"


@pytest.mark.parametrize("subject", ['{"digest":{"sha256":"a","sha256":"b"}}', '{"name":"a","name":"b"}'])
def test_a_subject_in_which_a_key_occurs_twice_is_unreadable(subject: str) -> None:
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        parse(STATEMENT.replace(b'"subject": []', f'"subject":[{subject}]'.encode()))
    assert caught.value.code == "ATT-PROV-001"


def test_a_signature_over_two_digests_is_unreadable() -> None:
    payload = {"critical": {"image": {"docker-manifest-digest": "sha256:" + "0" * 64}, "type": "x"}}
    assert isinstance(parse(json.dumps(payload).encode()), Signed)
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        parse(twice(payload, "docker-manifest-digest", f'"docker-manifest-digest":"sha256:{"1" * 64}"', None))
    assert caught.value.code == "ATT-PROV-001"


def test_references_that_are_named_twice_make_a_document_unreadable_though_the_first_are_none() -> None:
    content = json.dumps(DOCUMENT).replace('"externalRefs": [', '"externalRefs": [], "externalRefs": [', 1)
    with pytest.raises(MalformedDocumentError, match="a key occurs twice"):
        parse(content.encode())
