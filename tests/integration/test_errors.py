"""Whatever goes wrong ends in one line with a code and a hint, the right exit code, and no traceback."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command import LAYOUTS, attest, layout, report_of
from tests.layout_builder import LayoutBuilder

LEDGER = layout("buildkit-ledger-3.2.0")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    copy = tmp_path / "ledger"
    shutil.copytree(LAYOUTS / "buildkit-ledger-3.2.0", copy)
    return copy


def sbom_of(copy: Path) -> Path:
    return max((copy / "blobs" / "sha256").iterdir(), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        pytest.param(("inspect", f"{LEDGER}:9.9.9"), "ATT-SRC-001", 3, id="wrong tag"),
        pytest.param(("inspect", LEDGER, "--platform", "linux/s390x"), "ATT-SRC-003", 3, id="unknown platform"),
        pytest.param(("inspect", "oci:no/such/layout"), "ATT-SRC-004", 3, id="no such folder"),
        pytest.param(("inspect", "UPPER//x"), "ATT-REF-001", 2, id="no reference"),
        pytest.param(("inspect", "127.0.0.1:1/app:1"), "ATT-NET-001", 5, id="nobody listens"),
        pytest.param(("inspect", "app:1", "--offline"), "ATT-NET-005", 5, id="offline"),
        pytest.param(("licences",), "ATT-USE-001", 2, id="unknown command"),
        pytest.param(("inspect", LEDGER, "--deny", "MIT"), "ATT-USE-001", 2, id="option of another command"),
        pytest.param(("inspect", LEDGER, "-f", "sarif"), "ATT-OUT-002", 2, id="unknown format"),
        pytest.param(("inspect", LEDGER, "-o", "report.xyz"), "ATT-OUT-002", 2, id="unknown suffix"),
        pytest.param(("inspect", LEDGER, "-o", "/proc/nowhere/x.json"), "ATT-OUT-001", 2, id="not writable"),
        pytest.param(("get", LEDGER, "--type", "vex"), "ATT-SRC-005", 3, id="nothing of that type"),
        pytest.param(("get", LEDGER, "--type", "sbom"), "ATT-USE-002", 2, id="two of that type"),
    ],
)
def test_an_error_is_one_line_with_a_code(words: tuple[str, ...], code: str, exit_code: int) -> None:
    result = attest(*words)
    assert result.returncode == exit_code
    first, *hints = result.stderr.splitlines()
    assert first.startswith(f"error[{code}]: ")
    assert all(line.startswith("  fix:   ") for line in hints)
    assert hints
    assert "Traceback" not in result.stderr


def test_a_misspelled_command_is_answered_with_the_right_one() -> None:
    assert "No such command 'licences'. Did you mean 'licenses'?" in attest("licences").stderr


def test_an_option_of_another_command_is_answered_with_its_owner() -> None:
    assert "`--deny` belongs to `attest check`" in attest("inspect", LEDGER, "--deny", "MIT").stderr


def test_a_truncated_sbom_is_unreadable_and_the_rest_is_shown(ledger: Path) -> None:
    sbom = sbom_of(ledger)
    sbom.write_bytes(sbom.read_bytes()[:1000])
    (target,) = report_of("inspect", f"oci:{ledger}")["targets"]
    assert target["status"] == "incomplete"
    assert "unreadable" in {each["coverage"]["sbom"] for each in target["platforms"]}
    assert "ATT-EVD-001" in {each["code"] for each in target["problems"]}
    assert len(target["provenance"]) == 2


def test_a_tampered_sbom_is_never_read(ledger: Path) -> None:
    sbom = sbom_of(ledger)
    sbom.write_bytes(sbom.read_bytes().replace(b"GPL-2.0-only", b"MIT         "))
    platform = "linux/amd64" if sbom.name.startswith("2478d0d6") else "linux/arm64"
    result = attest("packages", f"oci:{ledger}", "--platform", platform)
    assert result.returncode == 6
    assert "ATT-EVD-001" in result.stderr
    assert "adduser" not in result.stdout


def test_a_policy_cannot_pass_on_evidence_that_cannot_be_read(ledger: Path) -> None:
    sbom_of(ledger).write_bytes(b"{}")
    result = attest("check", f"oci:{ledger}", "--allow", "category:unknown")
    assert result.returncode == 6
    assert "undetermined" in result.stdout.lower()


def test_a_missing_blob_is_a_problem_and_not_a_failure(ledger: Path) -> None:
    sbom_of(ledger).unlink()
    result = attest("inspect", f"oci:{ledger}")
    assert result.returncode == 0
    assert attest("inspect", f"oci:{ledger}", "--strict").returncode == 6


def test_html_instead_of_an_index_is_said_so(ledger: Path) -> None:
    (ledger / "index.json").write_text("<html>Sign in</html>")
    result = attest("inspect", f"oci:{ledger}")
    assert result.returncode == 6
    assert "HTML or XML instead of JSON" in result.stderr


def test_a_closed_pipe_ends_silently_with_the_shells_number() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "attest", "packages", LEDGER, "-f", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 141


def test_files_are_written_although_the_reader_of_stdout_went_away(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    command = f"{sys.executable} -m attest packages {LEDGER} -f json -o {file} | head -c 1"
    subprocess.run(["bash", "-c", command], check=False, capture_output=True, timeout=60)
    assert file.stat().st_size > 100_000


def test_an_interrupt_is_130_without_a_traceback(tmp_path: Path) -> None:
    fifo = tmp_path / "token"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, "-m", "attest", "inspect", "example.com/app:1", "--registry-token-file", str(fifo)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "interrupted\n")


def test_terminal_escapes_from_an_image_never_reach_the_terminal(tmp_path: Path) -> None:
    build = LayoutBuilder(tmp_path / "layout")
    image = build.image()
    evil = "evil\x1b]0;owned\x07\u202e"
    predicate = {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "sbom",
        "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": [f"Tool: {evil}"]},
        "packages": [{"name": evil, "SPDXID": "SPDXRef-a", "versionInfo": evil, "licenseDeclared": evil}],
    }
    attestation = build.attestation(image, build.statement(image, "https://spdx.dev/Document", predicate))
    reference = build.tag(build.index(image, attestation))
    for command in ("inspect", "packages", "licenses", "ls", "check"):
        for form in ("text", "json"):
            output = attest(command, reference, "-f", form).stdout
            assert "evil" in output or command in ("inspect", "licenses", "ls")
            assert not {"\x1b", "\x07", "\u202e"} & set(output)


@pytest.mark.parametrize("command", ["inspect", "ls", "packages", "licenses", "provenance", "check", "report"])
@pytest.mark.parametrize("name", ["text", "json", "markdown", "csv", "html"])
def test_an_index_without_platforms_is_no_accident(tmp_path: Path, command: str, name: str) -> None:
    build = LayoutBuilder(tmp_path / "layout")
    result = attest(command, build.tag(build.index()), "-f", name)
    assert result.returncode == {"inspect": 0, "ls": 0, "report": 0, "check": 1}.get(command, 3) or "ATT-OUT-002" in (
        result.stderr
    )


ENVIRONMENT = os.environ | {"DOCKER_CONFIG": "/nonexistent", "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"], ids=["full", "closed"])
@pytest.mark.parametrize(
    "words",
    [f"packages {LEDGER}", f"get {LEDGER} --type sbom --platform linux/amd64", "--version", "-h", "schema report"],
)
def test_a_stdout_that_takes_nothing_is_said_in_one_line(words: str, redirection: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m attest {words} {redirection}"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert result.returncode == 2
    assert result.stderr.startswith("error[ATT-OUT-001]: stdout: cannot be written")
    assert len(result.stderr.splitlines()) == 2


def test_without_stdout_and_stderr_a_file_is_still_written(tmp_path: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m attest report {LEDGER} -o {tmp_path}/report.json >&- 2>&-"
    subprocess.run(["bash", "-c", command], check=False, env=ENVIRONMENT)
    assert json.loads((tmp_path / "report.json").read_text())["targets"]
