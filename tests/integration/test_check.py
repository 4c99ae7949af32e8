from pathlib import Path

import pytest

from tests.command import POLICIES, attest, layout, report_of

LEDGER = layout("buildkit-ledger-3.2.0")
ALPINE = layout("docker-hub-alpine-3.23.2")


def test_a_denied_category_names_every_package_and_platform() -> None:
    (target,) = report_of("check", LEDGER, "--deny", "category:copyleft-strong", exit_code=1)["targets"]
    denied = {each["id"] for each in target["packages"] if each["effect"] == "deny"}
    strong = {each["id"] for each in target["packages"] if "copyleft-strong" in each["license"]["categories"]}
    assert denied == strong
    assert len(denied) > 20
    findings = [each for each in target["findings"] if each["effect"] == "deny"]
    assert {each["rule"] for each in findings} == {"license-denied"}
    assert all(each["platforms"] == ["*"] for each in findings)
    text = attest("check", LEDGER, "--deny", "category:copyleft-strong").stdout
    for finding in findings:
        assert finding["id"] in text


def test_a_dual_license_with_a_commercial_side_is_reviewed_and_not_passed() -> None:
    (target,) = report_of("check", LEDGER, "--deny", "AGPL-3.0-only")["targets"]
    (finding,) = [each for each in target["findings"] if each["subject"] == "pkg:pypi/pymupdf"]
    assert finding["effect"] == "review"
    assert target["verdict"]["status"] == "review"


def test_the_default_policy_passes_a_plain_debian() -> None:
    result = attest("check", layout("buildkit-base-debian"), "--policy", "builtin:base")
    assert result.returncode == 0, result.stdout


def test_an_image_without_an_sbom_fails_and_the_platform_is_named() -> None:
    result = attest("check", layout("buildkit-edge-min-legacy"))
    assert result.returncode == 1
    assert "linux/amd64" in result.stdout
    assert "sbom-missing" in result.stdout


def test_one_platform_without_an_sbom_fails_alone() -> None:
    (target,) = report_of("check", ALPINE, exit_code=1)["targets"]
    (finding,) = [each for each in target["findings"] if each["rule"] == "sbom-missing"]
    assert finding["platforms"] == ["linux/arm/v6"]


def test_a_platform_with_an_sbom_passes() -> None:
    assert attest("check", ALPINE, "--platform", "linux/amd64").returncode == 0


def test_exit_zero_turns_a_failure_into_success_and_nothing_else() -> None:
    assert attest("check", ALPINE, "--exit-zero").returncode == 0
    assert attest("check", "oci:no/such/layout", "--exit-zero").returncode == 3


def test_a_required_signature_that_nobody_looked_for_never_passes() -> None:
    result = attest("check", layout("buildkit-base-debian"), "--require", "signature")
    assert result.returncode not in (0, 2, 70)


def test_a_policy_file_decides(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[licenses]\ndefault = "allow"\nmissing = "allow"\nnonstandard = "allow"\ndeny = ["Zlib"]\n')
    (target,) = report_of("check", layout("buildkit-base-debian"), "--policy", str(policy), exit_code=1)["targets"]
    assert {each["license"] for each in target["findings"] if each["effect"] == "deny"} == {"Zlib"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("[licenses]\ndeny = [", "ATT-POL-001", id="not TOML"),
        pytest.param('[licences]\ndeny = ["MIT"]', "ATT-POL-001", id="unknown table"),
        pytest.param('[licenses]\ndeny = ["category:copyleft"]', "ATT-POL-002", id="unknown category"),
        pytest.param('[licenses]\ndeny = ["GPL-3.0-onyl"]', "ATT-POL-002", id="unknown license"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_exit_2(tmp_path: Path, text: str, code: str) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    result = attest("check", layout("buildkit-base-debian"), "--policy", str(policy))
    assert result.returncode == 2
    assert result.stderr.startswith(f"error[{code}]: {policy}")


def test_the_demo_policy_judges_the_demo_images() -> None:
    policy = ("--policy", str(POLICIES / "demo.toml"))
    assert attest("check", LEDGER, *policy).returncode in (0, 1)
