"""Which elements of a document are no packages, and that nothing else is left out."""

import json
from typing import Any, Final

import pytest

from attest.formats import parse
from attest.formats.purl import split
from attest.model.sbom import Sbom

ROOT: Final = {"SPDXID": "SPDXRef-DocumentRoot-Directory-x", "name": "x", "primaryPackagePurpose": "FILE"}
LIBRARY: Final = {"SPDXID": "SPDXRef-lib", "name": "lib", "licenseDeclared": "MIT"}


def _purl(locator: str) -> list[dict[str, str]]:
    return [{"referenceType": "purl", "referenceLocator": locator}]


def _names(*packages: dict[str, Any], describes: str) -> list[str]:
    relationship = {
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relatedSpdxElement": describes,
        "relationshipType": "DESCRIBES",
    }
    document = {"spdxVersion": "SPDX-2.3", "packages": packages, "relationships": [relationship]}
    sbom = parse(json.dumps(document).encode())
    assert isinstance(sbom, Sbom)
    return [package.name for package in sbom.packages]


def test_scanned_folder_is_no_package() -> None:
    assert _names(ROOT, LIBRARY, describes=ROOT["SPDXID"]) == ["lib"]


def test_package_that_shares_the_id_of_the_root_is_kept() -> None:
    hidden = {"SPDXID": ROOT["SPDXID"], "name": "hidden", "externalRefs": _purl("pkg:npm/hidden@1")}
    assert _names(ROOT, hidden, LIBRARY, describes=ROOT["SPDXID"]) == ["hidden", "lib"]


@pytest.mark.parametrize(
    "described",
    [
        pytest.param({"SPDXID": "SPDXRef-app", "primaryPackagePurpose": "APPLICATION"}, id="application"),
        pytest.param({"SPDXID": "SPDXRef-app"}, id="no purpose"),
        pytest.param(ROOT | {"externalRefs": _purl("pkg:deb/debian/app@1")}, id="purl of a package"),
    ],
)
def test_described_package_is_kept(described: dict[str, Any]) -> None:
    package = described | {"name": "app", "licenseDeclared": "AGPL-3.0-only"}
    assert _names(package, LIBRARY, describes=package["SPDXID"]) == ["app", "lib"]


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        pytest.param("pkg:nuget/Foo%401.2", "Foo", "1.2", id="encoded separator"),
        pytest.param("pkg:npm/%40scope/name@1", "name", "1", id="encoded scope"),
        pytest.param("pkg:npm/@scope/name", "name", None, id="bare scope"),
        pytest.param("PKG:npm/name@1", "name", "1", id="upper-case scheme"),
    ],
)
def test_purl_is_split(text: str, name: str, version: str | None) -> None:
    purl = split(text)
    assert purl is not None
    assert (purl.name, purl.version) == (name, version)
