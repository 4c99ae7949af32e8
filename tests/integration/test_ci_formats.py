"""What the systems that run builds read: every finding is in each of their formats, and nothing in it is obeyed."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from attest.cli.github import summary_of
from attest.model.report import Target
from attest.render import RENDERERS, Presentation
from tests.command import attest, layout, report_of
from tests.unit.render.samples import judged, report
from tests.unit.render.test_hostile import hostile

LEDGER = layout("buildkit-ledger-3.2.0")
EDGE = layout("buildkit-edge-min-legacy")
DENY = ("--deny", "category:copyleft-strong")
FORMATS = ["json", "ndjson", "yaml", "html", "csv", "sarif", "junit", "gitlab", "github", "text", "markdown"]


@pytest.fixture(scope="module")
def findings() -> list[Any]:
    found: list[Any] = report_of("check", LEDGER, *DENY, exit_code=1)["targets"][0]["findings"]
    assert len(found) > 200
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_is_in_every_format(findings: list[Any], name: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    result = attest("check", LEDGER, *DENY, "-o", f"{name}={path}")
    assert result.returncode == 1
    text = path.read_text(encoding="utf-8")
    assert [each["id"] for each in findings if each["id"] not in text] == []


def test_sarif_is_what_code_scanning_demands(findings: list[Any]) -> None:
    document = json.loads(attest("check", LEDGER, *DENY, "-f", "sarif").stdout)
    (run,) = document["runs"]
    assert (document["version"], len(run["results"])) == ("2.1.0", len(findings))
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]
        assert ":" not in location["artifactLocation"]["uri"]
        assert all(location["region"][key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn"))
        assert result["message"]["text"].endswith(").")
        assert result["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")
    assert {each["level"] for each in run["results"]} == {"error", "warning", "note"}
    assert run["invocations"][0] == {"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}


def test_what_could_not_be_judged_is_an_error_everywhere(tmp_path: Path) -> None:
    words = ("check", EDGE, "oci:nowhere")
    sarif = json.loads(attest(*words, "-f", "sarif").stdout)
    assert [run["invocations"][0]["executionSuccessful"] for run in sarif["runs"]] == [True, False]
    junit = ET.fromstring(attest(*words, "-f", "junit").stdout)  # noqa: S314 - our own
    assert [suite.get("errors") for suite in junit] == ["0", "1"]
    assert junit.get("failures") == "2"
    gitlab = json.loads(attest(*words, "-f", "gitlab").stdout)
    assert [each["check_name"] for each in gitlab] == ["sbom-missing", "undetermined"]
    log = attest(*words, "-f", "github").stdout
    assert log.count("::error title=") == 2
    assert not (tmp_path / "x").exists()


def test_junit_counts_its_cases(findings: list[Any]) -> None:
    root = ET.fromstring(attest("check", LEDGER, *DENY, "-f", "junit").stdout)  # noqa: S314 - our own
    cases = root.findall(".//testcase")
    assert len(cases) == int(root.get("tests") or 0)
    assert len(root.findall(".//failure")) == int(root.get("failures") or 0)
    failed = "".join(each.text or "" for each in root.findall(".//failure"))
    assert all(each["id"] in failed for each in findings)
    assert all(each.get("message") for each in root.findall(".//failure"))


def test_a_passing_image_has_a_case_that_passes() -> None:
    root = ET.fromstring(attest("check", layout("buildkit-base-debian"), "--allow", "MIT", "-f", "junit").stdout)  # noqa: S314 - our own
    first = root.find(".//testcase")
    assert first is not None
    assert (first.get("name"), len(first)) == ("policy", 0)


def test_gitlab_gets_an_entry_for_each_finding(findings: list[Any]) -> None:
    entries = json.loads(attest("check", LEDGER, *DENY, "-f", "gitlab").stdout)
    assert {each["fingerprint"] for each in entries} == {each["fingerprint"] for each in findings}
    assert {each["severity"] for each in entries} <= {"blocker", "major", "minor", "info"}
    assert all(each["location"]["lines"]["begin"] >= 1 for each in entries)


def test_yaml_says_what_json_says() -> None:
    import yaml

    now = ("--effective-time", "2026-11-27T00:00:00Z")
    assert yaml.safe_load(attest("check", LEDGER, *now, "-f", "yaml").stdout) == report_of("check", LEDGER, *now)


def test_github_shows_ten_of_a_kind_and_says_how_many_there_are(findings: list[Any]) -> None:
    lines = attest("check", LEDGER, *DENY, "-f", "github").stdout.splitlines()
    errors = [line for line in lines if line.startswith("::error")]
    denied = sum(each["effect"] == "deny" for each in findings)
    assert len(errors) == 10
    assert errors[-1].startswith(f"::error::and {denied - 9} more")
    assert lines[0].startswith("::group::FAIL oci:")


def test_no_text_of_an_image_is_a_command() -> None:
    lines = RENDERERS.named("github").render(hostile("check"), Presentation()).splitlines()
    obeyed, word = [], None
    for line in lines:
        if word is None and line.startswith("::stop-commands::"):
            word = line.removeprefix("::stop-commands::")
        elif word is not None and line == f"::{word}::":
            word = None
        elif word is None:
            obeyed.append(line)
    assert word is None
    assert all(line.startswith(("::group::", "::endgroup::", "::error", "::warning", "::notice")) for line in obeyed)


def test_github_is_chosen_where_it_runs_the_command(tmp_path: Path) -> None:
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    (tmp_path / "summary.md").write_text("before\n")
    result = attest("check", EDGE, "-o", str(tmp_path / "x.sarif"), "-o", str(tmp_path / "x.html"), env=env)
    assert (result.returncode, result.stdout[:13]) == (1, "::group::FAIL")
    assert (tmp_path / "summary.md").read_text().startswith("before\n# Attestation report")
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert (outputs["verdict"], outputs["denied"], outputs["review"]) == ("fail", "1", "0")
    assert outputs["digest"].startswith("sha256:669128f8")
    assert (outputs["sarif-path"], outputs["report-path"]) == (str(tmp_path / "x.sarif"), str(tmp_path / "x.html"))
    assert attest("check", EDGE, "-f", "text", env=env).stdout.startswith("FAIL")
    assert attest("inspect", EDGE, env=env).stdout.startswith("oci:")


def test_a_summary_stays_below_what_github_drops() -> None:
    target = judged()
    many = report("check", *[target] * 200)
    for most in (900 * 1024, 20_000, 200):
        text = summary_of(many, most)
        assert len(text.encode()) <= most
    assert summary_of(many, 20_000).endswith("The report has all of it.\n")
    assert summary_of(many, 10) == ""


def test_a_summary_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    env = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}
    result = attest("check", EDGE, env=env)
    assert (result.returncode, "ATT-OUT-001" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["sarif", "junit", "gitlab", "github", "yaml"])
def test_the_same_report_gives_the_same_text(name: str) -> None:
    made = report("check", judged(), Target.failed("no"))
    first, second = (RENDERERS.named(name).render(made, Presentation()) for _ in range(2))
    assert first == second != ""


def test_the_action_expands_no_input_into_its_script() -> None:
    import yaml

    root = Path(__file__).resolve().parents[2]
    action = yaml.safe_load((root / ".github" / "actions" / "check" / "action.yml").read_text())
    scripts = [step["run"] for step in action["runs"]["steps"]]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []
    assert set(action["outputs"]) == {"verdict", "denied", "review", "digest", "report-path", "sarif-path"}
