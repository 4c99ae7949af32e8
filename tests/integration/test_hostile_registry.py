"""What a registry may do to whoever asks it: each ends soon, with one line and the right exit code."""

import json
from typing import Any

import pytest

from tests.command import LAYOUTS, attest
from tests.registry_simulator import RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"
INDEX = "application/vnd.oci.image.index.v1+json"
DESCRIPTOR = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": f"sha256:{'0' * 64}", "size": 2}


def index_of(count: int) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [DESCRIPTOR] * count}).encode()


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [
        pytest.param((200, INDEX, index_of(1_000_000)), "ATT-EVD-003", 6, id="a million entries"),
        pytest.param((200, INDEX, index_of(2_000)), "ATT-EVD-003", 6, id="more entries than anybody needs"),
        pytest.param((200, INDEX, b'{"manifests":' + b"[" * 100_000), "ATT-EVD-003", 6, id="deep"),
        pytest.param((200, INDEX, b'{"manifests":[],"manifests":[]}'), "ATT-EVD-001", 6, id="a key twice"),
        pytest.param((200, INDEX, b"\xff\xfe{}"), "ATT-EVD-001", 6, id="no UTF-8"),
        pytest.param((200, INDEX, b""), "ATT-EVD-001", 6, id="nothing"),
        pytest.param((429, "", b"you have reached your pull rate limit"), "ATT-NET-003", 5, id="rate limit"),
    ],
)
def test_an_index_that_is_none_is_one_line(
    registry: RegistrySimulator, answer: tuple[int, str, bytes], code: str, exit_code: int
) -> None:
    reference = registry.load(EDGE)
    registry.knobs.answers = {f"/manifests/{reference.rpartition(':')[2]}": answer}
    result = attest("check", reference, "--no-cache", "--retries", "0")
    assert (result.returncode, f"[{code}]" in result.stderr) == (exit_code, True), result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 1000


def test_a_redirect_loop_is_left(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    path = f"/v2/app/manifests/{reference.rpartition(':')[2]}"
    registry.knobs.locations = {path: path}
    result = attest("inspect", reference, "--no-cache")
    assert (result.returncode, "ATT-NET-006" in result.stderr) == (5, True), result.stderr
    assert len(registry.log) == 6


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param((200, INDEX, index_of(1_000_000)), "error", id="a million"),
        pytest.param((200, INDEX, index_of(6_000)), "error", id="more than the limit"),
        pytest.param((200, INDEX, b'{"manifests":' + b"[" * 100_000), "error", id="deep"),
        pytest.param((200, INDEX, b'{"manifests":[],"manifests":[]}'), "error", id="a key twice"),
        pytest.param((403, "", b""), "denied", id="refused"),
        pytest.param((429, "", b""), "rate_limited", id="throttled"),
        pytest.param((200, "text/html", b"<html>"), "unsupported", id="a page"),
    ],
)
def test_a_list_that_is_none_never_means_that_nothing_is_attached(
    registry: RegistrySimulator, answer: tuple[int, str, bytes], status: str
) -> None:
    reference = registry.load(EDGE)
    registry.knobs.answers = {f"/referrers/{digest}": answer for digest in registry.manifests}
    result = attest("inspect", reference, "--no-cache", "--retries", "0", "-f", "json")
    assert result.returncode == 0, result.stderr
    probes: list[Any] = json.loads(result.stdout)["targets"][0]["searched"]
    asked = [each for each in probes if each["channel"] == "referrers-api"]
    assert {each["status"] for each in asked} == {status}
    assert {each["conclusive"] for each in asked} == {status == "unsupported"}


def test_what_a_registry_warns_of_is_told_once(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.knobs.headers = {"Warning": '299 - "app:edge goes away \u00a0in May"'}
    result = attest("inspect", reference, "--no-cache")
    assert result.stderr.count(f"note: {registry.host} warns: app:edge goes away") == 1
    registry.knobs.headers = {"Warning": f'299 - "{"x" * 5000}"'}
    assert "warns" not in attest("inspect", reference, "--no-cache").stderr


def test_tags_with_a_prefix_are_found_where_the_prefix_is_known(registry: RegistrySimulator) -> None:
    reference = registry.load(LAYOUTS.parent / "unpacked" / "cosign-tags-ledger")
    for name in [each for each in registry.tags if each.startswith("sha256-")]:
        registry.tags[f"acme-{name}"] = registry.tags.pop(name)
    plain = json.loads(attest("ls", reference, "--no-cache", "-f", "json").stdout)["targets"][0]["evidence"]
    words = ("ls", reference, "--no-cache", "-f", "json", "--attachment-tag-prefix", "acme-")
    found = json.loads(attest(*words).stdout)["targets"][0]["evidence"]
    by_tag = [each for each in found if "cosign-tag" in each["channels"]]
    assert [each for each in plain if "cosign-tag" in each["channels"]] == []
    assert len(found) == len(plain) + len(by_tag)
    assert {each["kind"] for each in by_tag} >= {"sbom", "signature"}


def test_a_prefix_with_which_no_tag_begins_is_refused(registry: RegistrySimulator) -> None:
    result = attest("ls", registry.load(EDGE), "--attachment-tag-prefix", "../x")
    assert (result.returncode, "no tag begins with ../x" in result.stderr) == (2, True)
