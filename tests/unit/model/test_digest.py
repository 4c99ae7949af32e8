import json
from typing import Any

import pytest

from attest.model.digest import Digest
from tests.command import LAYOUTS


def test_a_digest_knows_its_content() -> None:
    digest = Digest.of(b"content")
    assert digest.matches(b"content")
    assert not digest.matches(b"other content")


def test_parse_and_print_agree() -> None:
    text = "sha512:" + "0f" * 64
    assert str(Digest.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("sha256", "invalid digest format", id="no colon"),
        pytest.param("md5:" + "a" * 32, "unsupported digest algorithm", id="unknown algorithm"),
        pytest.param("sha256:" + "0f" * 31, "invalid checksum digest length", id="too short"),
        pytest.param("sha256:" + "0F" * 32, "invalid checksum digest format", id="upper case"),
        pytest.param("sha256:" + "0f" * 31 + "\n0", "invalid checksum digest format", id="a newline"),
        pytest.param("sha256:../../../etc/passwd".ljust(71, "x"), "invalid checksum digest format", id="a path"),
    ],
)
def test_parse_refuses(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Digest.parse(text)


VECTORS = json.loads((LAYOUTS.parent / "vectors" / "digest.json").read_text())["cases"]


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row.get("Input", "")[:40])
def test_the_published_digests_are_read_alike(row: dict[str, str]) -> None:
    text = row["Input"]
    if "Err" in row or row.get("Algorithm") not in ("sha256", "sha384", "sha512"):
        with pytest.raises(ValueError, match="digest"):
            Digest.parse(text)
    else:
        assert Digest.parse(text) == Digest(row["Algorithm"], row["Encoded"])


TABLE = json.loads((LAYOUTS.parent / "vectors" / "digest-algorithm.json").read_text())["cases"]
ALGORITHMS = [row for row in TABLE["TestFlagInterface"] if "-algorithm" in row["Args"]]


@pytest.mark.parametrize("row", ALGORITHMS, ids=lambda row: row["Name"])
def test_the_published_algorithms_are_known_alike(row: dict[str, Any]) -> None:
    algorithm = row["Args"][-1]
    if "Err" in row:
        with pytest.raises(ValueError, match="unsupported digest algorithm"):
            Digest.parse(f"{algorithm}:{'a' * 64}")
    else:
        assert Digest.of(b"content", algorithm).algorithm == row["Expected"]
