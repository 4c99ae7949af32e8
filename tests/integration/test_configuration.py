import json
from pathlib import Path
from typing import Any

import pytest

from attest.cli.configuration import Configuration, configuration
from attest.errors import InvalidConfigError
from tests.command import attest, layout
from tests.registry_simulator import RegistrySimulator

LEDGER = layout("buildkit-ledger-3.2.0")
EDGE = layout("buildkit-edge-min-legacy")


class Place:
    """A project in a repository, and a home."""

    def __init__(self, folder: Path) -> None:
        self.home, self.project = folder / "home", folder / "project"
        self.below = self.project / "a" / "b"
        for each in (self.home / "attest", self.below, self.project / ".git"):
            each.mkdir(parents=True)

    def user(self, text: str) -> Path:
        """Write the user's file."""
        path = self.home / "attest" / "attest.toml"
        path.write_text(text)
        return path

    def own(self, text: str, name: str = "attest.toml") -> Path:
        """Write the project's file."""
        path = self.project / name
        path.write_text(text)
        return path

    def read(self, *words: str) -> Configuration:
        """Read what holds deep inside the project."""
        return configuration(words, {"XDG_CONFIG_HOME": str(self.home)}, self.below)

    def run(self, *words: str, **env: str) -> Any:
        """Run a command deep inside the project."""
        return attest(*words, cwd=self.below, env={"XDG_CONFIG_HOME": str(self.home), **env})


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def platforms(result: Any) -> list[str]:
    return [each["platform"] for each in json.loads(result.stdout)["targets"][0]["platforms"]]


def test_a_file_gives_an_option_its_default(place: Place) -> None:
    place.own('platform = ["linux/arm64"]')
    assert platforms(place.run("inspect", LEDGER, "-f", "json")) == ["linux/arm64"]


def test_a_flag_wins_over_the_environment_and_both_over_a_file(place: Place) -> None:
    place.own('platform = ["linux/riscv64"]')
    chosen = place.run("inspect", LEDGER, "-f", "json", ATTEST_PLATFORM="linux/arm64")
    assert platforms(chosen) == ["linux/arm64"]
    flag = place.run("inspect", LEDGER, "-f", "json", "--platform", "linux/amd64", ATTEST_PLATFORM="linux/arm64")
    assert platforms(flag) == ["linux/amd64"]


def test_the_project_wins_over_the_user_key_by_key(place: Place) -> None:
    place.user('jobs = 3\ncolor = "never"\nplatform = ["linux/amd64"]\n[cache]\nmax_size = "1MiB"')
    place.own('jobs = 5\nplatform = ["host"]\n[cache]\ndir = "kept"')
    said = place.read().said
    assert (said.jobs, said.color, said.platform, said.cache.max_size) == (5, "never", ("host",), "1MiB")
    assert said.cache.dir == str(place.project.resolve() / "kept")


def test_of_two_files_in_a_folder_attest_toml_counts_and_the_nearest_folder_decides(place: Place) -> None:
    place.own("[tool.attest]\njobs = 1", "pyproject.toml")
    assert place.read().said.jobs == 1
    place.own("jobs = 2")
    assert place.read().said.jobs == 2
    (place.project / "a" / "attest.toml").write_text("jobs = 3")
    assert place.read().said.jobs == 3


def test_nothing_above_the_repository_is_read(place: Place) -> None:
    (place.project.parent / "attest.toml").write_text("jobs = 9")
    assert place.read().said.jobs is None


def test_outside_a_repository_only_the_folder_itself_counts(tmp_path: Path) -> None:
    (tmp_path / "attest.toml").write_text("jobs = 9")
    (tmp_path / "below").mkdir()
    assert configuration((), {"HOME": "/nonexistent"}, tmp_path / "below").said.jobs is None
    assert configuration((), {"HOME": "/nonexistent"}, tmp_path).said.jobs == 9


def test_a_file_that_is_named_is_the_only_one(place: Place, tmp_path: Path) -> None:
    place.own("jobs = 2")
    place.user('color = "never"')
    (tmp_path / "other.toml").write_text("timeout = 4.5")
    for words in (("--config", str(tmp_path / "other.toml")), (f"--config={tmp_path / 'other.toml'}",)):
        said = place.read(*words).said
        assert (said.jobs, said.color, said.timeout) == (None, None, 4.5)
    assert place.read("--no-config").said.jobs is None
    assert place.read("--", "--no-config").said.jobs == 2


@pytest.mark.parametrize(
    "text",
    [
        '[registry."r.example.com"]\nplain_http = true',
        '[registry."r.example.com"]\nca_file = "ca.pem"',
        '[registry."r.example.com"]\nmirror = "m.example.com"',
        '[external_referrers]\n"docker.io/*" = "evil.example.com/*"',
        'policy = "oci://evil.example.com/policy@sha256:00"',
        'policy = "../../policy.toml"',
        'policy = "/etc/passwd"',
        '[cache]\ndir = "~/elsewhere"',
        '[report]\noutputs = ["html=../../../x.html"]',
        '[report]\noutputs = ["ok.html", "/tmp/x.html"]',
        '[report]\noutputs = ["json=../project/.git/config"]',
        '[report]\noutputs = ["a/.GIT/hooks/pre-commit.json"]',
        '[cache]\ndir = ".git"',
    ],
)
def test_a_project_decides_neither_where_requests_go_nor_what_lies_outside_of_it(place: Place, text: str) -> None:
    path = place.own(text)
    result = place.run("inspect", LEDGER)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error[ATT-CFG-003]: {path}: ")
    assert "--trust-project" in result.stderr
    assert place.read("--trust-project") != Configuration()
    path.unlink()
    place.user(text)
    assert place.read() != Configuration()


def test_a_link_leads_nowhere_else(place: Place, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("")
    (place.project / "policy.toml").symlink_to(tmp_path / "outside.toml")
    place.own('policy = "policy.toml"')
    with pytest.raises(InvalidConfigError, match=r"policy = policy\.toml is not for a project's file"):
        place.read()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("job = 3", "ATT-CFG-002", "job is not a setting"),
        ("[cache]\nsize = 3", "ATT-CFG-002", "cache.size is not a setting"),
        ('[registry."a.example"]\nmirrors = "x"', "ATT-CFG-002", "registry.a.example.mirrors is not a setting"),
        ('jobs = "many"', "ATT-CFG-001", "jobs: expected `int | null`, got `str`"),
        ("jobs = [", "ATT-CFG-001", "not TOML"),
        ('policy = "~nobody-of-this-name/x"', "ATT-CFG-001", "is no path"),
        ('policy = "a\\u0000b"', "ATT-CFG-001", "is no path"),
        ('[cache]\ndir = "a\\u0000b"', "ATT-CFG-001", "is no path"),
        ('color = "blue"', "ATT-CFG-001", "color: invalid enum value 'blue'"),
        ("cache = 3", "ATT-CFG-001", "cache: expected `object`, got `int`"),
        ("x = " + "[" * 5000, "ATT-CFG-001", "nested too deep|not TOML"),
        ("#" * 1_100_000, "ATT-CFG-001", "larger than 1 MiB"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(place: Place, text: str, code: str, message: str) -> None:
    path = place.own(text)
    with pytest.raises(InvalidConfigError, match=message) as raised:
        place.read()
    assert raised.value.code == code
    assert str(path) in raised.value.message


def test_a_near_miss_is_suggested(place: Place) -> None:
    place.own("job = 3")
    result = place.run("inspect", LEDGER)
    assert (result.returncode, "did you mean jobs?" in result.stderr) == (2, True)


def test_a_file_that_is_named_must_be_there(place: Place) -> None:
    result = place.run("inspect", LEDGER, "--config", "nowhere.toml")
    assert (result.returncode, "nowhere.toml: no such file" in result.stderr) == (2, True)


def test_help_needs_no_configuration(place: Place) -> None:
    place.own("jobs = [")
    assert place.run("inspect", "--help").returncode == 0
    assert place.run("schema", "report").returncode == 0


def test_a_policy_of_the_project_is_found_from_anywhere_in_it(place: Place) -> None:
    (place.project / "policy.toml").write_text('[licenses]\ndeny = ["AGPL-3.0-only"]\n')
    place.own('policy = "policy.toml"')
    result = place.run("check", LEDGER, "-f", "json")
    assert json.loads(result.stdout)["run"]["policy"]["source"] == str(place.project.resolve() / "policy.toml")


def test_report_writes_what_the_project_keeps(place: Place) -> None:
    place.own('[report]\noutputs = ["out/image.html", "json=out/image.txt"]')
    assert place.run("report", EDGE).returncode == 0
    assert (place.project / "out" / "image.html").read_text().startswith("<!doctype html>")
    assert json.loads((place.project / "out" / "image.txt").read_text())["schema"] == "attest.report/1.0"


def test_which_statement_of_a_license_counts_is_a_setting(place: Place) -> None:
    place.own('[licenses]\nsource = ["concluded"]')
    report = json.loads(place.run("packages", LEDGER, "-f", "json").stdout)
    assert report["run"]["options"]["license_source"] == ["concluded"]
    assert {each["license"]["source"] for each in report["targets"][0]["packages"]} == {None}


def test_a_registry_is_reached_as_the_users_file_says(place: Place, registry: RegistrySimulator) -> None:
    registry.load(Path(LEDGER.removeprefix("oci:")))
    place.user(f'[registry."registry.example.com"]\nmirror = "{registry.host}"')
    result = place.run("inspect", "registry.example.com/app:3.2.0", "--no-cache")
    assert (result.returncode, "linux/arm64" in result.stdout) == (0, True)


@pytest.mark.parametrize("words", [("--config",), ("--settings",), ("--config", "--json")])
def test_doctor_tells_each_setting_and_who_says_so(place: Place, words: tuple[str, ...]) -> None:
    path = place.own('jobs = 5\n[cache]\ndir = "kept"')
    result = place.run("doctor", *words, "--retries", "1", ATTEST_TIMEOUT="7", ATTEST_MAX_LAYERS="9")
    assert result.returncode == 0
    if "--json" in words:
        rows = {(each["name"], each["value"], each["source"]) for each in json.loads(result.stdout)}
    else:
        rows = {tuple(line.split()[:3]) for line in result.stdout.splitlines()}
    expected = {
        ("jobs", "5", str(path)),
        ("cache_dir", str(place.project.resolve() / "kept"), str(path)),
        ("retries", "1", "--retries"),
        ("timeout", "7.0", "ATTEST_TIMEOUT"),
        ("ATTEST_MAX_LAYERS", "9", "environment"),
        ("offline", "no", "default"),
    }
    assert expected <= rows


@pytest.mark.parametrize(
    "text", ["jobs = 0", "jobs = -1", "timeout = nan", "timeout = inf", "timeout = 0", "timeout = -3"]
)
def test_a_number_that_means_nothing_is_refused(place: Place, text: str) -> None:
    place.own(text)
    result = place.run("inspect", LEDGER)
    assert (result.returncode, result.stderr.count("\n")) == (2, 2), result.stderr
