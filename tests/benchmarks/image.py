"""An image with evidence attached in every way: two platforms, as in the table of what other programs need for it."""

from pathlib import Path
from typing import Any

from tests.layout_builder import IN_TOTO, MANIFEST, Json, LayoutBuilder

SPDX, SLSA = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1"
DSSE, SIMPLE = "application/vnd.dsse.envelope.v1+json", "application/vnd.dev.cosign.simplesigning.v1+json"


def build(path: Path) -> dict[str, str]:
    """Write a layout; return what each tag of the repository names.

    BuildKit's SBOM and provenance for each platform, cosign's `.sig`, `.att` and
    `.sbom` of the index, two referrers of the index and one of each platform.
    """
    builder = LayoutBuilder(path)
    images = [builder.image(architecture) for architecture in ("amd64", "arm64")]
    attestations = [builder.attestation(each, *_statements(builder, each)) for each in images]
    root = builder.index(*images, *attestations)
    builder.tag(root)
    for number, subject in enumerate((root, root, *images)):
        _carrier(builder, builder.blob(b'{"number": %d}' % number, "application/example"), subject=_subject(subject))
    statement = builder.statement(root, SPDX, {"spdxVersion": "SPDX-2.3"})
    carriers = {
        "sig": _carrier(
            builder, builder.json(_simple(root), SIMPLE, annotations={"dev.cosignproject.cosign/signature": "AA=="})
        ),
        "att": _carrier(
            builder, builder.json(_envelope(builder, statement), DSSE, annotations={"predicateType": SPDX})
        ),
        "sbom": _carrier(builder, builder.json({"spdxVersion": "SPDX-2.3"}, "text/spdx+json")),
    }
    stem = root["digest"].replace(":", "-")
    return {"latest": root["digest"]} | {f"{stem}.{suffix}": each["digest"] for suffix, each in carriers.items()}


def _statements(builder: LayoutBuilder, image: Json) -> list[Json]:
    sbom = builder.statement(image, SPDX, {"spdxVersion": "SPDX-2.3", "name": image["digest"]})
    return [sbom, builder.statement(image, SLSA, {"buildDefinition": {}, "runDetails": {}})]


def _carrier(builder: LayoutBuilder, layer: Json, **more: Any) -> Json:
    config = builder.json({"layer": layer["digest"]}, "application/vnd.oci.image.config.v1+json")
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}
    return builder.json(manifest | more, MANIFEST)


def _subject(descriptor: Json) -> Json:
    return {key: descriptor[key] for key in ("mediaType", "digest", "size")}


def _simple(root: Json) -> Json:
    return {
        "critical": {
            "identity": {"docker-reference": ""},
            "image": {"docker-manifest-digest": root["digest"]},
            "type": "cosign container image signature",
        },
        "optional": None,
    }


def _envelope(builder: LayoutBuilder, statement: Json) -> Json:
    import base64

    payload = base64.b64encode(builder.path_of(statement).read_bytes()).decode()
    return {"payloadType": IN_TOTO, "payload": payload, "signatures": [{"keyid": "", "sig": "AA=="}]}
