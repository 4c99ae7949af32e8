"""Shapes that images may have, or should not: folder, archive and registry tell the same of them."""

import base64
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from attest.model.inspection import Inspection
from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.layout_builder import IN_TOTO, MANIFEST, Json, LayoutBuilder
from tests.registry_simulator import RegistrySimulator

SPDX = "https://spdx.dev/Document"
EMPTY = "application/vnd.oci.empty.v1+json"


def sbom(build: LayoutBuilder, image: Json, name: str = "p") -> Json:
    package = {"SPDXID": "SPDXRef-p", "name": name, "licenseDeclared": "MIT"}
    return build.statement(image, SPDX, {"spdxVersion": "SPDX-2.3", "name": "x", "packages": [package]})


def carrier(build: LayoutBuilder, subject: Json, *layers: Json, **more: Any) -> Json:
    named = {key: subject[key] for key in ("mediaType", "digest", "size")}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": build.json({}, EMPTY), "subject": named}
    return build.json(manifest | ({"layers": list(layers)} if layers else {}) | more, MANIFEST)


def plain(build: LayoutBuilder) -> str:
    image = build.image()
    return build.tag(build.index(image, build.attestation(image, sbom(build, image))))


def nested(build: LayoutBuilder) -> str:
    image = build.image()
    inner = build.index(build.index(image, build.attestation(image, sbom(build, image))))
    return build.tag(build.index(inner))


def twice(build: LayoutBuilder) -> str:
    image = build.image()
    attestation = build.attestation(image, sbom(build, image))
    return build.tag(build.index(image, image, attestation, attestation))


def orphaned(build: LayoutBuilder) -> str:
    image = build.image()
    elsewhere = build.attestation(image, sbom(build, image, "q"), digest=image["digest"][:-4] + "0000")
    return build.tag(build.index(image, build.attestation(image, sbom(build, image)), elsewhere))


def empty(build: LayoutBuilder) -> str:
    return build.tag(build.index())


def inline(build: LayoutBuilder) -> str:
    """Write content into its descriptors, beside where it is kept."""
    image = build.image()
    statement = sbom(build, image)
    layer = statement | {"data": base64.b64encode(build.path_of(statement).read_bytes()).decode()}
    return build.tag(build.index(image, build.attestation(image, layer)))


def bare(build: LayoutBuilder) -> str:
    """Attach a manifest without layers, and one whose whole content is its annotations."""
    image = build.image()
    carrier(build, image)
    carrier(build, image, annotations={f"com.example.{number}": "x" * 10_000 for number in range(390)})
    return build.tag(build.index(image, build.attestation(image, sbom(build, image))))


def foreign(build: LayoutBuilder) -> str:
    """Attach a layer that says where else it is: nobody goes there."""
    image = build.image()
    layer = build.blob(b"{}", "application/vnd.oci.image.layer.nondistributable.v1.tar", urls=["http://127.0.0.1:1/x"])
    carrier(build, image, layer)
    return build.tag(build.index(image, build.attestation(image, sbom(build, image))))


def on_referrers(build: LayoutBuilder) -> str:
    """Attach a statement to the index, and something to what carries it, as Microsoft's registry has it."""
    image = build.image()
    root = build.index(image, build.attestation(image, sbom(build, image)))
    first = carrier(build, root, build.json({"life": "cycle"}, IN_TOTO), artifactType="application/vnd.example.cycle")
    carrier(
        build, first, build.blob(b"{}", "application/jose+json"), artifactType="application/vnd.cncf.notary.signature"
    )
    return build.tag(root)


def legacy(build: LayoutBuilder) -> str:
    """Attach a manifest of the kind that OCI gave up: blobs in place of layers."""
    image = build.image()
    named = {key: image[key] for key in ("mediaType", "digest", "size")}
    kind = "application/vnd.cncf.oras.artifact.manifest.v1+json"
    statement = sbom(build, image)
    build.json({"mediaType": kind, "artifactType": "sbom/example", "blobs": [statement], "subject": named}, kind)
    return build.tag(build.index(image))


SHAPES: dict[Callable[[LayoutBuilder], str], tuple[int, set[str]]] = {
    plain: (1, set()),
    nested: (1, set()),
    twice: (1, {"ATT-EVD-004"}),
    orphaned: (1, {"ATT-EVD-004"}),
    empty: (0, set()),
    inline: (1, set()),
    bare: (1, set()),
    foreign: (2, {"ATT-SBOM-002"}),
    on_referrers: (3, {"ATT-PROV-001", "ATT-SBOM-002"}),
    legacy: (1, set()),
}


def facts(inspection: Inspection) -> object:
    evidence = [(each.digest, each.kind, each.platform, each.readable) for each in inspection.evidence]
    problems = {(each.code, each.message) for each in inspection.problems}
    packages = [(each.name, each.platforms) for each in inspection.packages or ()]
    return (evidence, problems, packages, [each.platform for each in inspection.platforms])


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_shape_gives_the_same_from_everywhere(
    registry: RegistrySimulator, tmp_path: Path, shape: Callable[[LayoutBuilder], str], algorithm: str
) -> None:
    reference = shape(LayoutBuilder(tmp_path / "layout", algorithm))
    folder = inspect(reference)
    documents, codes = SHAPES[shape]
    assert len(folder.evidence) == documents
    assert {each.code for each in folder.problems} <= codes
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(tmp_path / "layout", arcname=".")
    assert facts(inspect(f"oci-archive:{tmp_path / 'image.tar'}")) == facts(folder)
    served, access = registry.load(tmp_path / "layout"), Access(cache_dir=str(tmp_path / "cache"))
    assert facts(inspect(served, Options(access=access))) == facts(folder)
    assert facts(inspect(served, Options(access=replace(access, offline=True)))) == facts(folder)
    assert all("127.0.0.1:1/" not in entry.path for entry in registry.log)
