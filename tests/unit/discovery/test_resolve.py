import pytest

from attest.errors import MalformedDocumentError, NotFoundError
from attest.model.attachment import Channel
from tests.layout_builder import LayoutBuilder
from tests.unit.discovery.conftest import Look


def test_platforms_keep_the_order_of_the_index(build: LayoutBuilder, look: Look) -> None:
    images = [build.image("s390x"), build.image("amd64"), build.image("arm", "v7")]
    resolution, _ = look(build.tag(build.index(*images)))
    assert [each.key for each in resolution.image.platforms] == ["linux/s390x", "linux/amd64", "linux/arm/v7"]


def test_windows_images_are_told_apart_by_their_version(build: LayoutBuilder, look: Look) -> None:
    images = []
    for version in ("10.0.17763.1", "10.0.20348.1"):
        image = build.image(annotations={"version": version})
        images.append(image | {"platform": {"os": "windows", "architecture": "amd64", "os.version": version}})
    resolution, _ = look(build.tag(build.index(*images)))
    assert [each.key for each in resolution.image.platforms] == [
        "windows(10.0.17763.1)/amd64",
        "windows(10.0.20348.1)/amd64",
    ]


def test_two_images_of_one_platform_both_count(build: LayoutBuilder, look: Look) -> None:
    images = [build.image(), build.image(annotations={"second": "yes"})]
    resolution, _ = look(build.tag(build.index(*images)))
    assert [each.key for each in resolution.image.platforms] == ["linux/amd64", "linux/amd64#2"]


def test_an_entry_listed_twice_counts_once_and_is_said(build: LayoutBuilder, look: Look) -> None:
    image = build.image()
    resolution, _ = look(build.tag(build.index(image, image)))
    assert len(resolution.image.platforms) == 1
    assert "listed twice" in resolution.problems[0].message


def test_a_platform_that_the_index_leaves_out_is_read_from_the_config(build: LayoutBuilder, look: Look) -> None:
    image = build.image("riscv64")
    del image["platform"]
    resolution, _ = look(build.tag(build.index(image)))
    assert [each.key for each in resolution.image.platforms] == ["linux/riscv64"]


def test_indexes_nested_too_deep_are_a_problem_and_the_rest_is_read(build: LayoutBuilder, look: Look) -> None:
    index = build.index(build.image("arm64"))
    for _ in range(6):
        index = build.index(index)
    resolution, _ = look(build.tag(build.index(build.image(), index)))
    assert [each.key for each in resolution.image.platforms] == ["linux/amd64"]
    assert resolution.problems[0].code == "ATT-EVD-003"


def test_a_damaged_nested_index_does_not_hide_its_siblings(build: LayoutBuilder, look: Look) -> None:
    inner = build.index(build.image("arm64"))
    build.path_of(inner).write_bytes(b"x" * inner["size"])
    resolution, _ = look(build.tag(build.index(build.image(), inner)))
    assert [each.key for each in resolution.image.platforms] == ["linux/amd64"]
    assert [each.code for each in resolution.problems] == ["ATT-EVD-001"]


def test_an_empty_index_has_no_platform(build: LayoutBuilder, look: Look) -> None:
    resolution, found = look(build.tag(build.index()), channels=frozenset({Channel.INDEX}))
    assert resolution.image.platforms == ()
    assert found.documents == ()


def test_a_platform_the_image_lacks_is_not_found(build: LayoutBuilder, look: Look) -> None:
    reference = build.tag(build.index(build.image()))
    with pytest.raises(NotFoundError, match="linux/s390x"):
        look(reference, ("linux/s390x",))


def test_a_root_that_is_no_image_fails_the_run(build: LayoutBuilder, look: Look) -> None:
    root = build.json({"hello": "world"}, "application/vnd.oci.image.index.v1+json")
    with pytest.raises(MalformedDocumentError):
        look(build.tag(root))
