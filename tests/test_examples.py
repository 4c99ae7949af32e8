"""The examples of CONTRIBUTING.md are parts that would work, by the word of the type checker."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CACHE: Final = ROOT / ".mypy_cache" / "examples"  # of its own, since `make lint` may run at the same time

PROTOCOLS: Final = {
    "FORMAT": "attest.formats.format:Format",
    "PREDICATE": "attest.predicates.predicate:Predicate",
    "LOCATOR": "attest.discovery.search:Locator",
    "SOURCE": "attest.sources.source:SourceKind",
    "RULE": "attest.policy.rule:Rule",
    "RENDERER": "attest.render.renderer:Renderer",
}


def _examples() -> dict[str, str]:
    """Return the code of each example by the path that the page gives it."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sections = page.split("\n### ")[1:]
    found = (re.search(r"`(attest/[\w/]+\.py)`.*?```python\n(.*?)```", each, re.DOTALL) for each in sections)
    return {match[1]: match[2] for match in found if match}


def _with_protocol(code: str) -> str:
    """Add a line that only a part of the right protocol passes."""
    attribute = re.search(r"^([A-Z]+): Final = \w+\(\)$", code, re.MULTILINE)
    if not attribute:
        return code
    module, _, protocol = PROTOCOLS[attribute[1]].partition(":")
    return f"{code}\nfrom {module} import {protocol} as _Protocol\n\n_part: _Protocol = {attribute[1]}\n"


def test_there_is_an_example_of_every_part() -> None:
    codes = _examples().values()
    assert [name for name in PROTOCOLS if not any(f"\n{name}: Final = " in code for code in codes)] == []
    assert any("common: Common" in code for code in codes), "a command"


def test_examples_fit_their_protocols(tmp_path: Path) -> None:
    folder = tmp_path / "contributed"
    folder.mkdir()
    for path, code in _examples().items():
        (folder / Path(path).name).write_text(_with_protocol(code), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--cache-dir", CACHE, *folder.iterdir()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode in (0, 1), checked.stderr
    # the cache remembers errors under the path they were first found in
    assert [line for line in checked.stdout.splitlines() if "/contributed/" in line] == []


def test_examples_name_parts_as_their_modules() -> None:
    named = {path: re.search(r'^    name = "(.*)"$', code, re.MULTILINE) for path, code in _examples().items()}
    wrong = [path for path, name in named.items() if name and name[1] != Path(path).stem.replace("_", "-")]
    assert wrong == []
