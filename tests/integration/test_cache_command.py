"""`attest cache`, and where the cache is."""

import re
from pathlib import Path

import pytest

from tests.command import LAYOUTS, attest
from tests.registry_simulator import RegistrySimulator

LEDGER = LAYOUTS / "buildkit-ledger-3.2.0"


def fill(registry: RegistrySimulator, folder: Path) -> None:
    assert attest("inspect", registry.load(LEDGER), "--cache-dir", str(folder)).returncode == 0


@pytest.mark.parametrize(
    ("words", "files"),
    [
        pytest.param(("clear",), 0, id="clear"),
        pytest.param(("prune", "--max-size", "0"), 0, id="to nothing"),
        pytest.param(("prune", "--older-than", "1d"), None, id="nothing is that old"),
        pytest.param(("prune",), None, id="nothing is too much"),
    ],
)
def test_the_cache_is_shrunk_and_emptied(
    registry: RegistrySimulator, tmp_path: Path, words: tuple[str, ...], files: int | None
) -> None:
    fill(registry, tmp_path)
    before = len([path for path in tmp_path.rglob("*") if path.is_file()])
    result = attest("cache", *words, env={"ATTEST_CACHE_DIR": str(tmp_path)})
    left = len([path for path in tmp_path.rglob("*") if path.is_file()])
    assert result.returncode == 0
    assert left == (before if files is None else files)
    assert result.stdout.startswith(f"removed {before - left} files, ")
    assert f"; {left} files, " in result.stdout


def test_info_tells_what_is_kept_where(registry: RegistrySimulator, tmp_path: Path) -> None:
    fill(registry, tmp_path)
    told = dict(
        line.split(None, 1) for line in attest("cache", "info", "--cache-dir", str(tmp_path)).stdout.splitlines()
    )
    assert told["folder"] == str(tmp_path)
    assert re.fullmatch(r"\d+ files, \d+\.\d [KM]iB", told["content"])
    assert told["limit"].startswith("512.0 MiB")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(("shrink",), "ATT-USE-001", id="unknown action"),
        pytest.param(("clear", "--older-than", "1d"), "ATT-USE-002", id="option of another action"),
        pytest.param(("prune", "--older-than", "soon"), "ATT-USE-001", id="no time"),
        pytest.param(("prune", "--max-size", "much"), "ATT-USE-001", id="no size"),
        pytest.param(("info", "-f", "json"), "ATT-OUT-002", id="a format it has not"),
        pytest.param(("info", "--no-cache"), "ATT-USE-001", id="no cache"),
        pytest.param(("clear", "--cache-dir", "/dev/null"), "ATT-CFG-001", id="no folder"),
    ],
)
def test_what_cannot_be_done_with_a_cache_is_exit_2(words: tuple[str, ...], code: str, tmp_path: Path) -> None:
    result = attest("cache", *words, env={"ATTEST_CACHE_DIR": str(tmp_path)})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error[{code}]: ")


def test_without_a_home_there_is_no_cache_and_no_complaint(registry: RegistrySimulator) -> None:
    result = attest("inspect", registry.load(LEDGER))
    assert (result.returncode, result.stderr) == (0, "")
    assert not Path("/nonexistent").exists()


def test_a_cache_that_would_lie_wherever_one_stands_is_none(registry: RegistrySimulator, tmp_path: Path) -> None:
    result = attest("inspect", registry.load(LEDGER), cwd=tmp_path, env={"XDG_CACHE_HOME": "caches"})
    assert result.returncode == 0
    assert not list(tmp_path.iterdir())


def test_the_cache_is_where_the_system_keeps_caches(registry: RegistrySimulator, tmp_path: Path) -> None:
    result = attest("inspect", registry.load(LEDGER), env={"XDG_CACHE_HOME": str(tmp_path / "caches")})
    assert result.returncode == 0
    assert (tmp_path / "caches" / "attest" / "blobs").is_dir()
