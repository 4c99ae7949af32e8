"""What a registry knows of the content that it serves: its media type, and what a list of referrers says of it."""

import json
from typing import Any

OCI_INDEX = "application/vnd.oci.image.index.v1+json"


def media_type_of(content: bytes) -> str | None:
    """Return the media type of a manifest or index; null for anything else."""
    if content[:1] != b"{" or len(content) > 4 * 1024 * 1024:
        return None
    try:
        value = json.loads(content)
    except ValueError:
        return None
    if "manifests" in value:
        return str(value.get("mediaType", OCI_INDEX))
    if "blobs" in value and "mediaType" in value:
        return str(value["mediaType"])
    if "layers" in value or ("config" in value and "mediaType" in value):
        return str(value.get("mediaType", "application/vnd.oci.image.manifest.v1+json"))
    return None


def described(digest: str, media_type: str, content: bytes) -> dict[str, Any]:
    """Return the descriptor of a referrer."""
    manifest = json.loads(content)
    described = {"mediaType": media_type, "digest": digest, "size": len(content)}
    for key in ("artifactType", "annotations"):
        if manifest.get(key):
            described[key] = manifest[key]
    return described
