"""The five ways in which what is attached hides in a layout, where no server answers what hangs on what."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from attest.errors import MalformedDocumentError, NotFoundError
from attest.model.inspection import Inspection, Presence, Status
from attest.model.limits import Limits
from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.layout_builder import MANIFEST, Json, LayoutBuilder

REF_NAME = "org.opencontainers.image.ref.name"
KIND = "kind"
COSIGN = "dev.cosignproject.cosign/"
SPDX_TYPE = "https://spdx.dev/Document"
SBOM = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "app",
    "packages": [{"name": "zlib", "SPDXID": "SPDXRef-zlib", "versionInfo": "1.3", "licenseDeclared": "Zlib"}],
}


@pytest.fixture
def build(tmp_path: Path) -> LayoutBuilder:
    return LayoutBuilder(tmp_path / "layout")


def listing(build: LayoutBuilder, *entries: Json) -> str:
    (build.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": list(entries)}))
    return f"oci:{build.path}"


def named(entry: Json, name: str, **annotations: str) -> Json:
    return entry | {"annotations": {REF_NAME: name, **annotations}}


def subject_of(image: Json) -> Json:
    return {key: image[key] for key in ("mediaType", "digest", "size")}


def artifact(build: LayoutBuilder, *layers: Json, **more: Any) -> Json:
    config = build.json({}, "application/vnd.oci.empty.v1+json")
    return build.json(
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": list(layers)} | more, MANIFEST
    )


def sbom(build: LayoutBuilder) -> Json:
    return build.json(SBOM, "application/spdx+json")


def found(inspection: Inspection) -> list[tuple[str, list[str], str | None]]:
    return [(each.kind, [str(channel) for channel in each.channels], each.platform) for each in inspection.evidence]


def test_a_an_entry_whose_manifest_has_a_subject_is_attached_and_no_image(build: LayoutBuilder) -> None:
    image = build.image()
    referrer = artifact(build, sbom(build), subject=subject_of(image))
    for entry in (image, named(image, "v1")):
        inspection = inspect(listing(build, referrer, entry))
        assert inspection.resolved.digest == image["digest"]
        assert found(inspection) == [("sbom", ["layout"], "linux/amd64")]


def test_a_what_nobody_lists_is_found_by_its_subject_too(build: LayoutBuilder) -> None:
    image = build.image()
    artifact(build, sbom(build), subject=subject_of(image))
    assert found(inspect(listing(build, image))) == [("sbom", ["layout"], "linux/amd64")]


def test_b_containerd_names_the_subject_on_the_entry(build: LayoutBuilder) -> None:
    image = build.image()
    entry = artifact(build, sbom(build)) | {"annotations": {"io.containerd.manifest.subject": image["digest"]}}
    assert found(inspect(listing(build, image, entry))) == [("sbom", ["layout"], "linux/amd64")]


def test_c_what_the_fallback_tag_lists_is_attached(build: LayoutBuilder) -> None:
    image = build.image()
    referrer = artifact(build, sbom(build), subject=subject_of(image))
    tag = image["digest"].replace(":", "-")
    inspection = inspect(listing(build, image, named(build.index(referrer), tag)))
    assert found(inspection) == [("sbom", ["layout"], "linux/amd64")]


@pytest.mark.parametrize(
    ("mark", "layer_type"), [("atts", "application/vnd.dsse.envelope.v1+json"), ("sboms", "text/spdx+json")]
)
def test_d_cosign_save_marks_its_entries(build: LayoutBuilder, mark: str, layer_type: str) -> None:
    image = build.image()
    attached = artifact(build, sbom(build) | {"mediaType": layer_type})
    entries = (
        image | {"annotations": {KIND: f"{COSIGN}image"}},
        attached | {"annotations": {KIND: f"{COSIGN}{mark}"}},
    )
    assert found(inspect(listing(build, *entries))) == [("sbom", ["cosign-tag"], "linux/amd64")]


@pytest.mark.parametrize("name", [None, "v1"])
def test_e_buildkits_entry_beside_the_image_is_attached_and_no_image(build: LayoutBuilder, name: str | None) -> None:
    image = build.image()
    attestation = build.attestation(image, build.statement(image, SPDX_TYPE, SBOM))
    inspection = inspect(listing(build, named(image, name) if name else image, attestation))
    assert inspection.resolved.digest == image["digest"]
    assert found(inspection) == [("sbom", ["layout"], "linux/amd64")]
    assert inspection.problems == ()


def test_e_buildkits_entry_in_an_index_that_nobody_lists_is_found(build: LayoutBuilder) -> None:
    image = build.image()
    build.index(image, build.attestation(image, build.statement(image, SPDX_TYPE, SBOM)))
    assert found(inspect(listing(build, image))) == [("sbom", ["layout"], "linux/amd64")]


def test_e_buildkits_entry_in_the_images_own_index_is_found_there_alone(build: LayoutBuilder) -> None:
    image = build.image()
    attestation = build.attestation(image, build.statement(image, SPDX_TYPE, SBOM))
    reference = listing(build, build.index(image, attestation))
    for each in (reference, f"{reference}@{image['digest']}"):
        assert found(inspect(each)) == [("sbom", ["index"], "linux/amd64")]


def test_e_a_platform_of_another_index_has_its_attestation(build: LayoutBuilder) -> None:
    one, two = build.image(), build.image("arm64")
    indexes = [
        named(build.index(image, build.attestation(image, build.statement(image, SPDX_TYPE, SBOM))), name)
        for image, name in ((one, "one"), (two, "two"))
    ]
    assert found(inspect(f"{listing(build, *indexes)}@{two['digest']}")) == [("sbom", ["layout"], "linux/arm64")]


def test_e_an_attestation_whose_subject_is_wrong_belongs_where_its_annotation_says(build: LayoutBuilder) -> None:
    image, other = build.image(), build.image("arm64")
    statement = build.statement(image, SPDX_TYPE, SBOM)
    attestation = artifact(build, statement, subject=subject_of(other))
    annotations = build.attestation(image)["annotations"]
    entry = attestation | {"annotations": annotations, "platform": {"os": "unknown", "architecture": "unknown"}}
    assert found(inspect(f"{listing(build, named(image, 'v1'), entry)}:v1")) == [("sbom", ["layout"], "linux/amd64")]


def test_two_images_still_have_to_be_told_apart(build: LayoutBuilder) -> None:
    image, other = build.image(), build.image("arm64")
    referrer = artifact(build, sbom(build), subject=subject_of(image))
    with pytest.raises(NotFoundError, match="several images"):
        inspect(listing(build, image, other, referrer))


def access(**limits: int) -> Options:
    return Options(access=Access(limits=replace(Limits(), **limits)))


def test_an_attached_manifest_beyond_a_limit_is_never_taken_for_absent(build: LayoutBuilder) -> None:
    image = build.image()
    artifact(build, *[sbom(build)] * 3, subject=subject_of(image))
    inspection = inspect(listing(build, image), access(layers=2))
    (platform,) = inspection.platforms
    assert (inspection.status, platform.coverage.sbom) == (Status.INCOMPLETE, Presence.UNDETERMINED)
    assert [each.code for each in inspection.problems] == ["ATT-EVD-001"]
    assert found(inspect(listing(build, image), access(layers=3)))


def test_an_attached_manifest_that_is_ambiguous_is_never_taken_for_absent(build: LayoutBuilder) -> None:
    image = build.image()
    manifest = {"schemaVersion": 2, "layers": [], "subject": subject_of(image)}
    build.blob(json.dumps(manifest).replace('"layers"', '"layers": [], "layers"').encode())
    (platform,) = inspect(listing(build, image)).platforms
    assert platform.coverage.sbom is Presence.UNDETERMINED


def test_statements_and_documents_among_the_blobs_are_no_broken_manifests(build: LayoutBuilder) -> None:
    image = build.image()
    build.statement(image, SPDX_TYPE, SBOM)
    build.blob(b'{"subject": [], "schemaVersion": "x"}')
    assert inspect(listing(build, image)).status is Status.COMPLETE


def test_the_limit_on_entries_is_a_setting_for_layouts_too(build: LayoutBuilder) -> None:
    image = build.image()
    entries = [named(image, "latest"), *(build.blob(str(number).encode()) for number in range(4))]
    assert inspect(listing(build, *entries), access(index_entries=5)).resolved.digest == image["digest"]
    with pytest.raises(MalformedDocumentError, match="more than 4 index entries"):
        inspect(listing(build, *entries), access(index_entries=4))
