"""One list from many SBOMs: nothing is lost, nothing hidden, whatever order they came in."""

from itertools import permutations

import pytest

from attest.analysis import license_list, package_list
from attest.model.package import Package
from attest.model.sbom import Sbom, SbomPackage

AMD64, ARM64 = "linux/amd64", "linux/arm64"


def entry(
    declared: str | None = None, supplier: str | None = None, *, name: str = "a", concluded: str | None = None
) -> SbomPackage:
    return SbomPackage(
        ref=name,
        name=name,
        type="generic",
        pointer=f"/packages/{name}",
        identity=f"generic//{name}@?",
        declared=declared,
        concluded=concluded,
        supplier=supplier,
    )


def sbom(*packages: SbomPackage, created: str | None = None) -> Sbom:
    return Sbom(format="spdx-2.3", packages=packages, created=created)


def merged(*sboms: Sbom) -> tuple[Package, ...]:
    """Merge SBOMs of one platform, and see that their order does not matter."""
    listed = [(f"E{number}", AMD64, each) for number, each in enumerate(sboms, start=1)]
    results = [package_list(order, [AMD64]) for order in permutations(listed)]
    assert all(result == results[0] for result in results)
    return results[0]


def test_entries_of_one_license_are_one_package_with_both_sources() -> None:
    (package,) = merged(sbom(entry("MIT")), sbom(entry("mit")))
    assert [each.evidence for each in package.sources] == ["E1", "E2"]
    assert (package.license.effective, package.license.evidence) == ("MIT", "E1")


def test_entries_of_different_licenses_stay_apart() -> None:
    packages = merged(sbom(entry("MIT")), sbom(entry("ISC")))
    assert [(each.id, each.license.effective) for each in packages] == [("P1", "ISC"), ("P2", "MIT")]


def test_lists_of_the_same_licenses_in_another_order_are_one() -> None:
    (package,) = merged(sbom(entry("MIT AND ISC")), sbom(entry("ISC AND MIT")))
    assert package.license.effective == "MIT AND ISC"


@pytest.mark.parametrize("silent", [None, "", "NOASSERTION", "NONE", "UNKNOWN"])
def test_an_entry_without_a_license_cannot_blank_one_that_has_it(silent: str | None) -> None:
    (package,) = merged(sbom(entry(silent)), sbom(entry("MIT")))
    assert package.license.effective == "MIT"
    assert {each.evidence for each in package.sources} == {"E1", "E2"}


def test_an_entry_without_a_license_joins_every_one_that_has_it() -> None:
    packages = merged(sbom(entry()), sbom(entry("MIT")), sbom(entry("ISC")))
    assert [[each.evidence for each in package.sources] for package in packages] == [["E1", "E3"], ["E1", "E2"]]


def test_an_entry_without_a_license_brings_its_platform_along() -> None:
    listed = [("E1", AMD64, sbom(entry("MIT"))), ("E2", ARM64, sbom(entry()))]
    (package,) = package_list(listed, [AMD64, ARM64])
    assert package.platforms == ("*",)


def test_the_newest_document_that_names_a_supplier_is_believed() -> None:
    (package,) = merged(
        sbom(entry("MIT", "old"), created="2024-01-01T00:00:00Z"),
        sbom(entry("MIT", "new"), created="2025-01-01T00:00:00Z"),
        sbom(entry("MIT"), created="2026-01-01T00:00:00Z"),
    )
    assert package.supplier == "new"


def test_a_supplier_is_taken_from_an_entry_without_a_license() -> None:
    (package,) = merged(sbom(entry("MIT")), sbom(entry(None, "Debian")))
    assert package.supplier == "Debian"


def test_of_documents_of_one_age_the_first_is_believed() -> None:
    sboms = [sbom(entry("MIT", f"supplier {number}")) for number in range(1, 12)]
    listed = [(f"E{number}", AMD64, each) for number, each in enumerate(sboms, start=1)]
    (package,) = package_list(reversed(listed), [AMD64])
    assert package.supplier == "supplier 1"
    assert [each.evidence for each in package.sources] == [f"E{number}" for number in range(1, 12)]


def test_platforms_are_named_where_not_all_have_it() -> None:
    listed = [("E1", AMD64, sbom(entry("MIT"), entry("MIT", name="b"))), ("E2", ARM64, sbom(entry("MIT")))]
    assert [each.platforms for each in package_list(listed, [AMD64, ARM64])] == [("*",), (AMD64,)]


@pytest.mark.parametrize(
    ("order", "source", "effective"),
    [
        (("declared", "concluded"), "declared", "MIT"),
        (("concluded", "declared"), "concluded", "ISC"),
        (("observed", "concluded"), "concluded", "ISC"),
        (("observed",), None, "NOASSERTION"),
    ],
)
def test_the_first_informative_text_in_order_is_used(order: tuple[str, ...], source: str, effective: str) -> None:
    (package,) = package_list([("E1", AMD64, sbom(entry("MIT", concluded="ISC")))], [AMD64], order)
    assert (package.license.source, package.license.effective) == (source, effective)
    assert (package.license.declared, package.license.concluded) == ("MIT", "ISC")


def test_the_pointer_leads_to_the_text_that_was_used() -> None:
    (package,) = merged(sbom(entry("NOASSERTION", concluded="ISC")))
    assert package.license.pointer == "/packages/a/licenseConcluded"


def test_a_license_is_counted_once_for_each_package_that_carries_it() -> None:
    packages = merged(sbom(entry("MIT AND (MIT OR ISC)"), entry("MIT", name="b")))
    assert [(each.id, each.packages) for each in license_list(packages)] == [("ISC", 1), ("MIT", 2)]
