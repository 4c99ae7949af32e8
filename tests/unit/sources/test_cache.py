"""What is kept on disk: never believed, bounded, and no reason for a failure."""

import os
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from attest.model.digest import Digest
from attest.sources.registry.cache import Cache

CONTENT = b"content"
DIGEST = Digest.of(CONTENT)


def path_of(folder: Path, content: bytes = CONTENT) -> Path:
    encoded = Digest.of(content).encoded
    return folder / "blobs" / "sha256" / encoded[:2] / encoded


def keep(cache: Cache, content: bytes, *, used: float) -> None:
    """Keep content that was last used a number of seconds ago."""
    cache.keep(Digest.of(content), content)
    os.utime(path_of(cache.folder, content), (time.time() - used,) * 2)


def test_content_is_kept_by_its_digest_for_the_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    Cache(folder).keep(DIGEST, CONTENT)
    file = path_of(folder)
    assert Cache(folder).content(DIGEST, len(CONTENT)) == CONTENT
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in file.parents[:4]} == {0o700}


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_every_algorithm_has_its_place(tmp_path: Path, algorithm: str) -> None:
    digest = Digest.of(CONTENT, algorithm)
    Cache(tmp_path).keep(digest, CONTENT)
    assert Cache(tmp_path).content(digest, len(CONTENT)) == CONTENT


def become_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(b"poison!"), id="poisoned"),
        pytest.param(lambda file: file.write_bytes(CONTENT[:3]), id="truncated"),
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(CONTENT + b"more"), id="too long"),
        pytest.param(lambda file: os.truncate(file, 10**12), id="a terabyte"),
        pytest.param(lambda file: (file.unlink(), file.symlink_to("/dev/zero")), id="link to a device"),
        pytest.param(lambda file: (file.unlink(), file.symlink_to(file.with_name("x"))), id="dangling link"),
        pytest.param(become_pipe, id="pipe"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="folder"),
    ],
)
def test_what_is_not_what_its_name_says_is_not_there(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    cache = Cache(tmp_path)
    cache.keep(DIGEST, CONTENT)
    damage(path_of(tmp_path))
    assert cache.content(DIGEST, len(CONTENT)) is None


def test_a_link_is_not_followed_even_to_the_right_content(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.keep(DIGEST, CONTENT)
    file = path_of(cache.folder)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert cache.content(DIGEST, len(CONTENT)) is None
    cache.keep(DIGEST, CONTENT)
    assert not file.is_symlink()
    assert cache.content(DIGEST, len(CONTENT)) == CONTENT


def test_damaged_content_is_dropped_and_kept_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep(DIGEST, CONTENT)
    path_of(tmp_path).write_bytes(b"poison!")
    assert cache.content(DIGEST, len(CONTENT)) is None
    assert not path_of(tmp_path).exists()
    cache.keep(DIGEST, CONTENT)
    assert cache.content(DIGEST, len(CONTENT)) == CONTENT


@pytest.mark.parametrize("position", [0, 40, -1])
def test_a_note_that_was_changed_is_no_note(tmp_path: Path, position: int) -> None:
    cache = Cache(tmp_path)
    cache.put("name", b"a note of some length")
    (file,) = (tmp_path / "notes").glob("*/*")
    written = bytearray(file.read_bytes())
    written[position] ^= 1
    file.write_bytes(written)
    assert cache.note("name") is None
    assert not file.exists()


def test_a_note_is_replaced_as_a_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for note in (b"first", b"second"):
        cache.put("name", note)
        assert cache.note("name") == note
    assert len(cache.files()) == 1


def foreign(folder: Path) -> Path:
    """Return a folder of another user."""
    if os.geteuid() != 0:
        return Path("/usr")
    os.chown(folder, 65534, 65534)
    return folder


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(foreign, "it belongs to another user", id="of another user"),
        pytest.param(lambda folder: (folder.chmod(0o777), folder)[1], "others may write to it", id="open to all"),
        pytest.param(lambda folder: (folder.chmod(0o770), folder)[1], "others may write to it", id="open to a group"),
        pytest.param(lambda folder: (folder.rmdir(), folder.write_bytes(b"x"), folder)[2], "not a folder", id="a file"),
    ],
)
def test_a_folder_that_cannot_be_relied_on_is_not_used(
    tmp_path: Path, spoil: Callable[[Path], Path], reason: str
) -> None:
    notes: list[str] = []
    folder = tmp_path / "cache"
    folder.mkdir()
    folder = spoil(folder)
    cache = Cache(folder, note=notes.append)
    cache.keep(DIGEST, CONTENT)
    assert cache.content(DIGEST, len(CONTENT)) is None
    assert not path_of(folder).exists()
    assert cache.clear() == []
    assert notes == [f"the cache in {folder} is not used ({reason})"]


def test_a_file_of_another_user_is_not_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep(DIGEST, CONTENT)
    if os.geteuid() == 0:
        os.chown(path_of(tmp_path), 65534, 65534)
        assert cache.content(DIGEST, len(CONTENT)) is None
    else:
        path_of(tmp_path).chmod(0)
        assert cache.content(DIGEST, len(CONTENT)) is None


def test_a_folder_that_cannot_be_made_is_said_once_and_fails_nothing() -> None:
    notes: list[str] = []
    cache = Cache(Path("/proc/nowhere/cache"), note=notes.append)
    for content in (b"one", b"two"):
        cache.keep(Digest.of(content), content)
    assert len(notes) == 1
    assert "not written to" in notes[0]


def test_the_longest_unused_goes_first_when_there_is_too_much(tmp_path: Path) -> None:
    contents = [bytes([number]) * 4096 for number in range(6)]
    for age, content in enumerate(contents):
        keep(Cache(tmp_path), content, used=100.0 + age)
    cache = Cache(tmp_path, max_bytes=4 * 4096)
    assert cache.content(Digest.of(contents[-1]), 4096)  # which makes it the latest used
    cache.keep(DIGEST, CONTENT)
    cache.close()
    left = [content for content in contents if path_of(tmp_path, content).exists()]
    assert left == [contents[0], contents[-1]]
    assert path_of(tmp_path).exists()


def test_many_small_files_are_not_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=10 * 4096)
    for number in range(50):
        cache.put(f"note {number}", b"x")
    cache.close()
    assert len(cache.files()) <= 10


def test_content_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=3)
    cache.keep(DIGEST, CONTENT)
    assert cache.files() == []


def test_pruning_by_age_leaves_what_was_used_since(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keep(cache, b"old", used=100)
    keep(cache, b"new", used=10)
    assert [Path(file.path).name for file in cache.prune(older_than_seconds=50)] == [Digest.of(b"old").encoded]
    assert [Path(file.path).name for file in cache.files()] == [Digest.of(b"new").encoded]


def test_a_half_written_file_is_removed_when_nobody_writes_it_any_more(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep(DIGEST, CONTENT)
    for name, age in (("0" * 16, 10), ("1" * 16, 7200)):
        half = path_of(tmp_path).with_name(f".new-{name}")
        half.write_bytes(b"half")
        os.utime(half, (time.time() - age,) * 2)
    assert [Path(file.path).name for file in cache.prune()] == [f".new-{'1' * 16}"]


def test_only_its_own_files_are_ever_removed(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep(DIGEST, CONTENT)
    outside = tmp_path / "outside"
    (outside / "ab").mkdir(parents=True)
    others = [
        tmp_path / "thesis.txt",
        tmp_path / "blobs" / "sha256" / DIGEST.encoded,  # where a layout has it
        path_of(tmp_path).with_name("notes.txt"),
        outside / "ab" / DIGEST.encoded,
    ]
    for other in others:
        other.write_bytes(b"mine")
    (tmp_path / "blobs" / "sha512").symlink_to(outside)
    assert len(cache.clear()) == 1
    assert all(other.exists() for other in others)


def test_writers_and_readers_at_once_see_all_or_nothing(tmp_path: Path) -> None:
    contents = [bytes([number]) * 50_000 for number in range(20)]
    seen = []

    def work(number: int) -> None:
        cache = Cache(tmp_path, max_bytes=500_000)
        for content in contents[number:] + contents[:number]:
            cache.keep(Digest.of(content), content)
            seen.append(cache.content(Digest.of(content), len(content)) in (content, None))
            cache.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert seen == [True] * 160
    assert not list(tmp_path.rglob(".new-*"))
