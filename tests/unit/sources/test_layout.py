"""Layouts on disk: what is named, what is missing, and what is not what it says."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from attest.errors import AttestError, IntegrityError, NotFoundError, UsageError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.sources import Access, open_source
from tests.command import LAYOUTS, layout
from tests.layout_builder import LayoutBuilder


@pytest.fixture
def build(tmp_path: Path) -> LayoutBuilder:
    return LayoutBuilder(tmp_path / "layout")


def named(build: LayoutBuilder, **images: dict[str, Any]) -> str:
    entries = [
        image | {"annotations": {"org.opencontainers.image.ref.name": name.replace("_", ".")}}
        for name, image in images.items()
    ]
    (build.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": entries}))
    return f"oci:{build.path}"


def resolved(reference: str) -> str:
    with open_source(reference, Access()) as source:
        return str(source.resolve().descriptor.digest)


def test_an_image_is_found_by_its_name(build: LayoutBuilder) -> None:
    old, new = build.image(annotations={"v": "1"}), build.image(annotations={"v": "2"})
    reference = named(build, v1_0=old, v2_0=new)
    assert resolved(f"{reference}:v2.0") == new["digest"]
    assert resolved(f"{reference}:v1.0") == old["digest"]


def test_without_a_name_it_is_latest_or_the_only_one(build: LayoutBuilder) -> None:
    image, other = build.image(), build.image(annotations={"other": "yes"})
    assert resolved(named(build, v1_0=image)) == image["digest"]
    assert resolved(named(build, v1_0=other, latest=image)) == image["digest"]


def test_of_several_one_has_to_be_named(build: LayoutBuilder) -> None:
    reference = named(build, v1_0=build.image(), v2_0=build.image(annotations={"other": "yes"}))
    with pytest.raises(NotFoundError) as caught:
        resolved(reference)
    assert caught.value.hint == "names there are: v1.0, v2.0"


def test_a_digest_decides_over_a_name(build: LayoutBuilder) -> None:
    image, other = build.image(), build.image(annotations={"other": "yes"})
    reference = named(build, v1_0=image, v2_0=other)
    assert resolved(f"{reference}:v1.0@{other['digest']}") == other["digest"]


def test_containerds_name_is_understood() -> None:
    assert resolved(layout("docker-hub-alpine-3.23.2") + ":docker.io/library/alpine:3.23.2")
    assert resolved(layout("docker-hub-alpine-3.23.2") + ":3.23.2")


def test_a_bare_path_is_a_layout_if_it_holds_one() -> None:
    assert resolved(str(LAYOUTS / "buildkit-edge-min-legacy"))


def test_what_cosign_saved_beside_an_image_is_no_image() -> None:
    assert resolved(layout("github-slsa3-v1.4.0"))


@pytest.mark.parametrize("content", [None, "[]", "<html>", '{"manifests": 1}', '{"manifests": []}'])
def test_an_index_that_is_none_is_refused(build: LayoutBuilder, content: str | None) -> None:
    if content is not None:
        (build.path / "index.json").write_text(content)
    with pytest.raises(AttestError) as caught:
        resolved(f"oci:{build.path}")
    assert caught.value.exit_code in (3, 6)


def test_a_pipe_in_place_of_a_file_does_not_hang(build: LayoutBuilder) -> None:
    os.mkfifo(build.path / "index.json")
    with pytest.raises(NotFoundError):
        resolved(f"oci:{build.path}")


def test_a_link_out_of_the_layout_leads_to_nothing(build: LayoutBuilder, tmp_path: Path) -> None:
    item = build.blob(b"content")
    named(build, v1_0=build.image())
    outside = build.path_of(item).rename(tmp_path / "outside")
    build.path_of(item).symlink_to(outside)
    with open_source(f"oci:{build.path}", Access()) as source, pytest.raises(NotFoundError) as caught:
        source.blob(described(item))
    assert caught.value.code == "ATT-SRC-002"


def test_a_link_within_the_layout_is_followed(build: LayoutBuilder) -> None:
    item = build.blob(b"content")
    named(build, v1_0=build.image())
    build.path_of(item).rename(build.path / "store")
    build.path_of(item).symlink_to("../../store")
    with open_source(f"oci:{build.path}", Access()) as source:
        assert source.blob(described(item)) == b"content"


def test_a_link_to_itself_is_no_file(build: LayoutBuilder) -> None:
    item = build.blob(b"content")
    named(build, v1_0=build.image())
    build.path_of(item).unlink()
    build.path_of(item).symlink_to(build.path_of(item))
    with open_source(f"oci:{build.path}", Access()) as source, pytest.raises(NotFoundError):
        source.blob(described(item))


def test_a_layout_may_itself_be_behind_a_link(build: LayoutBuilder, tmp_path: Path) -> None:
    named(build, v1_0=build.image())
    (tmp_path / "link").symlink_to(build.path)
    assert resolved(f"oci:{tmp_path / 'link'}")


def described(item: dict[str, Any], **changes: Any) -> Descriptor:
    values = {"media_type": "x", "digest": Digest.parse(item["digest"]), "size": item["size"]}
    return Descriptor(**(values | changes))


def test_a_blob_that_is_not_what_its_digest_says_is_refused(build: LayoutBuilder) -> None:
    item = build.blob(b"content")
    named(build, v1_0=build.image())
    build.path_of(item).write_bytes(b"tamper!")
    with open_source(f"oci:{build.path}", Access()) as source, pytest.raises(IntegrityError, match="do not match"):
        source.blob(described(item))


@pytest.mark.parametrize("size", [1, 6, 8, 100])
def test_a_blob_of_another_size_is_refused(build: LayoutBuilder, size: int) -> None:
    item = build.blob(b"content")
    named(build, v1_0=build.image())
    with open_source(f"oci:{build.path}", Access()) as source, pytest.raises(IntegrityError, match="size"):
        source.blob(described(item, size=size))


def test_a_blob_over_the_limit_is_not_even_opened(build: LayoutBuilder) -> None:
    named(build, v1_0=build.image())
    absent = Descriptor(media_type="x", digest=Digest.of(b"absent"), size=2_000_000_000)
    with open_source(f"oci:{build.path}", Access()) as source, pytest.raises(IntegrityError) as caught:
        source.blob(absent)
    assert (caught.value.code, "ATTEST_MAX_BLOB" in (caught.value.hint or "")) == ("ATT-EVD-003", True)


def test_content_inside_the_descriptor_is_checked_too(build: LayoutBuilder) -> None:
    named(build, v1_0=build.image())
    item = build.blob(b"content")
    with open_source(f"oci:{build.path}", Access()) as source:
        assert source.blob(described(item, data=b"content")) == b"content"
        with pytest.raises(IntegrityError):
            source.blob(described(item, data=b"another"))


def test_a_folder_that_is_no_layout_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        resolved(f"oci:{tmp_path}")
    assert caught.value.code == "ATT-SRC-004"


def test_no_path_at_all_is_refused() -> None:
    with pytest.raises(UsageError):
        resolved("oci:")
