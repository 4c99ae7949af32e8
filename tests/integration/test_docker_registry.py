"""The command against a registry as people run it: Debian's docker-registry, which has no referrers API."""

import json
import re
from pathlib import Path

import pytest

from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.command import LAYOUTS, attest, layout
from tests.docker_registry import PASSWORD, PROGRAM, USER, docker_registry, free_port

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="docker-registry is not installed")

UNPACKED = LAYOUTS.parent / "unpacked"


def neutral(text: str, reference: str) -> str:
    """Leave the reference out of a report."""
    host, _, rest = reference.partition("/")
    repository, _, tag = rest.rpartition(":")
    return text.replace(reference, "REF").replace(host, "HOST").replace(f'"{tag}"', '"TAG"').replace(repository, "app")


@pytest.fixture
def credentials(tmp_path: Path) -> dict[str, str]:
    """Return the environment in which Docker's file knows the password of any port used here."""
    return {"DOCKER_CONFIG": str(tmp_path / "docker")}


def log_in(environment: dict[str, str], reference: str) -> None:
    folder = Path(environment["DOCKER_CONFIG"])
    folder.mkdir(exist_ok=True)
    entry = {"username": USER, "password": PASSWORD}
    (folder / "config.json").write_text(json.dumps({"auths": {reference.partition("/")[0]: entry}}))


@pytest.mark.parametrize("command", ["inspect", "packages", "provenance", "check"])
def test_however_it_asks_who_we_are_the_report_is_the_same(
    tmp_path: Path, credentials: dict[str, str], command: str
) -> None:
    reports, port = [], free_port()
    for auth in ("none", "basic", "bearer"):
        folder = tmp_path / auth
        folder.mkdir()
        with docker_registry(folder, LAYOUTS / "buildkit-ledger-3.2.0", auth, port) as reference:
            log_in(credentials, reference)
            words = ("--effective-time", "2026-12-01T00:00:00Z") if command == "check" else ()
            result = attest(command, reference, "-f", "json", *words, env=credentials)
            assert result.returncode == 0, result.stderr
            reports.append(neutral(result.stdout, reference))
    assert reports[0] == reports[1] == reports[2]


@pytest.mark.parametrize(
    "name",
    [
        "docker-hub-alpine-3.23.2",
        "buildkit-edge-min-legacy",
        "github-slsa3-v1.9.0",
        "github-slsa3-v2.1.0",
        "unpacked/cosign-tags-ledger",
        "unpacked/cosign-bundles-ledger",
        "unpacked/notation-ledger",
        "unpacked/oras-attached-ledger",
    ],
)
def test_the_registry_gives_the_documents_that_the_layout_gives(tmp_path: Path, name: str) -> None:
    path = LAYOUTS.parent / name if "/" in name else LAYOUTS / name
    with docker_registry(tmp_path, path) as reference:
        served = inspect(reference)
    local = inspect(f"oci:{path}")
    # what `cosign save` marked in a layout has no tag in this registry
    expected = {each.digest for each in local.evidence if not re.match("github", name) or "dsse" not in each.media_type}
    assert {each.digest for each in served.evidence} == expected
    assert [each.coverage.sbom for each in served.platforms] == [each.coverage.sbom for each in local.platforms]


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_without_credentials_it_is_refused_in_one_line(tmp_path: Path, auth: str) -> None:
    with docker_registry(tmp_path, LAYOUTS / "buildkit-edge-min-legacy", auth) as reference:
        result = attest("inspect", reference, env={"DOCKER_CONFIG": str(tmp_path)})
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.startswith("error[ATT-AUTH-001]: ")
    assert "docker login" in result.stderr


def test_a_password_from_stdin_is_used_and_shown_nowhere(tmp_path: Path) -> None:
    with docker_registry(tmp_path, LAYOUTS / "buildkit-edge-min-legacy", "basic") as reference:
        words = ("inspect", reference, "--username", USER, "--password-stdin", "-vv")
        right = attest(*words, stdin=f"{PASSWORD}\n")
        wrong = attest(*words, stdin="hunter2\n")
    assert (right.returncode, wrong.returncode) == (0, 4)
    assert "hunter2" not in wrong.stdout + wrong.stderr
    assert PASSWORD not in right.stdout + right.stderr


def test_a_tag_that_is_not_there_is_exit_3(tmp_path: Path) -> None:
    with docker_registry(tmp_path, LAYOUTS / "buildkit-edge-min-legacy") as reference:
        result = attest("inspect", reference.rpartition(":")[0] + ":none")
    assert result.returncode == 3
    assert result.stderr.startswith("error[ATT-SRC-001]: ")


@pytest.mark.parametrize("auth", ["none", "basic", "bearer"])
def test_a_second_inspection_gets_no_manifest_and_no_document_again(tmp_path: Path, auth: str) -> None:
    requests: list[str] = []
    credentials = {} if auth == "none" else {"username": USER, "password": PASSWORD}
    access = Access(cache_dir=str(tmp_path / "cache"), trace=requests.append, **credentials)  # type: ignore[arg-type]
    with docker_registry(tmp_path, LAYOUTS.parent / "unpacked" / "cosign-tags-ledger", auth) as reference:
        cold = inspect(reference, Options(access=access))
        requests.clear()
        warm = inspect(reference, Options(access=access))
    assert warm == cold
    asked = [line for line in requests if "/manifests/" in line or "/blobs/" in line]
    assert asked
    assert {line.partition(" ")[0] for line in asked} == {"HEAD"}
    assert [line for line in requests if "/referrers/" in line] == []
    # a token server elsewhere on this machine is trusted once the registry was reached on it, and not before
    assert [line for line in requests if " 401 " in line] == (requests[:1] if auth == "bearer" else [])


def test_the_ledger_reads_the_same_from_both(tmp_path: Path) -> None:
    with docker_registry(tmp_path, LAYOUTS / "buildkit-ledger-3.2.0") as reference:
        served = inspect(reference)
    local = inspect(layout("buildkit-ledger-3.2.0"))
    assert (served.packages, served.licenses, served.provenance) == (local.packages, local.licenses, local.provenance)
