"""Credentials: which file, which entry and which helper decides, and that no secret is shown."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from attest.errors import AccessDeniedError, InvalidConfigError
from attest.sources import Access
from attest.sources.registry.credentials import DOCKER_HUB_KEY, Credentials, Keyring

HOST = "registry.example"


def entry(secret: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"jane:{secret}".encode()).decode()}


class Home:
    """A home directory with configuration files, and an environment that points there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.programs = path / "bin"
        self.programs.mkdir()
        self.environment = {"HOME": str(path), "PATH": f"{self.programs}{os.pathsep}/usr/bin:/bin"}
        self.environment["XDG_RUNTIME_DIR"] = str(path / "run")

    def write(self, name: str, config: Any) -> Path:
        """Write a file; return its path."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(config if isinstance(config, str) else json.dumps(config))
        return path

    def helper(self, name: str, script: str) -> None:
        """Install a credential helper."""
        path = self.programs / f"docker-credential-{name}"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def find(self, host: str = HOST, path: str = "team/app", **access: Any) -> Credentials | None:
        """Look for credentials."""
        return Keyring(Access(**access), self.environment).find(host, path)

    def password(self, host: str = HOST, path: str = "team/app", **access: Any) -> str | None:
        """Return the password that is found, null without any."""
        found = self.find(host, path, **access)
        return found.password if found else None


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_without_any_file_it_is_anonymous(home: Home) -> None:
    keyring = Keyring(Access(), home.environment)
    assert keyring.find(HOST, "app") is None
    assert keyring.tried == ["anonymous"]


def test_dockers_file_is_read(home: Home) -> None:
    home.write(".docker/config.json", {"auths": {HOST: entry("a:b")}})
    found = home.find()
    assert found is not None
    assert (found.username, found.password) == ("jane", "a:b")


@pytest.mark.parametrize(
    ("path", "password"),
    [("team/app", "repository"), ("team/other", "namespace"), ("else/app", "host")],
)
def test_the_most_specific_entry_decides(home: Home, path: str, password: str) -> None:
    auths = {HOST: entry("host"), f"{HOST}/team": entry("namespace"), f"{HOST}/team/app": entry("repository")}
    home.write(".docker/config.json", {"auths": auths})
    assert home.password(path=path) == password


@pytest.mark.parametrize("key", [f"https://{HOST}", f"https://{HOST}/v1/", f"http://{HOST}/v2/"])
def test_an_old_key_is_a_url(home: Home, key: str) -> None:
    home.write(".docker/config.json", {"auths": {key: entry("old")}})
    assert home.password() == "old"


@pytest.mark.parametrize("host", ["docker.io", "index.docker.io", "registry-1.docker.io"])
def test_docker_hub_has_one_entry_under_many_names(home: Home, host: str) -> None:
    decoy = {f"{DOCKER_HUB_KEY}access-token": entry("another kind of secret")}
    home.write(".docker/config.json", {"auths": decoy | {DOCKER_HUB_KEY: entry("hub")}})
    assert home.password(host, "library/app") == "hub"


@pytest.mark.parametrize("other", [f"{HOST}.evil.example", f"evil-{HOST}", "example", f"{HOST}:5000"])
def test_an_entry_is_for_no_other_host(home: Home, other: str) -> None:
    home.write(".docker/config.json", {"auths": {HOST: entry("secret"), f"https://{HOST}/v1/": entry("secret")}})
    assert home.find(other) is None


def test_the_order_of_places(home: Home) -> None:
    """Each place is taken away once it has decided."""
    home.environment["DOCKER_AUTH_CONFIG"] = json.dumps({"auths": {HOST: entry("inline")}})
    home.environment["REGISTRY_AUTH_FILE"] = str(home.write("registry.json", {"auths": {HOST: entry("file")}}))
    home.write(".docker/config.json", {"auths": {HOST: entry("docker")}})
    home.write("run/containers/auth.json", {"auths": {HOST: entry("runtime")}})
    home.write(".config/containers/auth.json", {"auths": {HOST: entry("podman")}})
    home.write(".dockercfg", {HOST: entry("old")})
    home.environment |= {"ATTEST_REGISTRY_USERNAME": "jane", "ATTEST_REGISTRY_PASSWORD": "environment"}
    decided = []
    for variable in ("ATTEST_REGISTRY_USERNAME", "DOCKER_AUTH_CONFIG", "REGISTRY_AUTH_FILE"):
        decided.append(home.password())
        del home.environment[variable]
    for name in (".docker/config.json", "run/containers/auth.json", ".config/containers/auth.json", ".dockercfg"):
        decided.append(home.password())
        (home.path / name).unlink()
    assert decided == ["environment", "inline", "file", "docker", "runtime", "podman", "old"]
    assert home.find() is None


def test_a_file_that_is_named_ends_the_search(home: Home) -> None:
    home.write(".docker/config.json", {"auths": {HOST: entry("docker")}})
    other = home.write("other.json", {"auths": {}})
    assert home.find(authfile=str(other)) is None


@pytest.mark.parametrize("content", [None, "not JSON", "[]"])
def test_a_file_that_is_named_has_to_be_readable(home: Home, content: str | None) -> None:
    path = home.write("named.json", content) if content is not None else home.path / "absent.json"
    with pytest.raises(InvalidConfigError, match=r"cannot be read"):
        home.find(authfile=str(path))


def test_a_file_that_is_damaged_is_passed_over(home: Home) -> None:
    home.write(".docker/config.json", '{"auths": ')
    home.write(".dockercfg", {HOST: entry("old")})
    assert home.password() == "old"


@pytest.mark.parametrize("auth", ["%%%", "/w==", "bm9jb2xvbg==", ""])
def test_an_entry_that_is_no_secret_gives_no_password(home: Home, auth: str) -> None:
    home.write(".docker/config.json", {"auths": {HOST: {"auth": auth}}})
    assert not home.password()


def test_tokens_are_told_apart(home: Home) -> None:
    home.write(".docker/config.json", {"auths": {HOST: {"identitytoken": "i"}, "r.example": {"registrytoken": "r"}}})
    identity, registry = home.find(), home.find("r.example")
    assert identity is not None
    assert registry is not None
    assert (identity.identity_token, registry.registry_token) == ("i", "r")


def test_a_job_token_is_for_the_registry_of_its_pipeline(home: Home) -> None:
    home.environment |= {"CI_REGISTRY": HOST, "CI_REGISTRY_USER": "ci", "CI_JOB_TOKEN": "job"}
    assert home.password() == "job"
    assert home.find("another.example") is None


def test_a_helper_is_asked_for_the_server_without_a_newline(home: Home) -> None:
    home.helper("store", 'printf \'{"Username": "jane", "Secret": "[%s]"}\' "$(od -An -c | tr -d " ")"')
    home.write(".docker/config.json", {"credsStore": "store"})
    assert home.password("r.io") == "[r.io]"


def test_the_helper_of_a_host_decides_over_the_general_one(home: Home) -> None:
    home.helper("own", 'echo \'{"Username": "jane", "Secret": "own"}\'')
    home.helper("store", 'echo \'{"Username": "jane", "Secret": "general"}\'')
    home.write(".docker/config.json", {"credsStore": "store", "credHelpers": {HOST: "own"}})
    assert home.password() == "own"
    assert home.password("another.example") == "general"


def test_a_helper_may_give_an_identity_token(home: Home) -> None:
    home.helper("store", 'echo \'{"Username": "<token>", "Secret": "identity"}\'')
    home.write(".docker/config.json", {"credsStore": "store"})
    found = home.find()
    assert found is not None
    assert (found.identity_token, found.username) == ("identity", "")


def test_a_helper_that_knows_nothing_leaves_it_to_the_file(home: Home) -> None:
    home.helper("store", "echo credentials not found in native keychain; exit 1")
    home.write(".docker/config.json", {"credsStore": "store", "auths": {HOST: entry("file")}})
    assert home.password() == "file"


@pytest.mark.parametrize("script", ["echo s3cr3t; exit 1", "echo no credentials server URL; exit 1"])
def test_a_helper_that_fails_is_named_without_what_it_said(home: Home, script: str) -> None:
    home.helper("store", script)
    home.write(".docker/config.json", {"credsStore": "store"})
    with pytest.raises(AccessDeniedError, match="docker-credential-store: failed") as caught:
        home.find()
    assert caught.value.code == "ATT-AUTH-004"
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("name", ["../../bin/sh", "a/b", "..", "a b", "a;b", "missing"])
def test_a_helper_that_is_no_plain_program_is_not_run(home: Home, name: str) -> None:
    home.write(".docker/config.json", {"credsStore": name})
    with pytest.raises(AccessDeniedError) as caught:
        home.find()
    assert caught.value.code == "ATT-AUTH-004"


def test_no_secret_is_in_a_repr() -> None:
    found = Credentials(username="jane", password="s3cr3t", identity_token="s3cr3t", registry_token="s3cr3t")  # noqa: S106 - it is nobody's
    access = Access(username="jane", password="s3cr3t", token="s3cr3t")  # noqa: S106 - it is nobody's
    assert "s3cr3t" not in f"{found!r} {found} {access!r} {access}"


@pytest.mark.parametrize("host", ["dhi.io", "registry.scout.docker.com"])
def test_dockers_registries_of_hardened_images_know_the_accounts_of_docker_hub(home: Home, host: str) -> None:
    home.write(".docker/config.json", {"auths": {DOCKER_HUB_KEY: entry("hub")}})
    assert home.password(host) == "hub"
    home.write(".docker/config.json", {"auths": {DOCKER_HUB_KEY: entry("hub"), host: entry("own")}})
    assert home.password(host) == "own"


def test_what_is_given_by_hand_is_for_the_registry_that_is_named(home: Home) -> None:
    home.environment |= {"ATTEST_REGISTRY_TOKEN": "secret"}
    assert home.find() is not None
    assert home.find(gives_credentials=False) is None
    assert home.find(username="jane", gives_credentials=False) is None
