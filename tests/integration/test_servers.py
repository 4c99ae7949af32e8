"""What was pushed to a registry that people run is found there, whether it lists referrers or not."""

from pathlib import Path
from typing import Any

import pytest

from attest.pipeline import inspect
from tests.layout_builder import MANIFEST, LayoutBuilder
from tests.servers import SERVERS, Server, push

SPDX, SLSA = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1"


def referrer(builder: LayoutBuilder, subject: dict[str, Any], layer: dict[str, Any], artifact_type: str) -> Any:
    """Store a manifest that names its subject, as oras attaches."""
    return builder.json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": artifact_type,
            "config": builder.json({}, "application/vnd.oci.empty.v1+json"),
            "layers": [layer],
            "subject": {key: subject[key] for key in ("mediaType", "digest", "size")},
        },
        MANIFEST,
    )


@pytest.mark.parametrize("server", SERVERS)
def test_what_is_attached_by_every_convention_is_found(tmp_path: Path, server: Server) -> None:
    builder = LayoutBuilder(tmp_path / "layout")
    image = builder.image()
    by_index = builder.statement(image, SPDX, {"spdxVersion": "SPDX-2.3", "name": "by index"})
    root = builder.index(image, builder.attestation(image, by_index))
    on_platform = builder.statement(image, SLSA, {"buildDefinition": {}})
    on_index = builder.statement(root, SPDX, {"spdxVersion": "SPDX-2.3", "name": "on the index"})
    by_tag = builder.statement(image, SPDX, {"spdxVersion": "SPDX-2.3", "name": "by tag"})
    first = referrer(builder, image, on_platform, "application/vnd.in-toto+json")
    second = referrer(builder, root, on_index, "application/spdx+json")
    tagged = builder.json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": builder.json({}, "application/vnd.oci.image.config.v1+json"),
            "layers": [by_tag],
        },
        MANIFEST,
    )
    fallback = [(builder.index(first), image), (builder.index(second), root)]
    tags = [("latest", root["digest"]), (f"{stem(image)}.att", tagged["digest"])]
    with server(tmp_path) as reference:
        push(builder.path, reference, *tags, *((stem(subject), each["digest"]) for each, subject in fallback))
        inspection = inspect(reference)
    expected = {each["digest"] for each in (by_index, on_platform, on_index, by_tag)}
    assert {each.digest for each in inspection.evidence} == expected


def stem(descriptor: dict[str, Any]) -> str:
    digest: str = descriptor["digest"]
    return digest.replace(":", "-")
