"""Notary Project signatures: JWS in JSON, or COSE.

https://github.com/notaryproject/specifications/blob/v1.1.0/specs/signature-specification.md
"""

import base64
import binascii
import re
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.json_text import decode
from attest.model.envelope import Signed
from attest.model.statement import Subject

# the tag of COSE_Sign1 (18) and the array of four that follows it
_COSE_HEAD: Final = b"\xd2\x84"
_PAYLOAD_TYPE: Final = b"application/vnd.cncf.notary.payload.v1+json"
_TARGET: Final = re.compile(rb'"targetArtifact"\s*:\s*\{[^{}]*?"digest"\s*:\s*"([a-z0-9]+):([0-9a-f]+)"')


class _Wire(msgspec.Struct):
    payload: Any = None


class Notation:
    """Signatures over the descriptor of a manifest."""

    name = "notation"
    media_types = frozenset({"application/jose+json", "application/cose"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        is_jws = b'"payload"' in head and b'"protected"' in head and b'"header"' in head
        return is_jws or (head.startswith(_COSE_HEAD) and _PAYLOAD_TYPE in head)

    def decode(self, content: bytes) -> Signed:
        """See `Format.decode`."""
        if content.startswith(_COSE_HEAD):
            return Signed(format="notation-cose", subject=_subject(content), method="notation")
        try:
            wire = decode(content, _Wire, "signature", code="ATT-PROV-001")
        except msgspec.ValidationError as error:
            raise MalformedDocumentError("signature: not an object", code="ATT-PROV-001") from error
        if not isinstance(wire.payload, str):
            raise MalformedDocumentError("not a text", where="/payload", code="ATT-PROV-001")
        try:
            payload = base64.urlsafe_b64decode(wire.payload + "==")
        except (binascii.Error, ValueError) as error:
            raise MalformedDocumentError("not base64", where="/payload", code="ATT-PROV-001") from error
        return Signed(format="notation-jws", subject=_subject(payload), method="notation")


FORMAT: Final = Notation()


def _subject(payload: bytes) -> tuple[Subject, ...]:
    """Find the digest that is signed; in COSE the payload stands in the bytes as it is."""
    match = _TARGET.search(payload)
    return (Subject(digest={match[1].decode(): match[2].decode()}),) if match else ()
