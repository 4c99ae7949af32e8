"""A skip is visible, and CI fails on one that it does not expect."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CONFTEST: Final = Path(__file__).with_name("conftest.py")

SKIPPING_TEST: Final = """
import pytest

def test_needs_a_browser():
    pytest.skip("no browser here")
"""
SKIPPING_MODULE: Final = """
import pytest

pytest.skip("no browser here", allow_module_level=True)
"""


def _run_tests(folder: Path, module: str, expected_skips: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_bytes(CONFTEST.read_bytes())
    (folder / "expected_skips.txt").write_text(expected_skips)
    (folder / "test_browser.py").write_text(module)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", folder],
        cwd=folder,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", [SKIPPING_TEST, SKIPPING_MODULE], ids=["test", "module"])
def test_unexpected_skip_fails_in_ci(module: str, tmp_path: Path) -> None:
    run = _run_tests(tmp_path, module, expected_skips="# none", ci="true")
    assert run.returncode != 0
    assert "does not list the reason: no browser here" in run.stdout


@pytest.mark.parametrize("expected", ["no browser here", "no browser*"])
def test_expected_skip_passes_in_ci(expected: str, tmp_path: Path) -> None:
    run = _run_tests(tmp_path, SKIPPING_TEST, expected_skips=expected, ci="true")
    assert run.returncode == 0
    assert "1 skipped" in run.stdout


def test_any_skip_passes_elsewhere(tmp_path: Path) -> None:
    run = _run_tests(tmp_path, SKIPPING_TEST, expected_skips="# none", ci="")
    assert run.returncode == 0
    assert "1 skipped" in run.stdout
