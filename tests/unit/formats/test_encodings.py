import codecs

import pytest

from attest.formats import parse
from attest.model.sbom import Sbom

TEXT = '{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "SPDXRef-a", "name": "a"}]}'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="UTF-8 with a byte order mark"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), id="UTF-16 little-endian"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="UTF-16 big-endian"),
    ],
)
def test_encoding_is_repaired_in_silence(content: bytes) -> None:
    sbom = parse(content)
    assert isinstance(sbom, Sbom)
    assert ([package.name for package in sbom.packages], sbom.problems) == (["a"], ())
