"""Runs the `attest` command as a user does: a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

LAYOUTS = Path(__file__).resolve().parent.parent / "fixtures" / "layouts"
POLICIES = LAYOUTS.parent / "policies"


def attest(
    *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `attest` with `words`, away from this machine's credentials; `env` adds variables."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ATTEST_", "DOCKER_", "REGISTRY_"))}
    clean |= {"HOME": "/nonexistent", "SOURCE_DATE_EPOCH": "1767225600", "PYTHONWARNINGS": "error"}
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "CI",
        "XDG_CACHE_HOME",
    ):
        clean.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "attest", *words],
        cwd=cwd,
        env=clean | (env or {}),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def layout(name: str) -> str:
    """Return the reference of a committed layout."""
    return f"oci:{LAYOUTS / name}"


def report_of(*words: str, exit_code: int = 0, env: dict[str, str] | None = None) -> Any:
    """Run `attest … -f json` and return the document it wrote."""
    result = attest(*words, "-f", "json", env=env)
    assert result.returncode == exit_code, result.stderr
    return json.loads(result.stdout)
