"""A second run: nothing that cannot have changed is fetched again, and offline nothing is fetched at all."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from attest.errors import UnreachableError
from attest.model.attachment import ProbeStatus
from attest.model.inspection import Inspection
from attest.pipeline import Options, inspect
from attest.sources import Access, open_source
from tests.command import LAYOUTS, attest, report_of
from tests.registry_simulator import TOKEN, RegistrySimulator

ALPINE = LAYOUTS / "docker-hub-alpine-3.23.2"
LEDGER = LAYOUTS / "buildkit-ledger-3.2.0"
COSIGNED = LAYOUTS.parent / "unpacked" / "cosign-tags-ledger"


def options(folder: Path, **access: Any) -> Options:
    return Options(access=Access(cache_dir=str(folder), **access))


def facts(inspection: Inspection) -> object:
    """Leave out where attest looked, of which offline the age is said."""
    return inspection.evidence, inspection.packages, inspection.licenses, inspection.provenance, inspection.platforms


def asked(registry: RegistrySimulator, part: str) -> list[str]:
    """Return the methods of the requests whose path has a part."""
    return [entry.method for entry in registry.log if part in entry.path]


@pytest.mark.parametrize("referrers", ["on", "off"])
def test_a_warm_run_takes_two_exchanges_after_the_token_and_gets_no_manifest(
    registry: RegistrySimulator, tmp_path: Path, referrers: str
) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.referrers = referrers
    reference = registry.load(LEDGER)
    cold = inspect(reference, options(tmp_path))
    registry.log.clear()
    registry.knobs.latency_seconds = 0.3
    warm = inspect(reference, options(tmp_path))
    assert warm == cold
    assert registry.log[0].path == "/token"
    assert set(asked(registry, "/manifests/")) == {"HEAD"}
    assert asked(registry, "/blobs/") == []
    assert [entry.status for entry in registry.log if entry.status == 401] == []
    assert registry.depth == 3


@pytest.mark.parametrize("referrers", ["on", "off"])
def test_a_warm_run_of_eight_platforms_gets_nothing_but_lists(
    registry: RegistrySimulator, tmp_path: Path, referrers: str
) -> None:
    registry.knobs.referrers = referrers
    reference = registry.load(ALPINE)
    cold = inspect(reference, options(tmp_path))
    registry.log.clear()
    assert inspect(reference, options(tmp_path)) == cold
    assert {entry.path.split("/")[3] for entry in registry.log if entry.method == "GET"} <= {"referrers", "tags"}


@pytest.mark.parametrize("head", ["refused", "bare"])
def test_a_registry_that_does_not_say_what_a_tag_is_now_is_asked_for_all_of_it(
    registry: RegistrySimulator, tmp_path: Path, head: str
) -> None:
    registry.knobs.head = head
    reference = registry.load(COSIGNED)
    cold = inspect(reference, options(tmp_path))
    registry.log.clear()
    assert inspect(reference, options(tmp_path)) == cold
    assert "GET" in asked(registry, "/manifests/3.2.0")
    assert asked(registry, "/blobs/") == []


def test_a_cold_run_asks_for_no_more_than_one_without_a_cache(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(COSIGNED)
    inspect(reference)
    without = sorted((entry.method, entry.path) for entry in registry.log)
    registry.log.clear()
    inspect(reference, options(tmp_path))
    assert sorted((entry.method, entry.path) for entry in registry.log) == without


def test_cosign_tags_are_asked_whether_they_are_still_the_same(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(COSIGNED)
    cold = inspect(reference, options(tmp_path))
    registry.log.clear()
    assert inspect(reference, options(tmp_path)) == cold
    assert set(asked(registry, "/manifests/")) == {"HEAD"}
    assert asked(registry, "/blobs/") == []


def test_a_tag_that_moved_is_followed(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    inspect(reference, options(tmp_path))
    registry.load(ALPINE)
    registry.tags["3.2.0"] = registry.tags["3.23.2"]
    moved = inspect(reference, options(tmp_path))
    assert moved.resolved is not None
    assert moved.resolved.digest == registry.tags["3.2.0"]


def test_a_tag_that_is_gone_is_not_found(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    assert attest("inspect", reference, "--cache-dir", str(tmp_path)).returncode == 0
    registry.tags.clear()
    assert attest("inspect", reference, "--cache-dir", str(tmp_path)).returncode == 3


def test_what_was_attached_since_is_found(registry: RegistrySimulator, tmp_path: Path) -> None:
    path = LAYOUTS.parent / "unpacked" / "cosign-bundles-ledger"
    reference = registry.load(path)
    referrers = {
        digest: registry.manifests.pop(digest)
        for digest, (_, content) in list(registry.manifests.items())
        if "subject" in json.loads(content)
    }
    before = inspect(reference, options(tmp_path))
    registry.manifests |= referrers
    after = inspect(reference, options(tmp_path))
    assert len(after.evidence) > len(before.evidence)
    assert facts(after) == facts(inspect(reference))


def test_a_repository_that_never_had_the_digest_is_asked_for_it(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    inspect(reference, options(tmp_path))
    elsewhere = f"{registry.host}/other@{registry.tags['3.2.0']}"
    assert attest("inspect", elsewhere, "--cache-dir", str(tmp_path)).returncode == 3


def test_a_pinned_image_is_not_asked_for_again(registry: RegistrySimulator, tmp_path: Path) -> None:
    tagged = registry.load(LEDGER)
    pinned = f"{tagged.rpartition(':')[0]}@{registry.tags['3.2.0']}"
    cold = inspect(pinned, options(tmp_path))
    registry.log.clear()
    assert inspect(pinned, options(tmp_path)) == cold
    assert asked(registry, "/manifests/") == []


@pytest.mark.parametrize("option", ["--no-cache", "--refresh"])
def test_everything_is_fetched_again_on_demand(registry: RegistrySimulator, tmp_path: Path, option: str) -> None:
    words = ("inspect", registry.load(LEDGER), "--cache-dir", str(tmp_path))
    attest(*words)
    first = sorted((entry.method, entry.path) for entry in registry.log)
    registry.log.clear()
    assert attest(*words, option).returncode == 0
    assert sorted((entry.method, entry.path) for entry in registry.log) == first


def test_without_a_cache_nothing_is_written(registry: RegistrySimulator, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    attest("inspect", registry.load(LEDGER), env={"ATTEST_CACHE_DIR": str(folder), "ATTEST_NO_CACHE": "1"})
    assert not folder.exists()


def test_what_is_damaged_is_fetched_again_and_makes_no_difference(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    cold = inspect(reference, options(tmp_path))
    for number, file in enumerate(sorted(path for path in tmp_path.rglob("*") if path.is_file())):
        content = file.read_bytes()
        file.write_bytes([content[:10], b"", content.replace(b"GPL", b"MIT") + b"!", b"{}"][number % 4])
    assert inspect(reference, options(tmp_path)) == cold
    registry.log.clear()
    assert inspect(reference, options(tmp_path)) == cold
    assert asked(registry, "/blobs/") == []


def test_a_full_disk_is_told_and_fails_nothing(registry: RegistrySimulator, tmp_path: Path) -> None:
    words = f"{sys.executable} -m attest inspect {registry.load(LEDGER)} --cache-dir {tmp_path}"
    limited = subprocess.run(
        ["bash", "-c", f"ulimit -f 8; exec {words}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert limited.returncode == 0, limited.stderr
    assert limited.stderr == f"note: the cache in {tmp_path} is not written to (file too large)\n"
    assert limited.stdout == attest("inspect", words.split()[4]).stdout
    assert not list(tmp_path.rglob(".new-*"))


def test_several_processes_share_a_cache_that_is_too_small(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    command = [sys.executable, "-m", "attest", "packages", reference, "--cache-dir", str(tmp_path), "-q"]
    environment = {"ATTEST_CACHE_MAX_SIZE": "100KiB", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    runs = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    for _ in range(3):
        assert attest("cache", "clear", "--cache-dir", str(tmp_path)).returncode == 0
    assert {run.communicate(timeout=60) for run in runs} == {(attest("packages", reference, "-q").stdout, "")}
    assert {run.returncode for run in runs} == {0}
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) <= 100 * 1024


def test_no_token_and_no_password_is_ever_written(registry: RegistrySimulator, tmp_path: Path) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.redirect_blobs = "other"
    folder = tmp_path / "cache"
    words = ("inspect", registry.load(LEDGER), "--cache-dir", str(folder), "--username", "jane", "--password-stdin")
    assert attest(*words, stdin="correct horse\n").returncode == 0
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert registry.host.encode() in written
    secrets = (TOKEN.encode(), b"correct horse", b"amFuZTpjb3JyZWN0IGhvcnNl", b"s3cr3t", b"Authorization")
    assert [secret for secret in secrets if secret in written] == []


def test_a_registry_that_asks_for_nothing_any_more_needs_no_token_server(
    registry: RegistrySimulator, tmp_path: Path
) -> None:
    registry.knobs.auth = "bearer"
    reference = registry.load(LEDGER)
    cold = inspect(reference, options(tmp_path))
    registry.knobs.auth = "none"
    registry.knobs.answers["/token"] = (500, "text/plain", b"")
    assert inspect(reference, options(tmp_path, retries=0)) == cold


NO_SOCKET = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        os.write(2, f"{event}\\n".encode())
        os._exit(99)
sys.addaudithook(watch)
from attest.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def without_sockets(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", NO_SOCKET, *words], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("referrers", ["on", "off", "html"])
@pytest.mark.parametrize("tags", ["sorted", "all", "refused"])
def test_offline_the_same_is_said_without_a_socket(
    registry: RegistrySimulator, tmp_path: Path, referrers: str, tags: str
) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.referrers, registry.knobs.tags = referrers, tags
    reference = registry.load(COSIGNED)
    cold = attest("inspect", reference, "--cache-dir", str(tmp_path))
    registry.log.clear()
    offline = without_sockets("inspect", reference, "--cache-dir", str(tmp_path), "--offline")
    assert (offline.returncode, offline.stdout) == (0, cold.stdout), offline.stderr
    assert registry.log == []


def test_offline_one_list_of_all_tags_answers_for_every_subject(registry: RegistrySimulator, tmp_path: Path) -> None:
    registry.knobs.tags = "all"
    reference = registry.load(COSIGNED)
    with open_source(reference, Access(cache_dir=str(tmp_path))) as source:
        shown = source.tags("sha256-9")
    with open_source(reference, Access(cache_dir=str(tmp_path), offline=True)) as source:
        assert source.tags("sha256-9").names == shown.names != ()
        assert source.tags("sha256-0").status is ProbeStatus.ABSENT


def test_the_watch_for_sockets_would_see_one(registry: RegistrySimulator, tmp_path: Path) -> None:
    online = without_sockets("inspect", registry.load(LEDGER), "--cache-dir", str(tmp_path))
    assert online.returncode == 99


def test_offline_says_how_old_lists_are(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(COSIGNED)
    inspect(reference, options(tmp_path))
    notes: list[str] = []
    offline = inspect(reference, options(tmp_path, offline=True, note=notes.append))
    age = re.compile(r"as of 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    lists = [each for each in offline.searched if "/referrers/" in each.location or "/tags/" in each.location]
    assert lists
    assert all(age.search(each.detail or "") for each in lists)
    assert len(notes) == 1
    assert notes[0].startswith("offline: tags and lists are as the registry gave them on 20")


def fill(registry: RegistrySimulator, tmp_path: Path) -> str:
    reference = registry.load(LEDGER)
    assert attest("inspect", reference, "--cache-dir", str(tmp_path)).returncode == 0
    return reference


def forget(folder: Path, digest: str) -> None:
    next(folder.rglob(digest.partition(":")[2])).unlink()


@pytest.mark.parametrize("command", ["inspect", "packages", "check"])
def test_offline_the_error_names_the_digest_that_is_missing(
    registry: RegistrySimulator, tmp_path: Path, command: str
) -> None:
    reference = fill(registry, tmp_path)
    forget(tmp_path, registry.tags["3.2.0"])
    result = without_sockets(command, reference, "--cache-dir", str(tmp_path), "--offline")
    assert (result.returncode, result.stdout) == (5, "")
    assert result.stderr.startswith(f"error[ATT-NET-005]: {registry.tags['3.2.0']}: not in the cache")


def test_offline_an_sbom_that_is_missing_is_undetermined_and_named(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = fill(registry, tmp_path)
    for digest in sorted(registry.blobs, key=lambda each: len(registry.blobs[each]))[-2:]:
        forget(tmp_path, digest)
    words = (reference, "--cache-dir", str(tmp_path), "--offline")
    (target,) = report_of("inspect", *words)["targets"]
    assert {each["coverage"]["sbom"] for each in target["platforms"]} == {"undetermined"}
    assert f"{digest}: not in the cache, and --offline is given" in {each["message"] for each in target["problems"]}
    assert attest("packages", *words).returncode == 5
    assert attest("check", *words).returncode == 5


def test_offline_a_list_that_was_never_seen_is_not_an_empty_list(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = fill(registry, tmp_path)
    for note in (tmp_path / "notes").rglob("*"):
        if note.is_file() and b"/manifests/" not in note.read_bytes():
            note.unlink()
    (target,) = report_of("inspect", reference, "--cache-dir", str(tmp_path), "--offline")["targets"]
    states = {(each["status"], each["conclusive"]) for each in target["searched"] if each["channel"] != "index"}
    assert states == {("error", False)}


@pytest.mark.parametrize("words", [(), ("--no-cache",)])
def test_offline_an_image_that_was_never_seen_is_exit_5(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = without_sockets("inspect", "example.com/app:1", "--cache-dir", str(tmp_path), "--offline", *words)
    assert result.returncode == 5
    assert result.stderr.startswith("error[ATT-NET-005]: example.com/app:1: not in the cache")


def test_offline_and_refresh_contradict_each_other(tmp_path: Path) -> None:
    result = attest("inspect", "app:1", "--offline", "--refresh", "--cache-dir", str(tmp_path))
    assert result.returncode == 2
    assert result.stderr.startswith("error[ATT-USE-002]")


@pytest.mark.parametrize(
    ("knobs", "again"),
    [
        pytest.param({"referrers": "off"}, 0, id="a registry without lists is not asked for an hour"),
        pytest.param({"referrers": "throttled"}, 1, id="a registry that was busy is"),
        pytest.param({"referrers": "denied"}, 1, id="a registry that refused is"),
    ],
)
def test_that_there_are_no_lists_is_remembered(
    registry: RegistrySimulator, tmp_path: Path, knobs: dict[str, str], again: int
) -> None:
    reference = registry.load(LEDGER)
    for name, value in knobs.items():
        setattr(registry.knobs, name, value)
    inspect(reference, options(tmp_path, retries=0))
    registry.log.clear()
    inspect(reference, options(tmp_path, retries=0))
    assert bool(asked(registry, "/referrers/")) == bool(again)


def test_one_list_that_is_not_there_does_not_stand_for_all(registry: RegistrySimulator, tmp_path: Path) -> None:
    reference = registry.load(LEDGER)
    registry.knobs.answers[f"/referrers/{registry.tags['3.2.0']}"] = (404, "text/plain", b"")
    inspect(reference, options(tmp_path))
    cold = asked(registry, "/referrers/")
    registry.log.clear()
    inspect(reference, options(tmp_path))
    assert asked(registry, "/referrers/") == cold


def test_an_error_in_the_library_is_the_same(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="not in the cache"):
        inspect("example.com/app:1", options(tmp_path, offline=True))
