from collections import Counter

from attest.model.attachment import Channel, ProbeStatus
from tests.command import layout
from tests.layout_builder import LayoutBuilder
from tests.unit.discovery.conftest import Look

SPDX = "https://spdx.dev/Document"
SLSA = "https://slsa.dev/provenance/v1"
INDEX = frozenset({Channel.INDEX})


def test_a_real_index_gives_the_documents_of_every_platform(look: Look) -> None:
    _, found = look(layout("docker-hub-alpine-3.23.2"), channels=INDEX)
    by_platform = Counter(document.attachment.platform for document in found.documents)
    assert by_platform.pop("linux/arm/v6") == 1
    assert len(by_platform) == 7
    assert set(by_platform.values()) == {2}
    assert {probe.status for probe in found.probes} == {ProbeStatus.FOUND}


def test_the_shape_with_an_artifact_type_is_read_too(look: Look) -> None:
    _, found = look(layout("buildkit-ledger-3.2.0"), channels=INDEX)
    assert {document.attachment.artifact_type for document in found.documents} == {
        "application/vnd.docker.attestation.manifest.v1+json"
    }
    assert len(found.documents) == 4


def test_only_the_wanted_platform_is_read(look: Look) -> None:
    _, found = look(layout("buildkit-ledger-3.2.0"), ("linux/arm64",), INDEX)
    assert {document.attachment.platform for document in found.documents} == {"linux/arm64"}


def test_a_platform_without_attestations_is_absent(build: LayoutBuilder, look: Look) -> None:
    _, found = look(build.tag(build.index(build.image())), channels=INDEX)
    (probe,) = found.probes
    assert (probe.status, probe.conclusive, probe.platform) == (ProbeStatus.ABSENT, True, "linux/amd64")


def test_an_attestation_of_nothing_in_the_index_is_an_orphan(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    orphan = build.attestation(image, build.statement(image, SPDX, {}), digest="sha256:" + "a" * 64)
    _, found = look(build.tag(build.index(image, orphan)), channels=INDEX)
    assert found.documents == ()
    (problem,) = found.problems
    assert problem.code == "ATT-EVD-004"
    assert "which the index does not list" in problem.message


def test_an_attestation_listed_before_its_image_is_found(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    attestation = build.attestation(image, build.statement(image, SPDX, {}))
    _, found = look(build.tag(build.index(attestation, image)), channels=INDEX)
    assert len(found.documents) == 1


def test_several_attestation_manifests_of_one_image_are_all_kept(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    first = build.attestation(image, build.statement(image, SPDX, {"name": "sbom"}))
    second = build.attestation(image, build.statement(image, SLSA, {}))
    _, found = look(build.tag(build.index(image, first, second)), channels=INDEX)
    assert [document.attachment.predicate_type for document in found.documents] == [SPDX, SLSA]


def test_the_old_annotation_is_accepted(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    entry = build.attestation(image, build.statement(image, SPDX, {}))
    entry["annotations"]["com.docker.reference.digest"] = entry["annotations"].pop("vnd.docker.reference.digest")
    _, found = look(build.tag(build.index(image, entry)), channels=INDEX)
    assert len(found.documents) == 1


def test_an_entry_of_another_reference_type_is_ignored(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    entry = build.attestation(image, build.statement(image, SPDX, {}))
    entry["annotations"]["vnd.docker.reference.type"] = "something-else"
    resolution, found = look(build.tag(build.index(image, entry)), channels=INDEX)
    assert len(resolution.image.platforms) == 1
    assert found.documents == ()


def test_attestations_inside_a_nested_index_are_found(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    inner = build.index(image, build.attestation(image, build.statement(image, SPDX, {})))
    resolution, found = look(build.tag(build.index(inner)), channels=INDEX)
    assert [each.key for each in resolution.image.platforms] == ["linux/amd64"]
    assert len(found.documents) == 1


def test_a_missing_attestation_manifest_is_an_error_and_never_an_absence(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    entry = build.attestation(image, build.statement(image, SPDX, {}))
    build.path_of(entry).unlink()
    _, found = look(build.tag(build.index(image, entry)), channels=INDEX)
    (probe,) = found.probes
    assert (probe.status, probe.conclusive) == (ProbeStatus.ERROR, False)


def test_a_missing_document_is_kept_as_unreadable(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    statement = build.statement(image, SPDX, {})
    build.path_of(statement).unlink()
    _, found = look(build.tag(build.index(image, build.attestation(image, statement))), channels=INDEX)
    assert [document.readable for document in found.documents] == [False]


def test_layers_of_unknown_type_are_ignored(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    entry = build.attestation(image, build.blob(b"noise", "application/x-noise"))
    _, found = look(build.tag(build.index(image, entry)), channels=INDEX)
    assert found.documents == ()


def test_a_single_manifest_says_that_its_index_is_not_known(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    resolution, found = look(f"{build.tag(image)}@{image['digest']}", channels=INDEX)
    assert resolution.image.platforms[0].key == "linux/amd64"
    (probe,) = found.probes
    assert (probe.status, probe.conclusive) == (ProbeStatus.UNSUPPORTED, False)


def test_a_single_manifest_that_a_tag_names_has_no_index_to_look_into(build: LayoutBuilder, look: Look) -> None:
    _, found = look(build.tag(build.image()), channels=INDEX)
    (probe,) = found.probes
    assert (probe.status, probe.conclusive) == (ProbeStatus.ABSENT, True)


def test_a_platform_named_by_its_digest_keeps_what_the_index_of_its_layout_holds(
    build: LayoutBuilder, look: Look
) -> None:
    image = build.image()
    attestation = build.attestation(image, build.statement(image, "https://example.com/p", {}))
    reference = build.tag(build.index(image, attestation))
    _, found = look(f"{reference}@{image['digest']}", channels=INDEX)
    assert [each.attachment.platform for each in found.documents] == ["linux/amd64"]
