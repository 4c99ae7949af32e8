"""Answers that are remembered: none that is damaged, too old or another's, and nothing that is secret."""

import time
from pathlib import Path

import msgspec
import pytest

from attest.errors import UnreachableError
from attest.model.digest import Digest
from attest.sources import Access
from attest.sources.registry.cache import Cache
from attest.sources.registry.exchange import Answer
from attest.sources.registry.memory import Memory

URL = "https://registry.example/v2/app/tags/list"
HEADERS = (("content-type", "application/json"), ("set-cookie", "s3cr3t"), ("link", "</next>; rel=next"))
ANSWER = Answer(status=200, body=b'{"tags": []}', headers=HEADERS, url=URL)
NOTE = {
    "url": URL,
    "asked": time.time(),
    "status": 200,
    "headers": [],
    "digest": str(Digest.of(ANSWER.body)),
    "size": len(ANSWER.body),
}


def memory(folder: Path, *, offline: bool = False, refresh: bool = False) -> Memory:
    return Memory(Access(cache_dir=str(folder), offline=offline, refresh=refresh))


def test_an_answer_is_the_same_in_the_next_run(tmp_path: Path) -> None:
    memory(tmp_path).remember(URL, ANSWER)
    known = memory(tmp_path).recall(URL)
    assert known is not None
    assert (known.status, known.body, known.url) == (200, ANSWER.body, URL)
    assert known.headers == (HEADERS[0], HEADERS[2])
    assert known.as_of is not None


def test_nothing_is_remembered_without_a_place(tmp_path: Path) -> None:
    nowhere = Memory(Access())
    nowhere.remember(URL, ANSWER)
    assert nowhere.recall(URL) is None
    assert not list(tmp_path.iterdir())


def test_where_an_answer_was_redirected_to_is_not_written(tmp_path: Path) -> None:
    moved = msgspec.structs.replace(ANSWER, url="https://storage.example/?signature=s3cr3t")
    memory(tmp_path).remember(URL, moved)
    assert not list(tmp_path.iterdir())


def test_what_an_error_says_is_not_kept(tmp_path: Path) -> None:
    memory(tmp_path).remember(URL, msgspec.structs.replace(ANSWER, status=404, body=b"s3cr3t"))
    known = memory(tmp_path).recall(URL)
    assert known is not None
    assert (known.status, known.body) == (404, b"")


def test_to_refresh_is_to_write_without_reading(tmp_path: Path) -> None:
    memory(tmp_path, refresh=True).remember(URL, ANSWER)
    assert memory(tmp_path, refresh=True).recall(URL) is None
    assert memory(tmp_path).recall(URL) is not None


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no answer"),
        pytest.param(b"[" * 60_000, id="nested"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(msgspec.json.encode(NOTE | {"url": "https://other.example/"}), id="of another address"),
        pytest.param(msgspec.json.encode(NOTE | {"digest": "sha256:../../etc/passwd"}), id="a path as its digest"),
        pytest.param(msgspec.json.encode(NOTE | {"digest": str(Digest.of(b"other"))}), id="content that is not there"),
        pytest.param(msgspec.json.encode(NOTE | {"size": 10**12}), id="a terabyte"),
        pytest.param(msgspec.json.encode(NOTE | {"size": -1}), id="less than nothing"),
        pytest.param(msgspec.json.encode(NOTE | {"asked": 1e300}), id="a time that no clock shows"),
        pytest.param(msgspec.json.encode(NOTE | {"asked": -1e17}), id="a time before time"),
        pytest.param(msgspec.json.encode(NOTE | {"status": "200"}), id="a text as its status"),
        pytest.param(msgspec.json.encode(NOTE | {"headers": [["a"]]}), id="a header without a value"),
    ],
)
def test_a_note_that_makes_no_sense_is_none(tmp_path: Path, note: bytes) -> None:
    memory(tmp_path).remember(URL, ANSWER)
    Cache(tmp_path).put(URL, note)
    assert memory(tmp_path).recall(URL) is None
    with pytest.raises(UnreachableError) as caught:
        memory(tmp_path, offline=True).last(URL, "the list")
    assert caught.value.code == "ATT-NET-005"


@pytest.mark.parametrize(("age", "is_known"), [(0, True), (3000, True), (4000, False), (-500, False)])
def test_an_answer_has_its_time(tmp_path: Path, age: float, is_known: bool) -> None:  # noqa: FBT001 - a parameter
    memory(tmp_path).remember(URL, ANSWER)
    Cache(tmp_path).put(URL, msgspec.json.encode(NOTE | {"asked": time.time() - age}))
    assert (memory(tmp_path).recall(URL, within_seconds=3600) is not None) == is_known


def test_offline_the_missing_digest_is_named(tmp_path: Path) -> None:
    memory(tmp_path).remember(URL, ANSWER)
    for file in (tmp_path / "blobs").rglob("*"):
        if file.is_file():
            file.unlink()
    with pytest.raises(UnreachableError, match=str(Digest.of(ANSWER.body))):
        memory(tmp_path, offline=True).last(URL, "the list")
