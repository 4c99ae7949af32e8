"""What a real registry gives back are the bytes of the layout, however it asks who we are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.errors import AccessDeniedError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.manifest import Index, parse_manifest
from attest.sources import Access, Source, open_source
from tests.command import LAYOUTS
from tests.docker_registry import PASSWORD, PROGRAM, USER, docker_registry

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="docker-registry is not installed")

LEDGER = LAYOUTS / "buildkit-ledger-3.2.0"


def contents(source: Source, descriptor: Descriptor, content: bytes) -> Iterator[tuple[Digest, bytes]]:
    """Read an index or manifest and what it names, as far as the layout has it: without configs and layers."""
    yield descriptor.digest, content
    parsed = parse_manifest(content, descriptor.media_type)
    if isinstance(parsed, Index):
        for entry in parsed.manifests:
            yield from contents(source, entry, source.manifest(entry))
        return
    for layer in parsed.layers:
        if stored(layer.digest).exists():
            yield layer.digest, source.blob(layer)


def stored(digest: Digest) -> Path:
    return LEDGER / "blobs" / digest.algorithm / digest.encoded


@pytest.mark.parametrize("auth", ["none", "basic", "bearer"])
def test_every_byte_is_the_one_that_was_stored(tmp_path: Path, auth: str) -> None:
    access = Access() if auth == "none" else Access(username=USER, password=PASSWORD)
    with docker_registry(tmp_path, LEDGER, auth) as reference, open_source(reference, access) as source:
        root = source.resolve()
        read = dict(contents(source, root.descriptor, root.content))
    assert len(read) == 9
    assert {digest: stored(digest).read_bytes() for digest in read} == read


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_another_password_opens_nothing(tmp_path: Path, auth: str) -> None:
    access = Access(username=USER, password="hunter2", retries=0)  # noqa: S106 - it is nobody's
    with (
        docker_registry(tmp_path, LEDGER, auth) as reference,
        open_source(reference, access) as source,
        pytest.raises(AccessDeniedError) as caught,
    ):
        source.resolve()
    assert caught.value.code == "ATT-AUTH-001"
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
