"""Sigstore bundles v0.1 to v0.3: an envelope or a bare signature, with what is needed to verify it.

https://github.com/sigstore/protobuf-specs/blob/v0.5.0/protos/sigstore_bundle.proto
"""

import base64
import binascii
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.dsse import opened
from attest.formats.json_text import decode
from attest.model.envelope import Signed
from attest.model.media_type import SIGSTORE_BUNDLE_PREFIX
from attest.model.statement import Subject

_ALGORITHMS: Final = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}


class _Wire(msgspec.Struct, rename="camel"):
    media_type: Any = None
    verification_material: Any = None
    dsse_envelope: Any = None
    message_signature: Any = None


class SigstoreBundle:
    """Bundles around statements and bare signatures."""

    name = "sigstore-bundle"
    media_types = frozenset(
        {
            f"{SIGSTORE_BUNDLE_PREFIX}.v0.3+json",
            *(f"{SIGSTORE_BUNDLE_PREFIX}+json;version={version}" for version in ("0.1", "0.2", "0.3")),
        }
    )

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return b'"verificationMaterial"' in head or b'"dsseEnvelope"' in head or b'"messageSignature"' in head

    def decode(self, content: bytes) -> Signed:
        """See `Format.decode`."""
        try:
            wire = decode(content, _Wire, "bundle", code="ATT-PROV-001")
        except msgspec.ValidationError as error:
            raise MalformedDocumentError("bundle: not an object", code="ATT-PROV-001") from error
        material = wire.verification_material if isinstance(wire.verification_material, dict) else {}
        method = "sigstore-key" if "publicKey" in material else "sigstore-keyless"
        format_name = f"sigstore-bundle-{_version(wire.media_type)}"
        if isinstance(wire.dsse_envelope, dict):
            envelope = wire.dsse_envelope
            return opened(envelope.get("payload"), envelope.get("payloadType"), format_name, method)
        if not isinstance(wire.message_signature, dict):
            raise MalformedDocumentError("bundle: holds neither an envelope nor a signature", code="ATT-PROV-001")
        return Signed(format=format_name, subject=_subject(wire.message_signature), method=method)


FORMAT: Final = SigstoreBundle()


def _version(media_type: Any) -> str:
    for version in ("0.1", "0.2", "0.3"):
        if isinstance(media_type, str) and version in media_type:
            return version
    return "unknown"


def _subject(signature: dict[str, Any]) -> tuple[Subject, ...]:
    digest = signature.get("messageDigest")
    if not isinstance(digest, dict) or not isinstance(digest.get("digest"), str):
        return ()
    algorithm = _ALGORITHMS.get(str(digest.get("algorithm")))
    try:
        encoded = base64.b64decode(digest["digest"], validate=True).hex()
    except (binascii.Error, ValueError):
        return ()
    return (Subject(digest={algorithm: encoded}),) if algorithm else ()
