"""Builds small OCI layouts on disk, right or wrong on purpose, for what real images do not show."""

import hashlib
import json
from pathlib import Path
from typing import Any

OCI = "application/vnd.oci.image"
INDEX = f"{OCI}.index.v1+json"
MANIFEST = f"{OCI}.manifest.v1+json"
IN_TOTO = "application/vnd.in-toto+json"

Json = dict[str, Any]


class LayoutBuilder:
    """A layout being written: every method stores content and returns its descriptor."""

    def __init__(self, path: Path, algorithm: str = "sha256") -> None:
        self.path = path
        self._algorithm = algorithm
        (path / "blobs" / algorithm).mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def blob(self, content: bytes, media_type: str = "application/octet-stream", **more: Any) -> Json:
        """Store bytes."""
        encoded = hashlib.new(self._algorithm, content).hexdigest()
        (self.path / "blobs" / self._algorithm / encoded).write_bytes(content)
        return {"mediaType": media_type, "digest": f"{self._algorithm}:{encoded}", "size": len(content), **more}

    def json(self, value: Any, media_type: str, **more: Any) -> Json:
        """Store a JSON value."""
        return self.blob(json.dumps(value).encode(), media_type, **more)

    def image(self, architecture: str = "amd64", variant: str | None = None, **more: Any) -> Json:
        """Store an image manifest without layers; no two of them are the same."""
        platform = {"os": "linux", "architecture": architecture} | ({"variant": variant} if variant else {})
        config = self.json(platform, f"{OCI}.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}
        return self.json(manifest | more, MANIFEST, platform=platform)

    def statement(self, subject: Json, predicate_type: str, predicate: Any, **more: Any) -> Json:
        """Store an in-toto statement about `subject`."""
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": "app", "digest": {self._algorithm: subject["digest"].partition(":")[2]}}],
            "predicateType": predicate_type,
            "predicate": predicate,
        }
        annotations = {"in-toto.io/predicate-type": predicate_type}
        return self.json(statement, IN_TOTO, annotations=annotations, **more)

    def attestation(self, subject: Json, *layers: Json, digest: str | None = None) -> Json:
        """Store an attestation manifest as BuildKit does; `digest` overrides what the entry says it attests."""
        config = self.json({"os": "unknown", "architecture": "unknown"}, f"{OCI}.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": list(layers)}
        return self.json(
            manifest,
            MANIFEST,
            platform={"os": "unknown", "architecture": "unknown"},
            annotations={
                "vnd.docker.reference.type": "attestation-manifest",
                "vnd.docker.reference.digest": digest or subject["digest"],
            },
        )

    def index(self, *entries: Json, **more: Any) -> Json:
        """Store an index."""
        return self.json({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries)} | more, INDEX)

    def tag(self, root: Json, name: str = "latest") -> str:
        """Let the layout name `root`; return the reference of the layout."""
        entry = root | {"annotations": {"org.opencontainers.image.ref.name": name}}
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
        return f"oci:{self.path}"

    def path_of(self, descriptor: Json) -> Path:
        """Return where content is stored."""
        algorithm, _, encoded = str(descriptor["digest"]).partition(":")
        return self.path / "blobs" / algorithm / encoded
