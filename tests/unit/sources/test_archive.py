"""Archives give what their layout gives, and nothing in one of them leads out of it."""

import gzip
import io
import sys
import tarfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from attest.errors import AttestError, MalformedDocumentError, NotFoundError
from attest.model.inspection import Inspection
from attest.pipeline import inspect
from attest.sources.files import Tar
from tests.command import LAYOUTS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NAMES = ["layouts/buildkit-edge-min-legacy", "layouts/github-slsa3-v2.1.0", "unpacked/cosign-tags-ledger"]


def packed(layout: Path, target: Path, mode: str = "w") -> Path:
    with tarfile.open(target, mode) as archive:  # type: ignore[call-overload]
        archive.add(layout, arcname=".")
    return target


def zstandard(archive: Path) -> Path:
    packed = archive.with_suffix(".tar.zst")
    packed.write_bytes(zstd.compress(archive.read_bytes()))
    return packed


def facts(inspection: Inspection) -> Inspection:
    return replace(inspection, ref="", resolved=replace(inspection.resolved, source=""))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_archive_gives_what_its_layout_gives(tmp_path: Path, name: str, mode: str) -> None:
    layout = LAYOUTS.parent / name
    archive = packed(layout, tmp_path / "image.tar", mode)
    local = inspect(f"oci:{layout}")
    for reference in (f"oci-archive:{archive}", f"docker-archive:{archive}", str(archive)):
        inspection = inspect(reference)
        assert facts(inspection) == facts(local)
        assert inspection.resolved.source == ("docker-archive" if reference.startswith("docker") else "oci-archive")


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Tar:
    with tarfile.open(path, "w") as archive:
        for member, content in members:
            member.size = len(content) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(content))
    return Tar(path)


@pytest.mark.parametrize("name", ["../index.json", "/index.json", "a/../../index.json"])
def test_a_member_outside_does_not_exist(tmp_path: Path, name: str) -> None:
    files = tar_of(tmp_path / "x.tar", (tarfile.TarInfo(name), b"{}"))
    assert files.read("index.json", 10) is None
    assert list(files.objects()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_file_does_not_exist(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("index.json")
    member.type, member.linkname = kind, "/etc/passwd"
    assert tar_of(tmp_path / "x.tar", (member, b"")).read("index.json", 10) is None


def test_a_damaged_archive_is_one_line(tmp_path: Path) -> None:
    archive = packed(LAYOUTS / "buildkit-edge-min-legacy", tmp_path / "image.tar", "w:gz")
    archive.write_bytes(archive.read_bytes()[:400])
    with pytest.raises(AttestError) as caught:
        inspect(f"oci-archive:{archive}")
    assert caught.value.exit_code in (3, 6)


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("no tar " * 200)
    with pytest.raises(MalformedDocumentError):
        inspect(f"oci-archive:{tmp_path / 'x.tar'}")


def test_an_archive_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        inspect(f"oci-archive:{tmp_path / 'none.tar'}")


def test_an_archive_that_expands_without_end_is_left(tmp_path: Path) -> None:
    member = tarfile.TarInfo("blobs/sha256/zeros")
    member.size = 1_000_000_000
    with gzip.open(tmp_path / "bomb.tar.gz", "wb", compresslevel=9) as stream:
        stream.write(member.tobuf())
        for _ in range(600):
            stream.write(b"\0" * 1_000_000)
    with pytest.raises(MalformedDocumentError):
        inspect(f"oci-archive:{tmp_path / 'bomb.tar.gz'}")


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_compressed_with_zstd_gives_what_its_layout_gives(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS.parent / name
    archive = zstandard(packed(layout, tmp_path / "image.tar"))
    for reference in (f"oci-archive:{archive}", str(archive)):
        assert facts(inspect(reference)) == facts(inspect(f"oci:{layout}"))


def test_a_damaged_archive_of_zstd_is_one_line(tmp_path: Path) -> None:
    archive = zstandard(packed(LAYOUTS / "buildkit-edge-min-legacy", tmp_path / "image.tar"))
    whole = archive.read_bytes()
    for content in (whole[:400], whole[:4] + b"\0" * 100, whole[:200] + b"\xff" * 200 + whole[400:]):
        archive.write_bytes(content)
        with pytest.raises(AttestError) as caught:
            inspect(f"oci-archive:{archive}")
        assert caught.value.exit_code in (3, 6)


def test_an_archive_of_zstd_that_expands_without_end_is_left(tmp_path: Path) -> None:
    member = tarfile.TarInfo("blobs/sha256/zeros")
    member.size = 1_000_000_000
    with zstd.open(tmp_path / "bomb.tar.zst", "wb") as stream:
        stream.write(member.tobuf())
        for _ in range(600):
            stream.write(b"\0" * 1_000_000)
    with pytest.raises(MalformedDocumentError):
        inspect(f"oci-archive:{tmp_path / 'bomb.tar.zst'}")
