"""Tars whose headers lie: each is refused in one line and at once, never read as if it held less."""

import gzip
import io
import tarfile
import time
from pathlib import Path

import pytest

from attest.errors import AttestError, MalformedDocumentError
from attest.sources import Access, open_source
from attest.sources.files import Tar
from attest.sources.tar import is_tar
from tests.command import LAYOUTS, attest

END = b"\0" * 1024


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, *, size_field: bytes | None = None) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    if size_field is not None:
        block[124:136] = size_field
    return sealed(block)


def sealed(block: bytearray) -> bytes:
    """Give a header the checksum it should have."""
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % tarfile.BLOCKSIZE)


def records(**values: str) -> bytes:
    """Make a pax header."""
    content = b""
    for key, value in values.items():
        rest = f" {key.replace('__', '.')}={value}\n".encode()
        length = next(each for each in range(len(rest), len(rest) + 9) if len(str(each)) + len(rest) == each)
        content += str(length).encode() + rest
    return header("records", len(content), tarfile.XHDTYPE) + padded(content)


def sparse(*, is_extended: bool) -> bytes:
    block = bytearray(header("sparse", 0, tarfile.GNUTYPE_SPARSE))
    block[482] = is_extended
    return sealed(block)


LAYOUT = header("oci-layout", 2) + padded(b"{}")
HUGE = b"%011o\0" % (7 * 1024**3)
PAX_SPARSE = records(GNU__sparse__major="1", GNU__sparse__minor="0", GNU__sparse__name="x", GNU__sparse__realsize="9")

HOSTILE = {
    "a size below zero": LAYOUT + header("a", size_field=b"\xff" * 10 + b"\xfe\x00") + END,
    "a record with a size below zero": LAYOUT + records(size="-1536") + header("a") + END,
    "a name of 7 GiB": LAYOUT + header("long", kind=tarfile.GNUTYPE_LONGNAME, size_field=HUGE),
    "records of 7 GiB": LAYOUT + header("records", kind=tarfile.XHDTYPE, size_field=HUGE),
    "records of 7 GiB at once": header("records", kind=tarfile.XHDTYPE, size_field=HUGE),
    "records about records": LAYOUT + records(comment="x") * 3000 + header("a") + END,
    "a sparse file cut short": LAYOUT + sparse(is_extended=True),
    "a sparse file": LAYOUT + sparse(is_extended=False) + END,
    "a sparse file without its map": LAYOUT + PAX_SPARSE + header("x", 512) + b"9\n1" + b"1" * 509,
    "a sparse file whose size is no number": LAYOUT + records(GNU__sparse__size="x") + header("a") + END,
    "no header where one should be": LAYOUT + b"x" * tarfile.BLOCKSIZE + header("b") + END,
    "an end within a header": LAYOUT + header("b")[:100],
    "no end": LAYOUT,
    "an end within a file": LAYOUT + header("b", 2048) + b"{" + b" " * 600,
}


def written(path: Path, content: bytes, *, is_gzip: bool) -> Path:
    path.write_bytes(gzip.compress(content) if is_gzip else content)
    return path


@pytest.mark.parametrize("is_gzip", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("fault", HOSTILE)
def test_a_header_that_lies_is_refused_at_once(tmp_path: Path, fault: str, *, is_gzip: bool) -> None:
    archive = written(tmp_path / "x.tar", HOSTILE[fault], is_gzip=is_gzip)
    begin = time.monotonic()
    with pytest.raises(MalformedDocumentError) as caught:
        Tar(archive)
    assert time.monotonic() - begin < 1
    assert (caught.value.exit_code, "\n" in caught.value.message) == (6, False)


def test_a_name_of_many_gigabytes_is_never_read(tmp_path: Path) -> None:
    archive = written(tmp_path / "x.tar", HOSTILE["a name of 7 GiB"], is_gzip=False)
    with archive.open("r+b") as file:
        file.truncate(8 * 1024**3)
    result = attest("inspect", f"oci-archive:{archive}")
    assert (result.returncode, "name or record" in result.stderr, len(result.stderr.splitlines())) == (6, True, 1)


def test_what_stands_behind_a_damaged_header_is_not_taken_for_absent(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(LAYOUTS / "buildkit-edge-min-legacy" / "index.json", "index.json")
        archive.add(LAYOUTS / "buildkit-edge-min-legacy" / "blobs", "blobs")
    content = bytearray(packed.getvalue())
    last = content.rindex(b"ustar")
    content[last : last + 5] = b"USTAR"
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(MalformedDocumentError, match="the archive is damaged"):
        open_source(f"oci-archive:{tmp_path / 'x.tar'}", Access())


@pytest.mark.parametrize("second", ["index.json", "./index.json"])
def test_an_index_that_is_there_twice_is_refused(tmp_path: Path, second: str) -> None:
    content = b"".join(header(name, 2) + padded(b"{}") for name in ("index.json", second)) + END
    with pytest.raises(MalformedDocumentError, match=r"holds index\.json twice"):
        Tar(written(tmp_path / "x.tar", content, is_gzip=False))


@pytest.mark.parametrize("is_gzip", [False, True], ids=["plain", "gzip"])
def test_of_a_blob_that_is_there_twice_the_first_counts(tmp_path: Path, *, is_gzip: bool) -> None:
    content = b"".join(header("blobs/sha256/ab", 3) + padded(each) for each in (b"one", b"two")) + END
    assert Tar(written(tmp_path / "x.tar", content, is_gzip=is_gzip)).read("blobs/sha256/ab", 9) == b"one"


def test_documents_of_a_compressed_archive_take_no_further_pass(tmp_path: Path) -> None:
    document = b"{" + b" " * 5_000_000
    content = header("blobs/sha256/ab", len(document)) + padded(document) + END
    archive = written(tmp_path / "x.tar", content, is_gzip=True)
    files = Tar(archive)
    archive.unlink()
    assert files.read("blobs/sha256/ab", 10_000_000) == document
    assert list(files.objects()) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HOSTILE["records of 7 GiB at once"], False),
        (LAYOUT + END, True),
        (gzip.compress(LAYOUT), True),
        (b"\x28\xb5\x2f\xfd" + b"\0" * 600, False),
        (gzip.compress(b"{}"), False),
        (gzip.compress(LAYOUT)[:20], False),
        (b"{" * 600, False),
        (b"", False),
        (END, False),
    ],
)
def test_a_tar_is_told_by_its_first_header(tmp_path: Path, content: bytes, *, expected: bool) -> None:
    (tmp_path / "x").write_bytes(content)
    assert is_tar(tmp_path / "x") is expected


def test_how_an_archive_may_be_compressed_is_said(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar.xz", "w:xz") as archive:
        archive.add(LAYOUTS / "buildkit-edge-min-legacy", ".")
    with pytest.raises(AttestError) as caught:
        open_source(f"oci-archive:{tmp_path / 'x.tar.xz'}", Access())
    assert (caught.value.exit_code, "gzip or zstd" in (caught.value.hint or "")) == (6, True)
