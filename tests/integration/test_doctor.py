"""`attest doctor`: one line for each check, what to do where one fails, and no secret."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from attest.render import SCHEMAS
from tests.command import LAYOUTS, attest
from tests.registry_simulator import PASSWORD, USER, Knobs, RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"
NAMES = ["proxy", "dns", "connection", "credentials", "access", "clock", "rate limit", "referrers", "tags"]


def checks_of(*words: str, exit_code: int = 0, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Run `attest doctor … --json`; return its checks by name."""
    result = attest("doctor", *words, "--json", env=env)
    assert result.returncode == exit_code, result.stdout + result.stderr
    document = json.loads(result.stdout)
    jsonschema.validate(document, json.loads(SCHEMAS["doctor"]()))
    assert [each["name"] for each in document["checks"]] == NAMES
    return {each["name"]: each for each in document["checks"]}


def test_a_registry_that_works_passes_every_check(registry: RegistrySimulator) -> None:
    checks = checks_of(registry.load(EDGE))
    assert {name: each["status"] for name, each in checks.items()} == dict.fromkeys(NAMES, "ok")


def test_no_pull_is_counted(registry: RegistrySimulator) -> None:
    checks_of(registry.load(EDGE))
    assert [each.method for each in registry.log if "/manifests/" in each.path] == ["HEAD"]


def test_as_text_each_check_is_one_line(registry: RegistrySimulator) -> None:
    result = attest("doctor", registry.load(EDGE), "--width", "160")
    lines = result.stdout.splitlines()[1:]
    assert [line[12:23].strip() for line in lines] == NAMES
    assert {line.split()[0] for line in lines} == {"ok"}


@pytest.mark.parametrize(
    ("setup", "name", "status", "words", "exit_code"),
    [
        pytest.param(lambda knobs: setattr(knobs, "auth", "basic"), "access", "fail", "refused access", 4, id="access"),
        pytest.param(
            lambda knobs: knobs.headers.update({"Date": "Sat, 03 Jan 2026 00:00:00 GMT"}),
            "clock",
            "warn",
            "ahead of the registry's",
            0,
            id="clock",
        ),
        pytest.param(
            lambda knobs: knobs.headers.update({"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "3;w=21600"}),
            "rate limit",
            "warn",
            "3 of 100 pulls are left",
            0,
            id="few pulls",
        ),
        pytest.param(
            lambda knobs: knobs.headers.update({"ratelimit-remaining": "0;w=21600"}),
            "rate limit",
            "fail",
            "0 pulls are left",
            5,
            id="no pulls",
        ),
        pytest.param(
            lambda knobs: setattr(knobs, "referrers", "off"), "referrers", "ok", "no referrers API", 0, id="tag"
        ),
        pytest.param(
            lambda knobs: setattr(knobs, "referrers", "denied"), "referrers", "fail", "refused", 4, id="denied"
        ),
        pytest.param(lambda knobs: setattr(knobs, "tags", "refused"), "tags", "warn", "list of tags", 0, id="tags"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    registry: RegistrySimulator, setup: Callable[[Knobs], None], name: str, status: str, words: str, exit_code: int
) -> None:
    reference = registry.load(EDGE)
    setup(registry.knobs)
    check = checks_of(reference, exit_code=exit_code)[name]
    assert check["status"] == status
    assert words in check["message"]
    assert status == "ok" or check["hint"]


def test_an_image_that_is_not_there_is_exit_3(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE).rpartition(":")[0] + ":none"
    checks = checks_of(reference, exit_code=3)
    assert checks["access"]["status"] == "fail"
    assert checks["referrers"]["status"] == "skipped"
    assert checks["clock"]["status"] == "ok"


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        pytest.param("127.0.0.1:1/app", "connection", id="nobody listens"),
        pytest.param("no-such-host.invalid/app", "dns", id="no such host"),
    ],
)
def test_a_host_that_cannot_be_reached_is_exit_5_and_what_depends_on_it_is_skipped(reference: str, name: str) -> None:
    checks = checks_of(reference, exit_code=5)
    assert (checks[name]["status"], checks[name]["code"]) == ("fail", "ATT-NET-001")
    assert checks[name]["hint"]
    assert {checks[each]["status"] for each in NAMES[4:]} == {"skipped"}


def test_a_proxy_is_shown_without_its_password() -> None:
    result = attest("doctor", "registry.invalid/app", env={"HTTPS_PROXY": "http://jane:s3cr3t@127.0.0.1:1"})
    assert "registry.invalid is reached through http://127.0.0.1:1" in " ".join(result.stdout.split())
    assert "s3cr3t" not in result.stdout + result.stderr


def test_credentials_are_named_by_where_they_are_and_never_shown(registry: RegistrySimulator, tmp_path: Path) -> None:
    registry.knobs.auth = "basic"
    kept = {"auths": {registry.host: {"username": USER, "password": PASSWORD}}}
    (tmp_path / "config.json").write_text(json.dumps(kept))
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    checks = checks_of(registry.load(EDGE), env=environment)
    assert checks["credentials"]["message"].endswith(f"from {tmp_path}/config.json")
    assert checks["access"]["status"] == "ok"
    assert PASSWORD not in json.dumps(checks)


def test_a_credential_helper_that_is_missing_is_exit_4(registry: RegistrySimulator, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"credsStore": "no-such-helper"}')
    checks = checks_of(registry.load(EDGE), exit_code=4, env={"DOCKER_CONFIG": str(tmp_path)})
    assert (checks["credentials"]["status"], checks["credentials"]["code"]) == ("fail", "ATT-AUTH-004")
    assert checks["access"]["status"] == "ok"


def test_what_a_registry_says_drives_no_terminal(registry: RegistrySimulator) -> None:
    registry.knobs.headers = {"ratelimit-remaining": "50", "docker-ratelimit-source": "\x1b]0;x\x07"}
    result = attest("doctor", registry.load(EDGE))
    assert "50 pulls are left" in result.stdout
    assert "\x1b" not in result.stdout


def test_what_was_remembered_of_a_registry_is_not_taken_for_what_it_does_now(
    registry: RegistrySimulator, tmp_path: Path
) -> None:
    reference = registry.load(EDGE)
    registry.knobs.referrers = "off"
    kept = ("--cache-dir", str(tmp_path))
    assert attest("ls", reference, *kept).returncode == 0
    registry.knobs.referrers = "on"
    assert checks_of(reference, *kept)["referrers"]["message"] == "the registry lists them itself"


@pytest.mark.parametrize("reference", [f"oci:{EDGE}", str(EDGE), f"oci-archive:{EDGE}.tar"])
def test_what_is_on_disk_has_no_registry_to_look_at(reference: str) -> None:
    result = attest("doctor", reference)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{reference}: is in no registry" in result.stderr


@pytest.mark.parametrize("words", [("-o", "x.json"), ("--offline",), ("-f", "html")])
def test_what_makes_no_sense_here_is_refused(words: tuple[str, ...]) -> None:
    result = attest("doctor", "127.0.0.1:1/app", *words)
    assert (result.returncode, result.stdout) == (2, "")
