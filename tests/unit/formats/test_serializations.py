"""One real image in every serialization: the same packages and licenses, but for what a format cannot say."""

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from attest.formats import parse
from attest.licenses import leaf_ids
from attest.model.package import Package
from attest.model.sbom import Sbom
from attest.pipeline import inspect
from tests.command import LAYOUTS

DOCUMENTS: Final = LAYOUTS.parent / "documents"
DEBIAN: Final = DOCUMENTS / "debian-big"
OTHER: Final = DOCUMENTS / "other"
Licenses = dict[str, frozenset[frozenset[str]]]

# syft makes of an address a LicenseRef whose text is lost; other formats keep it
LOST_IN_SPDX: Final = "pkg:maven/org.slf4j/log4j-over-slf4j@1.7.32"


def leaves(package: Package) -> frozenset[str]:
    """Return the licenses of a package, without the names that a format gave those it does not know."""
    if package.license.effective == "NOASSERTION":
        return frozenset()
    known = (each for each in leaf_ids(package.license.effective))
    return frozenset("unknown" if each.startswith("LicenseRef-") and "scancode" not in each else each for each in known)


@cache
def licenses_in(name: str) -> Licenses:
    found: dict[str, set[frozenset[str]]] = defaultdict(set)
    for package in inspect(f"sbom:{DEBIAN / name}").packages or ():
        found[(package.purl or "").partition("?")[0]].add(leaves(package))
    return {purl: frozenset(each) for purl, each in found.items()}


def read(path: Path) -> Sbom:
    parsed = parse(path.read_bytes())
    assert isinstance(parsed, Sbom)
    return parsed


def test_the_image_has_many_packages() -> None:
    assert len(licenses_in("big.spdx23.json.gz")) == 3268


@pytest.mark.parametrize(
    ("name", "forced"),
    [
        ("packages.spdx23.spdx.gz", set()),
        ("packages.syft.json.gz", {LOST_IN_SPDX}),
        ("big.cdx16.json.gz", {LOST_IN_SPDX}),
        ("big.cdx14.json.gz", {LOST_IN_SPDX}),
        ("big.cdx12.json.gz", {LOST_IN_SPDX}),
        ("big.cdx.xml.gz", {LOST_IN_SPDX}),
    ],
)
def test_every_serialization_says_the_same(name: str, forced: set[str]) -> None:
    expected, found = licenses_in("big.spdx23.json.gz"), licenses_in(name)
    assert found.keys() == expected.keys()
    assert {purl for purl, licenses in expected.items() if found[purl] != licenses} == forced


def test_a_snapshot_of_github_has_the_same_packages_and_no_licenses() -> None:
    found = licenses_in("big.github.json.gz")
    assert found.keys() == licenses_in("big.spdx23.json.gz").keys()
    assert set(found.values()) == {frozenset({frozenset()})}


def test_spdx_3_and_cyclonedx_of_one_project_say_the_same() -> None:
    spdx, cyclonedx = read(DEBIAN / "cdxgen_js.spdx3.json.gz"), read(DEBIAN / "cdxgen_js.cdx.json.gz")
    # in CycloneDX the project itself is what the document is about, and no component
    packages = {each.identity: each.declared for each in spdx.packages if each.name != "demo-app"}
    assert packages == {each.identity: each.declared for each in cyclonedx.packages}
    assert (len(packages), spdx.format) == (475, "spdx-3.0.1")


@pytest.mark.parametrize(
    "name", ["example-2.3.spdx", "example-2.3.spdx.xml", "example-2.3.spdx.yaml", "example-2.3.spdx.rdf.xml"]
)
def test_the_example_of_the_specification_says_the_same_in_every_syntax(name: str) -> None:
    found, expected = read(OTHER / name), read(DOCUMENTS / "spdx2" / "specification-example.spdx.json")
    assert {(each.name, each.version, each.purl) for each in found.packages} == {
        (each.name, each.version, each.purl) for each in expected.packages
    }
    assert found.texts.keys() == expected.texts.keys()
    declared = {each.name: set(_ids(each.declared)) for each in found.packages}
    assert declared == {each.name: set(_ids(each.declared)) for each in expected.packages}


def _ids(text: str | None) -> list[str]:
    return (text or "NOASSERTION").replace("(", " ").replace(")", " ").split()


@pytest.mark.parametrize(
    ("name", "format_", "count"),
    [
        ("alpine.spdx", "spdx-2.3", 15),
        ("kubernetes-pyyaml.spdx", "spdx-2.2", 100),
        ("lib4sbom.spdx.xml", "spdx-2.3", 7),
        ("lib4sbom.spdx.yml", "spdx-2.2", 2),
        ("example6.spdx3.json", "spdx-3.0.1", 5),
        ("licenses.spdx3.json", "spdx-3.0.1", 2),
    ],
)
def test_documents_of_other_producers_are_read(name: str, format_: str, count: int) -> None:
    sbom = read(OTHER / name)
    assert (sbom.format, len(sbom.packages)) == (format_, count)
    assert [each.code for each in sbom.problems if each.code == "ATT-SBOM-001"] == []


def test_licenses_of_spdx_3_are_what_relations_say() -> None:
    sbom = read(OTHER / "licenses.spdx3.json")
    found = {each.name: (each.declared, each.concluded) for each in sbom.packages}
    assert found == {"my-application": ("MIT", "MIT"), "my-library": ("Apache-2.0", "Apache-2.0")}
