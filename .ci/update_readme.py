"""Fill the README's examples with what the commands print now.

Usage: python .ci/update_readme.py
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = ROOT / "README.md"
_EXAMPLE: Final = re.compile(r"(<!-- (?:run: (?P<command>attest [^\n]*)|help) -->\n```console\n).*?(```)", re.DOTALL)
MAX_LINES: Final = 28


def filled(text: str) -> str:
    """Return the README with every example's output renewed."""
    return _EXAMPLE.sub(lambda match: match[1] + _output(match["command"] or "attest --help") + match[3], text)


def _output(command: str) -> str:
    shown = re.sub(r" --width \d+", "", command)
    result = subprocess.run(  # noqa: S603 - the README's own commands
        [sys.executable, "-m", *shlex.split(command)],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.rstrip() for line in result.stdout.rstrip().splitlines()]
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], "…"]
    end = [f"[exit {result.returncode}]"] if result.returncode else []
    return "\n".join([f"$ {shown}", *lines, *end]) + "\n"


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
