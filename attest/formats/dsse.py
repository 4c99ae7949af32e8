"""DSSE envelopes: a payload in base64, and signatures over it.

https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md
"""

import base64
import binascii
from typing import Any, Final

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import in_toto
from attest.formats.ambiguity import object_of
from attest.model.envelope import Signed
from attest.model.media_type import DSSE, IN_TOTO

MALFORMED: Final = "ATT-PROV-001"
_PAYLOAD_TYPES: Final = frozenset({IN_TOTO, "application/vnd.in-toto.provenance+json", "application/vnd.in-toto+dsse"})


class Dsse:
    """Envelopes around statements."""

    name = "dsse"
    media_types = frozenset({DSSE})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; a bundle holds an envelope and is told apart by its own key."""
        return b'"payload"' in head and b'"signatures"' in head and b'"dsseEnvelope"' not in head

    def decode(self, content: bytes) -> Signed:
        """See `Format.decode`."""
        envelope = object_of(content, "envelope", MALFORMED)
        method = "dsse-key" if envelope.get("signatures") else None
        return opened(envelope.get("payload"), envelope.get("payloadType"), "dsse", method)


FORMAT: Final = Dsse()


def opened(payload: Any, payload_type: Any, format_name: str, method: str | None) -> Signed:
    """Read what an envelope wraps.

    Raises:
        DocumentError: the payload is no base64, or no statement.
    """
    if not isinstance(payload, str):
        raise MalformedDocumentError("not a text", where="/payload", code=MALFORMED)
    if not isinstance(payload_type, str) or payload_type not in _PAYLOAD_TYPES:
        raise UnsupportedDocumentError("an envelope around something else than a statement", code="ATT-PROV-002")
    try:
        # some producers write the URL-safe alphabet
        wrapped = base64.b64decode(payload.translate({0x2D: 0x2B, 0x5F: 0x2F}) + "==", validate=False)
    except (binascii.Error, ValueError) as error:
        raise MalformedDocumentError("not base64", where="/payload", code=MALFORMED) from error
    statement = in_toto.FORMAT.decode(wrapped)
    return Signed(format=format_name, statement=statement, subject=statement.subject, method=method, wrapped=wrapped)
