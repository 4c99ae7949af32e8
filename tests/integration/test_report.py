import json
import re
from pathlib import Path

import pytest

from tests.command import POLICIES, attest, layout

LEDGER, ALPINE = layout("buildkit-ledger-3.2.0"), layout("docker-hub-alpine-3.23.2")
DEMO = str(POLICIES / "demo.toml")


def test_one_file_holds_what_an_auditor_asks(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    result = attest("report", ALPINE, LEDGER, "--policy", DEMO, "-o", str(file))
    assert result.returncode == 0
    assert result.stdout.startswith(f"wrote {file}  (")
    page = file.read_text()
    for word in ("busybox", "pymupdf", "GPL-2.0-only", "linux/arm/v6", "sbom-missing", "Content-Security-Policy"):
        assert word in page


def test_the_page_asks_nobody_for_anything(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    attest("report", ALPINE, "-o", str(file))
    page = file.read_text()
    assert "<script" not in page
    assert re.findall(r'src="([^"]*)"', page) == []
    assert "<link" not in page
    assert "default-src 'none'" in page


def test_several_files_come_from_one_run(tmp_path: Path) -> None:
    html, data = tmp_path / "a" / "report.html", tmp_path / "report.json"
    assert attest("report", LEDGER, "--policy", DEMO, "-o", str(html), "-o", str(data)).returncode == 0
    report = json.loads(data.read_text())
    ids = {finding["id"] for finding in report["targets"][0]["findings"]}
    assert ids
    assert report["run"]["exit_code"] == 0
    page = html.read_text()
    assert all(id_ in page for id_ in ids)


def test_every_finding_is_in_every_format(tmp_path: Path) -> None:
    words = ["--deny", "category:copyleft-strong"]
    files = {name: tmp_path / f"report.{name}" for name in ("json", "md", "html", "txt", "ndjson")}
    outputs = [word for path in files.values() for word in ("-o", str(path))]
    assert attest("check", LEDGER, *words, *outputs).returncode == 1
    (target,) = json.loads(files["json"].read_text())["targets"]
    ids = [finding["id"] for finding in target["findings"]]
    assert len(ids) > 100
    for path in files.values():
        text = path.read_text()
        assert [id_ for id_ in ids if id_ not in text] == []


def test_placeholders_in_a_path_stay_in_their_place(tmp_path: Path) -> None:
    result = attest("report", LEDGER, "-o", f"{tmp_path}/{{tag}}-{{digest}}.json")
    assert result.returncode == 0
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("3.2.0-sha256-9f60b6ac")


def test_an_image_that_cannot_be_had_is_in_the_report_too(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    result = attest("report", LEDGER, "oci:no/such/layout", "-o", str(file))
    assert result.returncode == 8
    report = json.loads(file.read_text())
    assert [target["status"] for target in report["targets"]] == ["complete", "failed"]
    assert [error["code"] for error in report["errors"]] == ["ATT-SRC-004"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken.html").mkdir()
    result = attest("report", LEDGER, "-o", str(tmp_path / "taken.html"))
    assert result.returncode == 2
    assert result.stderr.startswith("error[ATT-OUT-001]: ")
    assert [each.name for each in tmp_path.iterdir()] == ["taken.html"]


@pytest.mark.parametrize("form", ["html", "json", "markdown", "ndjson", "text"])
def test_the_same_input_gives_the_same_bytes(form: str) -> None:
    words = ("report", ALPINE, "-f", form)
    assert attest(*words).stdout == attest(*words).stdout != ""


def test_a_limit_on_sizes_can_be_raised_and_lowered() -> None:
    result = attest("packages", LEDGER, env={"ATTEST_MAX_BLOB": "1KiB"})
    assert result.returncode == 6
    assert "ATTEST_MAX_BLOB" in result.stderr
    assert attest("packages", LEDGER, env={"ATTEST_MAX_BLOB": "64MiB"}).returncode == 0
    assert attest("packages", LEDGER, env={"ATTEST_MAX_BLOB": "lots"}).returncode == 2
