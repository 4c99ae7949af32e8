import inspect
import subprocess
import sys

import pytest

from attest.cli.app import COMMANDS, options_of
from tests.command import attest, layout

LEDGER = layout("buildkit-ledger-3.2.0")
EDGE = layout("buildkit-edge-min-legacy")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_starts_with_an_example_and_says_where_there_is_more(name: str) -> None:
    lines = [line.strip() for line in attest(name, "--help").stdout.splitlines() if line.strip()]
    assert lines[0].startswith(f"Usage: attest {name}")
    assert lines[1].startswith(f"attest {name}")
    assert "README" in " ".join(lines[-2:])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("schema", "completion")])
def test_every_command_takes_the_common_options(name: str) -> None:
    assert {"--format", "--output", "--platform", "--quiet", "--strict", "--offline"} <= set(options_of(name))


def test_no_secret_is_a_flag() -> None:
    names = {option for name in COMMANDS for option in options_of(name)}
    assert not {option for option in names if "password" in option or "secret" in option} - {"--password-stdin"}


def test_an_option_can_come_from_the_environment() -> None:
    result = attest("packages", LEDGER, env={"ATTEST_PLATFORM": "linux/amd64", "ATTEST_FORMAT": "json"})
    assert '"platforms": [\n        "linux/amd64"' in result.stdout


def test_a_flag_wins_over_the_environment() -> None:
    result = attest("inspect", EDGE, "-f", "text", env={"ATTEST_FORMAT": "json"})
    assert not result.stdout.startswith("{")


def test_a_reference_alone_is_inspected() -> None:
    assert attest(EDGE).stdout == attest("inspect", EDGE).stdout


def test_nothing_at_all_is_answered_with_help_and_exit_2() -> None:
    result = attest()
    assert result.returncode == 2
    assert "Usage: attest" in result.stdout


def test_no_color_without_a_terminal_and_color_on_demand() -> None:
    assert "\x1b[" not in attest("inspect", EDGE).stdout
    assert "\x1b[" in attest("check", EDGE, "--color", "always").stdout


def test_quiet_is_one_line() -> None:
    assert attest("check", EDGE, "-q").stdout.count("\n") == 1


def test_compact_json_leaves_the_packages_out() -> None:
    assert '"packages": null' in attest("packages", LEDGER, "-f", "json", "--json-compact").stdout


def test_strict_makes_a_problem_an_error() -> None:
    assert attest("inspect", EDGE, "--strict").returncode == 0


def test_the_version_needs_nothing_but_the_standard_library() -> None:
    code = """
import runpy, sys
sys.argv = ["attest", "--version"]
try:
    runpy.run_module("attest", run_name="__main__")
except SystemExit:
    print(sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)))
"""
    result = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = result.stdout.splitlines()[-1]
    assert "typer" not in loaded
    assert "msgspec" not in loaded


def test_the_version_can_be_told_at_length() -> None:
    assert "SPDX license list 3.28.0" in attest("--version", "-v").stdout


def test_every_command_is_a_function_that_returns_an_exit_code() -> None:
    assert {inspect.signature(function).return_annotation for function in COMMANDS.values()} == {int}
