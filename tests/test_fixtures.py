"""Every fixture that was not made here has an entry, and is what its entry says."""

import gzip
import hashlib
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from fixtures.build import HERE, WHOLE, pack, packed_layouts, unpack

MAX_TOTAL_BYTES: Final = 40_000_000

# Written or generated for the tests.
OWN: Final = ("build.py", "golden/", "policies/", "SOURCES.")
# What `build.py` and Python leave behind, and git ignores.
IGNORED: Final = ("unpacked/", "__pycache__/")


def _entries(kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for sources in sorted(HERE.glob("SOURCES*.toml")):
        for entry in tomllib.loads(sources.read_text(encoding="utf-8")).get(kind, []):
            assert entry["path"] not in found, f"{entry['path']} has two entries"
            found[entry["path"]] = entry
    return found


def _tracked() -> dict[str, Path]:
    files = {path.relative_to(HERE).as_posix(): path for path in HERE.rglob("*") if path.is_file()}
    return {name: path for name, path in files.items() if not name.startswith(IGNORED)}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _contents(layout: Path) -> dict[str, bytes]:
    files = (path for path in layout.rglob("*") if path.is_file())
    return {path.relative_to(layout).as_posix(): path.read_bytes() for path in files}


def _content(blob: Path) -> bytes:
    return gzip.decompress(blob.read_bytes()) if blob.suffix == ".gz" else blob.read_bytes()


LAYOUTS: Final = _entries("layout")
FILES: Final = _entries("file")


def test_every_file_has_an_entry() -> None:
    folders = tuple(f"{path}/" for path in LAYOUTS)
    missing = [name for name in _tracked() if not name.startswith((*OWN, *folders)) and name not in FILES]
    assert missing == []


@pytest.mark.parametrize("entry", [*LAYOUTS.values(), *FILES.values()], ids=lambda entry: str(entry["path"]))
def test_entry_names_an_origin_and_a_license(entry: dict[str, Any]) -> None:
    assert entry["origin"]
    assert entry["license"]


def test_every_file_is_the_one_its_entry_names() -> None:
    wrong = [path for path, entry in FILES.items() if _sha256((HERE / path).read_bytes()) != entry["sha256"]]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(LAYOUTS))
def test_layout_is_the_one_its_entry_names(path: str) -> None:
    folder, entry = HERE / path, LAYOUTS[path]
    blobs = list((folder / "blobs" / "sha256").iterdir())
    assert _sha256((folder / "index.json").read_bytes()) == entry["index"]
    assert len(blobs) == entry["blobs"]
    assert [blob.name for blob in blobs if _sha256(_content(blob)) != blob.name.removesuffix(".gz")] == []


@pytest.mark.parametrize("path", sorted(LAYOUTS))
def test_layout_holds_nothing_else(path: str) -> None:
    folder = HERE / path
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    loose = {name for name in names if not name.startswith("blobs/sha256/")}
    assert loose - {"parent"} == {"index.json", "oci-layout"}


def test_fixtures_stay_small() -> None:
    assert sum(path.stat().st_size for path in _tracked().values()) < MAX_TOTAL_BYTES


@pytest.mark.parametrize("packed", packed_layouts(), ids=lambda packed: packed.name)
def test_packed_layout_is_made_whole(packed: Path, tmp_path: Path) -> None:
    blobs = list((unpack(packed, tmp_path) / "blobs" / "sha256").iterdir())
    shared = (WHOLE / (packed / "parent").read_text().strip() / "blobs" / "sha256").iterdir()
    assert {blob.name for blob in shared} < {blob.name for blob in blobs}
    assert [blob.name for blob in blobs if _sha256(blob.read_bytes()) != blob.name] == []


def test_packing_and_unpacking_keep_a_layout(tmp_path: Path) -> None:
    layout = WHOLE / "docker-hub-alpine-3.23.2"
    copy = unpack(pack(layout, target=tmp_path / "packed"), tmp_path / "unpacked")
    assert _contents(copy) == _contents(layout)


def test_tampered_packed_blob_is_refused(tmp_path: Path) -> None:
    packed = pack(WHOLE / "buildkit-edge-min-legacy", target=tmp_path / "packed")
    blob = next(path for path in (packed / "blobs" / "sha256").iterdir() if path.suffix != ".gz")
    blob.write_bytes(b"tampered")
    with pytest.raises(ValueError, match="another digest"):
        unpack(packed, tmp_path / "unpacked")
