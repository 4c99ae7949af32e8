"""Real SPDX documents of many producers, and each oddity that producers are known for."""

import json
from typing import Any

import pytest

from attest.errors import DocumentError
from attest.formats import parse
from attest.model.sbom import Sbom, SbomPackage
from tests.command import LAYOUTS

DOCUMENTS = LAYOUTS.parent / "documents" / "spdx2"


def read(content: bytes) -> Sbom:
    parsed = parse(content)
    assert isinstance(parsed, Sbom)
    return parsed


@pytest.mark.parametrize(
    ("name", "listed", "root"),
    [
        (
            "apko-image",
            23,
            "172.19.0.1:5000/apko-test@sha256:f44417ca5eae5c4832baf4f977a12d8492bca835cdf07d44c9db210409b1ba38",
        ),
        ("bitnami-postgresql", 19, None),
        ("cargo-sbom", 36, None),
        ("ko-index", 4, "sha256:534035553d1270a98dab3512fde0987e7709ec6b878c8fd60fdaf0d8e1611979"),
        ("lib4sbom", 3, None),
        ("melange-package", 4, None),
        ("old-version-2.1", 1, None),
        ("specification-example", 4, None),
        ("syft-alpine-2.2", 14, None),
        ("syft-directory", 3, "some/path"),
        ("syft-file", 2, "go.mod"),
        ("syft-image", 3, "user-image-input"),
        ("tern-photon", 38, None),
        ("trivy-folder", 5, "testdata/fixtures/repo/julia"),
        ("trivy-folder-2.2", 3, "app"),
        ("trivy-image-2.2", 12, "meven-test-project"),
        ("trivy-os", 2, "debian"),
        ("vcpkg", 2, None),
    ],
)
def test_every_package_of_a_real_document_is_read_except_the_scanned_thing(
    name: str, listed: int, root: str | None
) -> None:
    """`listed` was counted by an independent reader."""
    content = (DOCUMENTS / f"{name}.spdx.json").read_bytes()
    written = json.loads(content)["packages"]
    kept = {package.pointer: package for package in read(content).packages}
    left_out = [each["name"] for position, each in enumerate(written) if f"/packages/{position}" not in kept]
    assert len(written) == listed
    assert left_out == ([root] if root else [])


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.json")), ids=lambda path: str(path.name))
def test_a_package_of_a_real_document_is_what_the_document_says(path: Any) -> None:
    content = path.read_bytes()
    written = json.loads(content)["packages"]
    for package in read(content).packages:
        source = written[int(package.pointer.rpartition("/")[2])]
        assert (package.ref, package.name) == (source["SPDXID"], source["name"])
        assert package.version == (source.get("versionInfo") or package.version)
        assert package.declared == (source.get("licenseDeclared") or None)
        assert package.concluded == (source.get("licenseConcluded") or None)
        locators = [each["referenceLocator"] for each in source.get("externalRefs", [])]
        assert package.purl is None or package.purl in locators


@pytest.mark.parametrize(
    ("fault", "packages", "problems"),
    [
        ("control_characters", 2, []),
        (
            "creators_that_are_no_list",
            1,
            [
                ("creators holds what is not a text", "/creationInfo/creators"),
                ("a package has no name", "/packages/0/name"),
            ],
        ),
        ("purl_that_is_none", 3, [("a purl cannot be read", "/packages/2/externalRefs")]),
    ],
)
def test_a_real_document_with_a_fault_stays_readable(
    fault: str, packages: int, problems: list[tuple[str, str]]
) -> None:
    sbom = read((DOCUMENTS / "malformed" / f"{fault}.spdx.json").read_bytes())
    assert len(sbom.packages) == packages
    assert [(each.message, each.pointer) for each in sbom.problems] == problems
    assert {each.code for each in sbom.problems} <= {"ATT-SBOM-004"}


@pytest.mark.parametrize(
    ("fault", "code"),
    [("no_packages", "ATT-SBOM-003"), ("only_a_root", "ATT-SBOM-003"), ("empty_version", "ATT-SBOM-002")],
)
def test_a_real_document_that_says_nothing_is_unreadable(fault: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse((DOCUMENTS / "malformed" / f"{fault}.spdx.json").read_bytes())
    assert caught.value.code == code


PACKAGE: dict[str, Any] = {"SPDXID": "SPDXRef-a", "name": "a", "licenseDeclared": "MIT"}


def document(package: dict[str, Any], **more: Any) -> bytes:
    other = {"SPDXID": "SPDXRef-other", "name": "other"}
    return json.dumps({"spdxVersion": "SPDX-2.3", "packages": [PACKAGE | package, other]} | more, indent=1).encode()


def purl(locator: str, category: str = "PACKAGE-MANAGER") -> dict[str, Any]:
    return {"externalRefs": [{"referenceCategory": category, "referenceType": "purl", "referenceLocator": locator}]}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(document({}).replace(b"\n", b"\r\n"), id="lines that end in CR and LF"),
        pytest.param(document({}) + b"\r\n\n", id="blank lines behind it"),
        pytest.param(document(purl("pkg:npm/a@1", "PACKAGE_MANAGER")), id="a category with an underscore"),
        pytest.param(document({"FilesAnalyzed": True}), id="a key in another case"),
        pytest.param(document({"filesAnalyzed": "true"}), id="a truth value in quotes"),
        pytest.param(document({"hasFiles": ["SPDXRef-f"]}), id="files of the package"),
        pytest.param(document({}, documentDescribes=["SPDXRef-a"]), id="what it describes"),
        pytest.param(document({"supplier": ""}), id="an empty supplier"),
        pytest.param(document({}, creationInfo={"created": "2026-01-02T03:04:05.123456Z"}), id="fractions of a second"),
        pytest.param(document({"versionInfo": None, "supplier": None, "externalRefs": None}), id="null"),
    ],
)
def test_what_producers_often_write_is_read_in_silence(content: bytes) -> None:
    sbom = read(content)
    assert sbom.problems == ()
    assert [(each.name, each.declared) for each in sbom.packages] == [("a", "MIT"), ("other", None)]


def first(package: dict[str, Any]) -> SbomPackage:
    return read(document(package)).packages[0]


@pytest.mark.parametrize(
    ("supplier", "expected"),
    [
        ("Organization: Debian", "Debian"),
        ("Person: Jane (jane@example.org)", "Jane (jane@example.org)"),
        ("Debian", "Debian"),
        ("NOASSERTION", None),
        ("", None),
    ],
)
def test_a_supplier_is_read_with_its_kind_or_without(supplier: str, expected: str | None) -> None:
    assert first({"supplier": supplier}).supplier == expected


@pytest.mark.parametrize(
    ("locator", "identity"),
    [
        ("pkg:npm/@scope/name@1.0", "npm/@scope/name@1.0?"),
        ("pkg:npm/%40scope/name@1.0", "npm/@scope/name@1.0?"),
        ("pkg:nuget/Name%401.0", "nuget//Name@1.0?"),
        ("pkg:pypi/Zope_Interface@1", "pypi//zope-interface@1?"),
        ("pkg:deb/debian/a@1?epoch=2&distro=debian-12&arch=amd64", "deb/debian/a@2:1?arch=amd64"),
        ("pkg:maven/org.x/a@1?type=pom&classifier=tests", "maven/org.x/a@1?classifier=tests&type=pom"),
        ("pkg:golang/github.com/A/B@v1#sub/path", "golang/github.com/a/b@v1?"),
        ("pkg:oci//image@sha256:0f", "oci//image@sha256:0f?"),
    ],
)
def test_a_purl_gives_the_identity(locator: str, identity: str) -> None:
    assert first(purl(locator)).identity == identity


@pytest.mark.parametrize("locator", ["pkg:", "pkg:npm", "https://example.org", "pkg:npm/", "a"])
def test_a_purl_that_cannot_be_read_stays_a_text(locator: str) -> None:
    sbom = read(document(purl(locator)))
    package = sbom.packages[0]
    assert (package.purl, package.identity, package.type) == (locator, "generic//a@?", "generic")
    assert [(each.code, each.pointer) for each in sbom.problems] == [("ATT-SBOM-004", "/packages/0/externalRefs")]


def test_a_package_without_a_name_is_called_by_its_purl_or_its_id() -> None:
    assert first({"name": "", **purl("pkg:npm/lodash@4")}).name == "lodash"
    assert first({"name": ""}).name == "SPDXRef-a"


def test_an_id_that_occurs_twice_is_told_and_hides_nothing() -> None:
    sbom = read(document({"SPDXID": "SPDXRef-other"}))
    assert [each.name for each in sbom.packages] == ["a", "other"]
    assert [(each.code, each.pointer) for each in sbom.problems] == [("ATT-SBOM-004", "/packages/1/SPDXID")]


@pytest.mark.parametrize("created", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01"])
def test_a_time_that_cannot_be_read_is_null_and_told(created: str) -> None:
    sbom = read(document({}, creationInfo={"created": created}))
    assert sbom.created is None
    assert [(each.code, each.pointer) for each in sbom.problems] == [("ATT-SBOM-004", "/creationInfo/created")]


def test_no_assertion_and_none_stay_apart() -> None:
    package = first({"licenseDeclared": "NOASSERTION", "licenseConcluded": "NONE"})
    assert (package.declared, package.concluded) == ("NOASSERTION", "NONE")


def test_a_license_of_more_than_64_kib_is_cut_and_told() -> None:
    sbom = read(document({"licenseDeclared": "x" * 70_000, "licenseConcluded": "MIT"}))
    assert (len(sbom.packages[0].declared or ""), sbom.packages[0].concluded) == (64 * 1024, "MIT")
    assert [(each.code, each.pointer) for each in sbom.problems] == [("ATT-EVD-003", "/packages/0")]


def test_a_license_text_of_more_than_4_mib_is_cut_and_told() -> None:
    infos = [{"licenseId": "LicenseRef-x", "extractedText": "x" * (4 * 1024 * 1024 + 1)}]
    sbom = read(document({}, hasExtractedLicensingInfos=infos))
    assert len(sbom.texts["LicenseRef-x"].text or "") == 4 * 1024 * 1024
    (problem,) = sbom.problems
    assert (problem.code, problem.pointer) == ("ATT-EVD-003", "/hasExtractedLicensingInfos/0/extractedText")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<!DOCTYPE html><html></html>", id="HTML"),
        pytest.param(b"<?xml version='1.0'?><Document/>", id="XML"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\r\n ", id="blank"),
    ],
)
def test_what_a_server_sends_instead_of_a_document_is_unreadable(content: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(content, "application/spdx+json")
    assert caught.value.code == "ATT-SBOM-001"
