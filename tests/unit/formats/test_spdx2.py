"""SPDX 2 as producers write it: what is odd is kept and told, once for each kind of fault."""

import gzip
import json
from typing import Any

import pytest

from attest.errors import DocumentError, MalformedDocumentError, UnsupportedDocumentError
from attest.formats import parse
from attest.formats.spdx2 import decode_document
from attest.licenses import Normalizer
from attest.model.sbom import Sbom
from tests.command import LAYOUTS

BIG = LAYOUTS.parent / "documents" / "debian-big" / "big.spdx23.json.gz"


def document(*packages: Any, **more: Any) -> bytes:
    value = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "sbom", "packages": list(packages)}
    return json.dumps(value | more).encode()


def package(**more: Any) -> dict[str, Any]:
    return {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "licenseDeclared": "MIT"} | more


def purl(text: str) -> list[dict[str, str]]:
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": text}]


def read(content: bytes) -> Sbom:
    parsed = parse(content)
    assert isinstance(parsed, Sbom)
    return parsed


def test_a_large_real_document_is_read_whole() -> None:
    sbom = read(gzip.decompress(BIG.read_bytes()))
    assert len(sbom.packages) == 3425
    assert sbom.tools == ("syft-1.18.1",)
    assert sbom.problems == ()


def test_a_package_keeps_what_the_document_says() -> None:
    refs = purl("pkg:deb/debian/zlib1g@1:1.2?arch=amd64&distro=debian-12")
    (found,) = read(document(package(externalRefs=refs, supplier="Organization: Debian"))).packages
    assert (found.name, found.version, found.type, found.namespace) == ("a", "1", "deb", "debian")
    assert found.identity == "deb/debian/zlib1g@1:1.2?arch=amd64"
    assert (found.supplier, found.declared, found.pointer) == ("Debian", "MIT", "/packages/0")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b'{"spdxVersion": "SPDX-2.3", "packages": [', "ATT-SBOM-001", id="cut off"),
        pytest.param(document()[:-1] + b"} x", "ATT-SBOM-001", id="trailing bytes"),
        pytest.param(document(), "ATT-SBOM-003", id="no package"),
        pytest.param(b'{"spdxVersion": "SPDX-2.3"}', "ATT-SBOM-001", id="no list of packages"),
        pytest.param(b'{"spdxVersion": "SPDX-2.3", "packages": null}', "ATT-SBOM-001", id="null for packages"),
        pytest.param(b'{"spdxVersion": "SPDX-2.3", "packages": ' + b"[" * 100_000, "ATT-EVD-003", id="a deep nest"),
        pytest.param(b'["SPDX-2.3", "spdxVersion"]', "ATT-SBOM-001", id="a list"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        decode_document(content)
    assert caught.value.code == code
    assert caught.value.exit_code == 6


def test_another_version_is_not_supported() -> None:
    with pytest.raises(UnsupportedDocumentError):
        decode_document(document(package()).replace(b"SPDX-2.3", b"SPDX-9.0"))


@pytest.mark.parametrize(
    ("broken", "message", "pointer"),
    [
        pytest.param({"versionInfo": 7}, "versionInfo is not a text", "/packages/0/versionInfo", id="a number"),
        pytest.param({"name": ""}, "a package has no name", "/packages/0/name", id="no name"),
        pytest.param(
            {"licenseDeclared": ["MIT"]}, "licenseDeclared is not a text", "/packages/0/licenseDeclared", id="list"
        ),
        pytest.param({"externalRefs": {}}, "externalRefs is not a list", "/packages/0/externalRefs", id="an object"),
        pytest.param({"externalRefs": purl("pkg:")}, "a purl cannot be read", "/packages/0/externalRefs", id="purl"),
        pytest.param({"licenseDeclared": "x" * 70_000}, "is cut", "/packages/0", id="an endless license"),
    ],
)
def test_a_fault_is_told_with_its_place_and_no_package_is_lost(
    broken: dict[str, Any], message: str, pointer: str
) -> None:
    sbom = read(document(package(**broken), package(SPDXID="SPDXRef-b", name="b")))
    assert len(sbom.packages) == 2
    (problem,) = sbom.problems
    assert message in problem.message
    assert problem.pointer == pointer


def test_a_fault_that_occurs_often_is_told_once() -> None:
    sbom = read(document(*[package(SPDXID=f"SPDXRef-{n}", versionInfo=n) for n in range(100)]))
    (problem,) = sbom.problems
    assert problem.message == "versionInfo is not a text (100 times)"
    assert [each.version for each in sbom.packages[:3]] == ["0", "1", "2"]


def test_what_is_not_utf8_is_replaced_and_told() -> None:
    sbom = read(document(package(name="caf?")).replace(b"caf?", b"caf\xe9"))
    assert sbom.packages[0].name == "caf\ufffd"
    assert [each.message for each in sbom.problems] == ["what is not UTF-8 was replaced"]


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ("yesterday", None),
    ],
)
def test_times_are_brought_to_one_form(created: str, expected: str | None) -> None:
    assert read(document(package(), creationInfo={"created": created})).created == expected


ROOT = {"SPDXID": "SPDXRef-root", "name": "/", "primaryPackagePurpose": "CONTAINER"}


@pytest.mark.parametrize(
    "relationship",
    [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "SPDXRef-root", "relationshipType": "DESCRIBES"},
        {"spdxElementId": "SPDXRef-root", "relatedSpdxElement": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBED_BY"},
        {
            "spdxElementId": "SPDXRef-DOCUMENT",
            "comment": "with } a { brace",
            "relatedSpdxElement": "SPDXRef-root",
            "relationshipType": "DESCRIBES",
        },
    ],
)
def test_what_the_document_describes_as_a_whole_is_no_package(relationship: dict[str, str]) -> None:
    sbom = read(document(ROOT, package(), relationships=[relationship]))
    assert [each.name for each in sbom.packages] == ["a"]


def test_a_package_that_a_document_describes_stays_one() -> None:
    described = package(externalRefs=purl("pkg:npm/a@1"))
    sbom = read(document(described, documentDescribes=["SPDXRef-a"]))
    assert [each.name for each in sbom.packages] == ["a"]


def test_texts_of_the_documents_own_licenses_are_kept() -> None:
    infos = [{"licenseId": "LicenseRef-x", "name": "X", "extractedText": "text", "seeAlsos": ["https://example.org"]}]
    texts = read(document(package(), hasExtractedLicensingInfos=infos)).texts
    assert (texts["LicenseRef-x"].name, texts["LicenseRef-x"].text) == ("X", "text")


def test_pointers_lead_into_the_statement_around_it() -> None:
    sbom = decode_document(document(package()), "/predicate")
    assert sbom.packages[0].pointer == "/predicate/packages/0"


def test_the_error_says_where() -> None:
    with pytest.raises(MalformedDocumentError) as caught:
        decode_document(document(), "/predicate")
    assert caught.value.where == "/predicate/packages"


def test_a_license_that_is_nested_too_deep_is_a_problem_and_not_understood() -> None:
    package = {"SPDXID": "SPDXRef-p", "name": "p", "licenseDeclared": "(" * 10_000 + "MIT" + ")" * 10_000}
    sbom = decode_document(document(package))
    assert [(each.code, each.pointer) for each in sbom.problems] == [("ATT-EVD-003", "/packages/0")]
    assert Normalizer().normalize(sbom.packages[0].declared or "").unrecognized


def test_a_license_of_too_many_operands_is_a_problem_and_not_understood() -> None:
    package = {"SPDXID": "SPDXRef-p", "name": "p", "licenseDeclared": " OR ".join(["MIT"] * 4097)}
    sbom = decode_document(document(package))
    assert [(each.code, each.message, each.pointer) for each in sbom.problems] == [
        ("ATT-EVD-003", "a license of more than 4096 operands is not understood", "/packages/0")
    ]
    assert Normalizer().normalize(sbom.packages[0].declared or "").unrecognized


def test_a_license_of_as_many_operands_as_are_read_is_no_problem() -> None:
    package = {"SPDXID": "SPDXRef-p", "name": "p", "licenseDeclared": " OR ".join(["MIT"] * 4096)}
    sbom = decode_document(document(package))
    assert sbom.problems == ()
    assert Normalizer().normalize(sbom.packages[0].declared or "").expression == "MIT"
