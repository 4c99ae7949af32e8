from collections.abc import Callable
from pathlib import Path

import pytest

from attest.discovery import Resolution, Wish, discover, resolve
from attest.errors import AttestError
from attest.model.attachment import Attachment, Channel, kind_of_predicate
from attest.model.document import Discovery, Document
from attest.sources import Access, open_source
from tests.layout_builder import LayoutBuilder

Look = Callable[..., tuple[Resolution, Discovery]]


@pytest.fixture
def build(tmp_path: Path) -> LayoutBuilder:
    return LayoutBuilder(tmp_path / "layout")


@pytest.fixture
def look() -> Look:
    """Resolve and discover, reading nothing but the bytes."""

    def read(attachment: Attachment, content: bytes | AttestError) -> Document:
        return Document(
            attachment=attachment,
            kind=kind_of_predicate(attachment.predicate_type or ""),
            readable=isinstance(content, bytes),
            raw=content if isinstance(content, bytes) else None,
        )

    def look(
        reference: str, platforms: tuple[str, ...] = (), channels: frozenset[Channel] | None = None
    ) -> tuple[Resolution, Discovery]:
        with open_source(reference, Access()) as source:
            resolution = resolve(source, source.resolve(), platforms)
            return resolution, discover(source, resolution.image, read, Wish(channels=channels, jobs=4))

    return look
