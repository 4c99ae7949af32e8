import json
from typing import Any

import pytest

from attest.discovery.tag_seeks import stem_of
from attest.model.attachment import Channel
from attest.model.digest import Digest
from tests.command import LAYOUTS, layout
from tests.layout_builder import MANIFEST, LayoutBuilder
from tests.unit.discovery.conftest import Look

UNPACKED = LAYOUTS.parent / "unpacked"


def referrer(build: LayoutBuilder, subject: dict[str, Any], content: bytes, **more: Any) -> dict[str, Any]:
    layer = build.blob(content, "application/spdx+json")
    return build.json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": "application/spdx+json",
            "config": build.blob(b"{}", "application/vnd.oci.empty.v1+json"),
            "layers": [layer],
            "subject": {key: subject[key] for key in ("mediaType", "digest", "size")},
        }
        | more,
        MANIFEST,
    )


def test_a_manifest_that_names_its_subject_is_found_among_the_blobs(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    referrer(build, image, b"{}")
    _, found = look(build.tag(build.index(image)))
    (document,) = found.documents
    assert document.attachment.platform == "linux/amd64"
    assert [edge.channel for edge in document.attachment.edges] == [Channel.LAYOUT]


def test_what_hangs_on_a_referrer_is_found_too(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    sbom = referrer(build, image, b"{}")
    referrer(build, sbom, b"signature")
    _, found = look(build.tag(build.index(image)))
    assert sorted(document.raw or b"" for document in found.documents) == [b"signature", b"{}"]


def test_a_referrer_that_is_an_index_gives_what_it_lists(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    subject = {key: image[key] for key in ("mediaType", "digest", "size")}
    config = build.blob(b"{}", "application/vnd.oci.empty.v1+json")
    manifests = [{"schemaVersion": 2, "config": config, "layers": [build.blob(each)]} for each in (b"first", b"second")]
    inner = [build.json(each, MANIFEST) for each in manifests]
    build.index(*inner, build.index(), subject=subject)
    _, found = look(build.tag(build.index(image)))
    assert sorted(document.raw or b"lost" for document in found.documents) == [b"first", b"lost", b"second"]


def test_what_hangs_on_an_attestation_manifest_is_found_too(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    attestation = build.attestation(image, build.statement(image, "https://spdx.dev/Document", {}))
    referrer(build, attestation, b"signature")
    _, found = look(build.tag(build.index(image, attestation)))
    assert b"signature" in [document.raw for document in found.documents]


def test_more_than_three_hops_are_not_followed(build: LayoutBuilder, look: Look) -> None:
    subject = build.image()
    index = build.index(subject)
    for number in range(6):
        subject = referrer(build, subject, b"%d" % number)
    _, found = look(build.tag(index))
    assert sorted(document.raw or b"" for document in found.documents) == [b"0", b"1", b"2", b"3"]


def test_the_same_document_found_twice_is_one_with_two_edges(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    entry = referrer(build, image, b"{}")
    tag = image["digest"].replace(":", "-") + ".sbom"
    root = build.index(image)
    build.tag(root)
    index = json.loads((build.path / "index.json").read_text())
    index["manifests"].append(entry | {"annotations": {"org.opencontainers.image.ref.name": tag}})
    (build.path / "index.json").write_text(json.dumps(index))
    _, found = look(f"oci:{build.path}")
    (document,) = found.documents
    assert {edge.channel for edge in document.attachment.edges} == {Channel.LAYOUT, Channel.COSIGN_TAG}


def test_the_fallback_tag_is_cut_to_what_a_tag_may_be() -> None:
    assert stem_of(Digest("sha256", "a" * 64)) == "sha256-" + "a" * 64
    assert stem_of(Digest("sha512", "b" * 128)) == "sha512-" + "b" * 64


def test_cosign_save_marks_are_understood(look: Look) -> None:
    _, found = look(layout("github-slsa3-v2.1.0"))
    types = sorted(document.attachment.layer.media_type for document in found.documents)
    assert types == ["application/vnd.dsse.envelope.v1+json", "application/vnd.in-toto+json"]


@pytest.mark.parametrize(
    ("name", "media_types"),
    [
        (
            "cosign-tags-ledger",
            [
                "application/vnd.dev.cosign.simplesigning.v1+json",
                "application/vnd.dsse.envelope.v1+json",
                "application/vnd.dsse.envelope.v1+json",
                *["application/vnd.in-toto+json"] * 4,
                "text/spdx+json",
            ],
        ),
        (
            "cosign-bundles-ledger",
            [
                *["application/vnd.dev.sigstore.bundle.v0.3+json"] * 3,
                *["application/vnd.in-toto+json"] * 4,
            ],
        ),
        (
            "notation-ledger",
            ["application/cose", "application/jose+json", *["application/vnd.in-toto+json"] * 4],
        ),
        (
            "oras-attached-ledger",
            [
                "application/spdx+json",
                *["application/vnd.in-toto+json"] * 4,
                "application/vnd.oci.image.layer.v1.tar",
            ],
        ),
    ],
)
def test_real_producers_documents_are_all_found(name: str, media_types: list[str], look: Look) -> None:
    _, found = look(f"oci:{UNPACKED / name}")
    assert sorted(document.attachment.layer.media_type for document in found.documents) == media_types
    assert found.problems == ()
