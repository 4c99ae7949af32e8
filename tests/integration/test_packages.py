from collections import Counter

import pytest

from tests.command import attest, layout, report_of


def counts(target: dict[str, object], platform: str) -> Counter[str]:
    packages = target["packages"]
    assert isinstance(packages, list)
    return Counter(each["type"] for each in packages if each["platforms"] == ["*"] or platform in each["platforms"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("buildkit-ledger-3.2.0", {"deb": 96, "pypi": 44}),
        ("buildkit-base-debian", {"deb": 96}),
    ],
)
def test_every_platform_lists_its_packages(name: str, expected: dict[str, int]) -> None:
    (target,) = report_of("packages", layout(name))["targets"]
    for platform in ("linux/amd64", "linux/arm64"):
        assert counts(target, platform) == expected


def test_every_package_says_what_its_license_is_and_where_it_says_so() -> None:
    (target,) = report_of("packages", layout("buildkit-ledger-3.2.0"))["targets"]
    for package in target["packages"]:
        assert package["purl"].startswith(("pkg:deb/debian/", "pkg:pypi/"))
        assert package["license"]["declared"]
        assert package["license"]["effective"]
        assert package["sources"][0]["pointer"].startswith("/predicate/packages/")


def test_a_platform_without_an_sbom_is_absent_and_not_empty() -> None:
    (target,) = report_of("packages", layout("docker-hub-alpine-3.23.2"))["targets"]
    coverage = {each["platform"]: each["coverage"]["sbom"] for each in target["platforms"]}
    assert coverage.pop("linux/arm/v6") == "absent"
    assert len(coverage) == 7
    assert set(coverage.values()) == {"present"}
    for platform in coverage:
        assert counts(target, platform) == {"apk": 20}


def test_the_platform_that_lacks_an_sbom_is_named_on_stderr() -> None:
    result = attest("packages", layout("docker-hub-alpine-3.23.2"))
    assert result.returncode == 0
    assert result.stderr == "note: linux/arm/v6: no SBOM is attached\n"


def test_nothing_to_print_is_exit_3_and_still_a_document() -> None:
    report = report_of("packages", layout("docker-hub-alpine-3.23.2"), "--platform", "linux/arm/v6", exit_code=3)
    assert report["targets"][0]["packages"] is None
    assert report["errors"][0]["code"] == "ATT-SRC-005"


def test_the_same_input_gives_the_same_bytes() -> None:
    words = ("packages", layout("buildkit-ledger-3.2.0"), "-f", "json")
    assert attest(*words).stdout == attest(*words).stdout


def test_packages_can_be_narrowed() -> None:
    (target,) = report_of("packages", layout("buildkit-ledger-3.2.0"), "--type", "pypi", "--name", "PyMu?DF")["targets"]
    assert [package["name"].lower() for package in target["packages"]] == ["pymupdf"]
