"""Simple signing: what cosign's `.sig` tags carry; the signature itself is an annotation of the layer.

https://github.com/containers/image/blob/v5.34.0/docs/containers-signature.5.md
"""

from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.ambiguity import refuse_twice
from attest.formats.json_text import decode
from attest.model.envelope import Signed
from attest.model.media_type import SIMPLE_SIGNING
from attest.model.statement import Subject


class _Wire(msgspec.Struct):
    critical: Any = None


class SimpleSigning:
    """Payloads that name the manifest they sign."""

    name = "simple-signing"
    media_types = frozenset({SIMPLE_SIGNING})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return b'"critical"' in head and b'"docker-manifest-digest"' in head

    def decode(self, content: bytes) -> Signed:
        """See `Format.decode`."""
        try:
            refuse_twice(content, "signature", "ATT-PROV-001")
            wire = decode(content, _Wire, "signature", code="ATT-PROV-001")
        except msgspec.ValidationError as error:
            raise MalformedDocumentError("signature: not an object", code="ATT-PROV-001") from error
        image = wire.critical.get("image") if isinstance(wire.critical, dict) else None
        digest = image.get("docker-manifest-digest") if isinstance(image, dict) else None
        if not isinstance(digest, str):
            raise MalformedDocumentError(
                "no digest", where="/critical/image/docker-manifest-digest", code="ATT-PROV-001"
            )
        algorithm, _, encoded = digest.partition(":")
        return Signed(format="simple-signing", subject=(Subject(digest={algorithm: encoded}),), method="cosign-key")


FORMAT: Final = SimpleSigning()
