"""What every wire format offers: it knows its own bytes and turns them into a document."""

from typing import Final, Protocol

from attest.model.envelope import Signed
from attest.model.sbom import Sbom
from attest.model.statement import Statement

HEAD_BYTES: Final = 4096

Parsed = Sbom | Statement | Signed
"""What a document may turn out to be."""


class Format(Protocol):
    """One standard by which documents are written."""

    @property
    def name(self) -> str:
        """The format's name, as its module's name."""
        ...

    @property
    def media_types(self) -> frozenset[str]:
        """The media types that announce it; the content decides."""
        ...

    def recognizes(self, head: bytes) -> bool:
        """Tell whether content is of this format from its first and last 4 KiB, joined."""
        ...

    def decode(self, content: bytes) -> Parsed:
        """Read a document.

        Raises:
            DocumentError: the content cannot be understood.
        """
        ...
