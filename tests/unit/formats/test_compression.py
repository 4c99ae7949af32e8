import gzip
import zlib
from collections.abc import Callable

import pytest
from backports import zstd

from attest.errors import MalformedDocumentError
from attest.formats import parse
from attest.formats.compression import SPARE_BYTES, unpacked
from attest.model.sbom import Sbom

DOCUMENT = b'{"spdxVersion": "SPDX-2.3", "packages": [{"name": "p", "SPDXID": "SPDXRef-p"}]}'
WAYS = [gzip.compress, zstd.compress]


@pytest.mark.parametrize("compress", WAYS)
def test_a_compressed_document_is_read_as_what_it_was(compress: Callable[[bytes], bytes]) -> None:
    document = parse(compress(DOCUMENT), "application/spdx+json+gzip")
    assert isinstance(document, Sbom)
    assert [each.name for each in document.packages] == ["p"]


@pytest.mark.parametrize("compress", WAYS)
def test_several_parts_are_one_document(compress: Callable[[bytes], bytes]) -> None:
    assert unpacked(compress(DOCUMENT[:20]) + compress(DOCUMENT[20:])) == DOCUMENT


@pytest.mark.parametrize("compress", WAYS)
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda packed: packed[:-9], "cut short"),
        (lambda packed: packed[:4] + b"\xff" * 8 + packed[12:], "damaged"),
        (lambda packed: packed + b"{}", "something follows"),
    ],
    ids=["cut", "damaged", "more"],
)
def test_what_cannot_be_unpacked_is_one_line(
    compress: Callable[[bytes], bytes], damage: Callable[[bytes], bytes], reason: str
) -> None:
    with pytest.raises(MalformedDocumentError, match=reason):
        parse(damage(compress(DOCUMENT)))


@pytest.mark.parametrize("compress", WAYS)
def test_a_bomb_is_left(compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(MalformedDocumentError, match="beyond any likely size") as raised:
        unpacked(compress(b" " * (64 * SPARE_BYTES)))
    assert raised.value.code == "ATT-EVD-003"


def test_padding_is_no_content() -> None:
    assert unpacked(gzip.compress(DOCUMENT) + bytes(512)) == DOCUMENT


def test_what_is_compressed_twice_is_not_unpacked_twice() -> None:
    assert unpacked(gzip.compress(gzip.compress(DOCUMENT))) != DOCUMENT
    assert unpacked(zlib.compress(DOCUMENT)) != DOCUMENT
