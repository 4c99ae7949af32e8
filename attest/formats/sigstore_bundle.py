"""Sigstore bundles v0.1 to v0.3: an envelope or a bare signature, with what is needed to verify it.

https://github.com/sigstore/protobuf-specs/blob/v0.5.0/protos/sigstore_bundle.proto
"""

import base64
import binascii
from typing import Any, Final

from attest.errors import MalformedDocumentError
from attest.formats.ambiguity import object_of, refuse_twice
from attest.formats.dsse import MALFORMED, opened
from attest.model.envelope import Signed
from attest.model.media_type import SIGSTORE_BUNDLE_PREFIX
from attest.model.statement import Subject

_ALGORITHMS: Final = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}


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
        bundle = object_of(content, "bundle", MALFORMED)
        refuse_twice(content, "bundle", MALFORMED)
        material, envelope, signature = (
            bundle.get(key) for key in ("verificationMaterial", "dsseEnvelope", "messageSignature")
        )
        has_key = isinstance(material, dict) and "publicKey" in material
        method = "sigstore-key" if has_key else "sigstore-keyless"
        format_name = f"sigstore-bundle-{_version(bundle.get('mediaType'))}"
        if isinstance(envelope, dict):
            return opened(envelope.get("payload"), envelope.get("payloadType"), format_name, method)
        if not isinstance(signature, dict):
            raise MalformedDocumentError("bundle: holds neither an envelope nor a signature", code=MALFORMED)
        return Signed(format=format_name, subject=_subject(signature), method=method)


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
