import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import attest
from attest.render.html import RENDERER
from attest.render.templates import fill, folder

TEMPLATES = sorted(Path(str(folder())).rglob("*.j2"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_switches_escaping_off(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|Markup|autoescape|filter\s+safe", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_style_or_script_of_its_own(path: Path) -> None:
    assert not re.search(r"\sstyle=|<script|\son\w+=|javascript:", path.read_text())


def test_there_are_templates() -> None:
    assert "report.html.j2" in [path.name for path in TEMPLATES]


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("html/report.html.j2", "html/report.css", title="x")


def test_the_renderer_is_known_by_its_endings() -> None:
    assert RENDERER.suffixes == (".html", ".htm")


def test_templates_are_found_in_a_zip(tmp_path: Path) -> None:
    package = Path(attest.__file__).parent
    archive = tmp_path / "attest.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in package.rglob("*.py"):
            zipped.write(path, Path("attest") / path.relative_to(package))
        for path in Path(str(folder())).rglob("*.*"):
            zipped.write(path, Path("attest/templates") / path.relative_to(str(folder())))
    code = "from attest.render.templates import folder; print(folder(), (folder() / 'html/report.css').is_file())"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.split() == [f"{archive}/attest/templates/", "True"]
