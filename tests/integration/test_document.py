"""A document without an image: a file, or stdin."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from attest.model.attachment import Channel
from attest.pipeline import Options, gather, inspect
from tests.command import LAYOUTS, attest, layout, report_of

LEDGER = layout("buildkit-ledger-3.2.0")
SPDX = LAYOUTS.parent / "documents" / "spdx2" / "trivy-image-2.2.spdx.json"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("documents")
    for form in ("predicate", "statement"):
        for kind in ("sbom", "provenance"):
            words = ("--type", kind, "--platform", "linux/amd64", "--as", form)
            (folder / f"{kind}.{form}.json").write_text(attest("get", LEDGER, *words).stdout)
    return {path.name: path for path in folder.iterdir()}


@pytest.mark.parametrize("form", ["predicate", "statement"])
def test_a_lone_sbom_has_the_packages_it_has_on_its_image(documents: dict[str, Path], form: str) -> None:
    alone = report_of("packages", f"sbom:{documents[f'sbom.{form}.json']}")["targets"][0]
    attached = report_of("packages", LEDGER, "--platform", "linux/amd64")["targets"][0]
    assert [each["purl"] for each in alone["packages"]] == [each["purl"] for each in attached["packages"]]
    assert alone["resolved"] | {"digest": ""} == {
        "source": "document",
        "registry": None,
        "repository": None,
        "tag": None,
        "digest": "",
        "media_type": "",
        "is_index": False,
        "created": None,
    }
    (platform,) = alone["platforms"]
    assert (platform["platform"], platform["os"], platform["manifest"]) == ("unknown", "", None)
    (evidence,) = alone["evidence"]
    assert (evidence["channels"], evidence["subject_match"], evidence["manifest"]) == (["document"], None, None)


@pytest.mark.parametrize("name", ["cosign-tags-ledger", "cosign-bundles-ledger", "oras-attached-ledger"])
def test_every_kind_of_document_says_alone_what_it_says_on_its_image(tmp_path: Path, name: str) -> None:
    layout = f"oci:{LAYOUTS.parent / 'unpacked' / name}"
    evidence = {each.digest: each for each in inspect(layout).evidence}
    for document in gather(layout, Options(keep_raw=True))[1]:
        path = tmp_path / "document"
        path.write_bytes(document.raw or b"")
        (alone,) = inspect(f"sbom:{path}").evidence
        attached = evidence[alone.digest]
        assert (alone.kind, alone.format, alone.predicate_type) == (
            attached.kind,
            attached.format,
            attached.predicate_type,
        )
        # cosign tells its own signatures from others by an annotation, which a file has not
        assert len(alone.signatures) == len(attached.signatures)
        assert (alone.channels, alone.binds_to, alone.subject_match) == ((Channel.DOCUMENT,), None, None)


@pytest.mark.parametrize("reference", ["{}", "sbom:{}", "sbom://{}"])
def test_a_document_is_named_by_its_path_or_a_prefix(reference: str) -> None:
    assert attest("licenses", reference.format(SPDX)).returncode == 0


@pytest.mark.parametrize("words", [("packages", "-"), ("inspect", "-"), ("-",), ("ls", "-"), ("report", "-")])
def test_a_document_is_read_from_stdin(words: tuple[str, ...]) -> None:
    result = attest(*words, stdin=SPDX.read_text())
    assert result.returncode == 0, result.stderr
    assert "Nobody is known to vouch" in result.stdout or words[0] == "packages"


def test_a_lone_statement_shows_its_provenance(documents: dict[str, Path]) -> None:
    result = attest("provenance", str(documents["provenance.statement.json"]))
    assert result.returncode == 0
    assert "git.example.org/finance/ledger" in result.stdout


def test_a_gate_judges_a_lone_sbom(documents: dict[str, Path]) -> None:
    path = str(documents["sbom.statement.json"])
    assert attest("check", path, "--deny", "category:copyleft-strong").returncode == 1
    assert attest("check", path, "--deny", "SSPL-1.0").returncode == 0
    assert attest("check", path, "--deny", "SSPL-1.0", "--require", "provenance").returncode == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("", "ATT-SBOM-001", id="nothing"),
        pytest.param("{", "ATT-SBOM-002", id="a brace"),
        pytest.param('{"spdxVersion": "SPDX-2.3", "packages": [', "ATT-SBOM-001", id="cut short"),
        pytest.param('{"spdxVersion": "SPDX-2.3", "packages": []}', "ATT-SBOM-003", id="no package"),
        pytest.param("\x1b[31mred", "ATT-SBOM-002", id="escape sequences"),
    ],
)
def test_a_lone_document_that_cannot_be_read_ends_with_6(content: str, code: str) -> None:
    result = attest("inspect", "-", stdin=content)
    assert result.returncode == 6
    assert result.stderr.startswith(f"error[{code}]: -: ")
    assert "\x1b" not in result.stderr


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(SPDX.read_text())
    for words, stdin in ((("inspect", str(path)), ""), (("inspect", "-"), path.read_text())):
        result = attest(*words, env={"ATTEST_MAX_BLOB": "1KiB"}, stdin=stdin)
        assert (result.returncode, "ATTEST_MAX_BLOB" in result.stderr) == (6, True)


def test_a_document_has_no_platform_to_choose() -> None:
    result = attest("packages", str(SPDX), "--platform", "linux/amd64")
    assert (result.returncode, "ATT-SRC-003" in result.stderr) == (3, True)


def test_a_file_that_is_not_there_is_named() -> None:
    result = attest("inspect", "sbom:no/such/file.json")
    assert (result.returncode, "no such file" in result.stderr) == (3, True)


def test_a_file_named_like_an_image_does_not_stand_for_it(tmp_path: Path) -> None:
    (tmp_path / "app").write_text(SPDX.read_text())
    result = attest("inspect", "app", "--offline", cwd=tmp_path)
    assert (result.returncode, "ATT-NET-005" in result.stderr) == (5, True)


def test_a_file_named_like_an_image_in_a_folder_has_to_look_like_a_document(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "app").write_bytes(b"\x7fELF")
    result = attest("inspect", "acme/app", "--offline", cwd=tmp_path)
    assert (result.returncode, "ATT-NET-005" in result.stderr) == (5, True)
    (tmp_path / "acme" / "app").write_text(SPDX.read_text())
    for words in (("packages",), ("get", "--as", "raw")):
        result = attest(*words, "acme/app", "--offline", cwd=tmp_path)
        note = "note: acme/app: read as the document of that name on disk; registry://acme/app is the image\n"
        assert (result.returncode, result.stderr) == (0, note)
    assert attest("packages", "./acme/app", cwd=tmp_path).stderr == ""


def test_a_document_is_read_from_a_pipe_that_the_shell_names(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(pipe.write_bytes, SPDX.read_bytes())
        assert attest("packages", str(pipe)).returncode == 0
        assert writing.result() == SPDX.stat().st_size


def test_a_stdin_that_is_closed_is_said_in_one_line() -> None:
    command = [sys.executable, "-c", "import os, sys; os.close(0); os.execv(sys.argv[1], sys.argv[1:])"]
    result = subprocess.run(
        [*command, sys.executable, "-m", "attest", "inspect", "-"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 3
    assert result.stderr.startswith("error[ATT-SRC-004]: -: stdin is closed\n")


def test_a_document_is_not_called_a_manifest() -> None:
    shown = attest("ls", str(SPDX)).stdout
    assert "a document without an image" in shown
    assert "the whole image" not in shown
    assert "nothing was found" not in shown


def test_get_returns_a_lone_document_as_it_is() -> None:
    assert json.loads(attest("get", str(SPDX), "--as", "raw").stdout) == json.loads(SPDX.read_text())
