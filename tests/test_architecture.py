"""The shape that ARCHITECTURE.md promises, held where no linter holds it."""

import ast
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

import attest
from attest.extension import ExtensionPoint

ROOT: Final = Path(__file__).resolve().parents[1]

MAX_MODULE_LINES: Final = 400
MAX_FUNCTION_LINES: Final = 40
MAX_NESTED_BLOCKS: Final = 3

# Each takes longer to import than `attest --version` may take in all.
HEAVY: Final = {"httpx", "jinja2", "rich", "cyclonedx", "spdx_tools", "cryptography"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
# `ruff` counts nested blocks only in its preview rules.
BLOCKS: Final = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.TryStar,
    ast.With,
    ast.AsyncWith,
    ast.Match,
)


def _sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _functions(path: Path) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, Function):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def _run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# --- Layers ---------------------------------------------------------------------------------------------


def test_imports_run_one_way() -> None:
    checked = _run("-c", "from importlinter.cli import lint_imports_command as run; run()", COLUMNS="200")
    assert checked.returncode == 0, checked.stdout


# --- Size and form --------------------------------------------------------------------------------------


def test_no_module_is_long() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _sources("attest", "tests")}
    assert {path: count for path, count in lines.items() if count > MAX_MODULE_LINES} == {}


def test_no_function_is_long() -> None:
    functions = (each for path in _sources("attest", "tests") for each in _functions(path))
    lines = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions}
    assert {name: count for name, count in lines.items() if count > MAX_FUNCTION_LINES} == {}


def test_no_function_nests_deeply() -> None:
    functions = (each for path in _sources("attest", "tests") for each in _functions(path))
    depths = {name: _depth(node.body) for name, node in functions}
    assert {name: depth for name, depth in depths.items() if depth > MAX_NESTED_BLOCKS} == {}


def _depth(body: Iterable[ast.AST]) -> int:
    """Return how many blocks stand inside each other; `elif` stands beside its `if`."""
    return max((_depth_of(node) for node in body), default=0)


def _depth_of(node: ast.AST) -> int:
    if isinstance(node, Function | ast.ClassDef | ast.Lambda):
        return 0
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        return max(1 + _depth(node.body), _depth_of(node.orelse[0]))
    return isinstance(node, BLOCKS) + _depth(ast.iter_child_nodes(node))


@pytest.mark.parametrize(
    ("code", "depth"),
    [
        pytest.param("x = 1", 0, id="no block"),
        pytest.param("for x in y:\n if x:\n  with x: pass", 3, id="three blocks"),
        pytest.param("if x: pass\nelif y: pass\nelif z: pass", 1, id="elif"),
        pytest.param("if x:\n def f():\n  if y: pass", 1, id="inner function"),
    ],
)
def test_nested_blocks_are_counted(code: str, depth: int) -> None:
    assert _depth(ast.parse(code).body) == depth


# --- Imports and start-up -------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["attest", "attest.cli.app", "attest.pipeline", "attest.policy", "attest.render"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    loaded = _run("-c", f"import {module}, json, sys; print(json.dumps(list(sys.modules)))")
    assert loaded.returncode == 0, loaded.stderr
    assert HEAVY & set(json.loads(loaded.stdout)) == set()


def test_version_needs_the_standard_library_alone() -> None:
    answered = _run("-S", "-X", "importtime", "-m", "attest", "--version")  # -S: no package is installed
    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.startswith("attest ")
    own = set(re.findall(r"\|\s+(attest[\w.]*)$", answered.stderr, re.MULTILINE))
    assert own <= {"attest", "attest.version"}


# --- Interchangeable parts ------------------------------------------------------------------------------


def _extension_points() -> dict[str, ExtensionPoint[Any]]:
    found: dict[str, ExtensionPoint[Any]] = {}
    for room in pkgutil.walk_packages(attest.__path__, "attest."):
        if room.ispkg:
            values = vars(importlib.import_module(room.name)).items()
            found |= {f"{room.name}.{name}": value for name, value in values if isinstance(value, ExtensionPoint)}
    return found


EXTENSION_POINTS: Final = _extension_points()


def test_there_are_extension_points() -> None:
    assert "attest.discovery.LOCATORS" in EXTENSION_POINTS


@pytest.mark.parametrize("point", sorted(EXTENSION_POINTS))
def test_registered_parts_resolve_under_their_names(point: str) -> None:
    parts = EXTENSION_POINTS[point]
    assert tuple(part.name for part in parts) == parts.names


@pytest.mark.parametrize("point", sorted(EXTENSION_POINTS))
def test_names_of_parts_are_unique(point: str) -> None:
    names = EXTENSION_POINTS[point].names
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("point", sorted(EXTENSION_POINTS))
def test_no_part_is_forgotten(point: str) -> None:
    room_name = point.rpartition(".")[0]
    # a room may keep its parts in two lists
    references = [
        each
        for name, found in EXTENSION_POINTS.items()
        if name.rpartition(".")[0] == room_name
        for each in found.references
    ]
    attributes = {reference.partition(":")[2] for reference in references}
    room = importlib.import_module(room_name)
    names = [each.name for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    parts = {f"{module.__name__}:{name}" for module in modules for name in attributes if _defines(module, name)}
    assert parts == set(references)


def _defines(module: ModuleType, name: str) -> bool:
    return re.search(rf"^{name}\b.*=", Path(module.__file__ or "").read_text(), re.MULTILINE) is not None


# --- What a user holds on to ----------------------------------------------------------------------------


def test_public_names_are_the_exported_ones() -> None:
    own = {name for name, value in vars(attest).items() if getattr(value, "__module__", "").startswith("attest.")}
    assert {name for name in own if not name.startswith("_")} <= set(attest.__all__)
    assert {"inspect", "evaluate", "render_report"} <= set(attest.__all__)


def test_every_exported_name_is_there() -> None:
    assert [name for name in attest.__all__ if not hasattr(attest, name)] == []


def test_no_module_hides_an_exported_name() -> None:
    for module in pkgutil.iter_modules(attest.__path__, "attest."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)  # which binds its name in the package
    assert [name for name in attest.__all__ if isinstance(getattr(attest, name), ModuleType)] == []


def test_readme_shows_the_help() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- help -->\n+```\w*\n(.*?)```", readme, re.DOTALL)
    assert block, "README.md has no fenced block after <!-- help -->"
    shown = block[1].removeprefix("$ attest --help\n")
    printed = _run("-m", "attest", "--help", COLUMNS="80", NO_COLOR="1").stdout
    assert _without_margins(shown) == _without_margins(printed)


def _without_margins(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def test_architecture_page_shows_the_rooms_that_exist() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^  (\w+(?:/|\.py))  ", page, re.MULTILINE))
    modules = pkgutil.iter_modules(attest.__path__)
    assert shown == {f"{each.name}/" if each.ispkg else f"{each.name}.py" for each in modules} | {"__init__.py"}


# --- Packaging ------------------------------------------------------------------------------------------


def test_wheel_holds_the_package_and_its_templates(tmp_path: Path) -> None:
    built = _run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == set(_shipped("attest", "attest")) | set(_shipped("templates", "attest/templates"))


def _shipped(folder: str, target: str) -> Iterator[str]:
    for path in (ROOT / folder).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{target}/{path.relative_to(ROOT / folder).as_posix()}"


# --- The tree speaks of itself alone --------------------------------------------------------------------

# Put together here, so that this file is no hit.
REGISTRY_HOSTS: Final = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("registry", "npmjs", "org"),
        ("index", "crates", "io"),
        ("static", "crates", "io"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
    )
)
MACHINE_PATH: Final = re.compile(r"(?<![\w.~}/-])/(?:work|tmp|home|root|Users)/\w")


def _texts() -> Iterator[tuple[str, str]]:
    """Yield the name and text of every file that git tracks, or would; fixtures hold what others wrote."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (not name.startswith("fixtures/") or name.startswith("fixtures/policies/")):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_no_file_names_a_package_registry() -> None:
    assert [(name, host) for name, text in _texts() for host in REGISTRY_HOSTS if host in text] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    sources = ((name, text) for name, text in _texts() if not name.startswith("tests/"))
    assert [(name, hit[0]) for name, text in sources for hit in MACHINE_PATH.finditer(text)] == []
