import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import attest, layout

LEDGER = layout("buildkit-ledger-3.2.0")
EDGE = layout("buildkit-edge-min-legacy")
DENY = ("--deny", "category:copyleft-strong")


@pytest.fixture
def baseline(tmp_path: Path) -> str:
    path = str(tmp_path / "baseline.json")
    result = attest("check", LEDGER, *DENY, "--baseline", path, "--update-baseline")
    assert result.returncode == 0, result.stderr
    assert f"note: wrote {path}" in result.stderr
    return path


def verdict(*words: str, exit_code: int = 0) -> Any:
    result = attest("check", *words, "-f", "json")
    assert result.returncode == exit_code, result.stderr
    return json.loads(result.stdout)


def test_what_is_known_does_not_count(baseline: str) -> None:
    document = verdict(LEDGER, *DENY, "--baseline", baseline)
    (target,) = document["targets"]
    assert target["verdict"]["status"] == "pass"
    assert target["verdict"]["counts"]["baseline"] == len(target["findings"]) > 200
    assert {(each["status"], each["baseline"]) for each in target["findings"]} == {("baseline", "unchanged")}
    assert document["run"]["baseline"] == {"source": baseline, "created": "2026-01-01T00:00:00Z"}


def test_what_is_new_counts(baseline: str) -> None:
    (target,) = verdict(LEDGER, *DENY, "--deny", "MIT", "--baseline", baseline, exit_code=1)["targets"]
    new = [each for each in target["findings"] if each["baseline"] == "new"]
    assert {each["status"] for each in new} == {"active"}
    denied = [each for each in new if each["effect"] == "deny"]
    assert {each["license"] for each in denied} == {"MIT"}
    assert target["verdict"]["counts"]["deny"] == len(denied) > 0


def test_what_is_gone_is_told(baseline: str) -> None:
    result = attest("check", LEDGER, "--deny", "AGPL-3.0-only", "--baseline", baseline)
    assert "findings of the baseline are resolved\n  license-denied" in result.stderr


def test_a_baseline_is_sorted_and_the_same_twice(baseline: str, tmp_path: Path) -> None:
    content = Path(baseline).read_bytes()
    found = json.loads(content)
    assert (found["schema"], set(found)) == ("attest.baseline/1", {"schema", "tool", "created", "findings"})
    prints = [each["fingerprint"] for each in found["findings"]]
    assert prints == sorted(set(prints))
    again = tmp_path / "again.json"
    attest("check", LEDGER, *DENY, "--baseline", str(again), "--update-baseline")
    assert again.read_bytes() == content


def test_a_missing_sbom_may_be_known_and_what_is_undetermined_never_is(tmp_path: Path) -> None:
    path = str(tmp_path / "baseline.json")
    assert attest("check", EDGE, "--baseline", path, "--update-baseline").returncode == 0
    assert attest("check", EDGE, "--baseline", path).returncode == 0
    before = Path(path).read_bytes()
    result = attest("check", EDGE, "oci:nowhere", "--baseline", path, "--update-baseline")
    assert result.returncode == 8
    assert "not compared in full" in result.stderr
    assert Path(path).read_bytes() == before


def test_a_signature_that_nobody_checked_is_not_accepted_by_a_baseline(tmp_path: Path) -> None:
    path = str(tmp_path / "baseline.json")
    signed = f"oci:{Path(LEDGER.removeprefix('oci:')).parents[1] / 'unpacked' / 'cosign-tags-ledger'}"
    words = ("check", signed, "--require", "signature", "--baseline", path, "--update-baseline")
    assert attest(*words).returncode == 6
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such baseline"),
        ("", "no baseline"),
        ("[]", "no baseline"),
        ('{"schema": "attest.baseline/9", "tool": "1", "created": "x"}', "schema is not"),
        ('{"schema": "attest.baseline/1", "tool": "1", "created": "x", "finding": []}', "unknown field"),
        ('{"schema": "attest.baseline/1", "tool": "1", "created": "x", "findings": [{"rule": "x"}]}', "fingerprint"),
        ("[" * 100_000, "no baseline"),
    ],
)
def test_what_is_no_baseline_stops_the_check(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)
    result = attest("check", LEDGER, "--baseline", str(path))
    assert (result.returncode, reason in result.stderr, result.stdout) == (2, True, ""), result.stderr


def test_a_baseline_to_update_has_to_be_named() -> None:
    result = attest("check", LEDGER, "--update-baseline")
    assert (result.returncode, "--update-baseline needs --baseline" in result.stderr) == (2, True)


def test_sarif_says_what_is_new(baseline: str) -> None:
    result = attest("check", LEDGER, *DENY, "--deny", "MIT", "--baseline", baseline, "-f", "sarif")
    states = {each.get("baselineState") for run in json.loads(result.stdout)["runs"] for each in run["results"]}
    assert states == {"new"}
