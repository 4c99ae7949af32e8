import pytest

from attest.discovery.platforms import normalize, select
from attest.errors import NotFoundError, UsageError
from attest.model.attachment import PlatformImage
from attest.model.descriptor import Descriptor, Platform
from attest.model.digest import Digest


def images(*keys: str) -> list[PlatformImage]:
    return [
        PlatformImage(
            key=key,
            platform=Platform.parse(key),
            manifest=Descriptor(media_type="x", digest=Digest.of(key.encode()), size=1),
        )
        for key in keys
    ]


ALPINE = images(
    "linux/amd64",
    "linux/arm/v6",
    "linux/arm/v7",
    "linux/arm64/v8",
    "linux/386",
    "linux/ppc64le",
    "linux/s390x",
)


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        pytest.param(["linux/amd64"], ["linux/amd64"], id="exact"),
        pytest.param(["linux/arm64"], ["linux/arm64/v8"], id="v8 is the default of arm64"),
        pytest.param(["linux/aarch64"], ["linux/arm64/v8"], id="a name of the machine"),
        pytest.param(["linux/arm"], ["linux/arm/v7"], id="v7 is the default of arm"),
        pytest.param(["linux/x86_64"], ["linux/amd64"], id="another name of amd64"),
        pytest.param(["linux/amd64/v3"], ["linux/amd64"], id="down to the variant there is"),
        pytest.param(["linux/arm/v8"], ["linux/arm/v7"], id="down one variant"),
        pytest.param(["linux/s390x", "linux/386"], ["linux/386", "linux/s390x"], id="in the image's order"),
        pytest.param(["all"], [image.key for image in ALPINE], id="all"),
        pytest.param([], [image.key for image in ALPINE], id="no wish"),
    ],
)
def test_select_chooses(wanted: list[str], chosen: list[str]) -> None:
    assert [image.key for image in select(ALPINE, wanted)] == chosen


def test_select_prefers_the_exact_variant_to_a_lower_one() -> None:
    there = images("linux/arm/v5", "linux/arm/v6")
    assert [image.key for image in select(there, ["linux/arm/v6"])] == ["linux/arm/v6"]


def test_select_never_goes_up_to_what_would_not_run() -> None:
    with pytest.raises(NotFoundError):
        select(images("linux/amd64"), ["linux/386"])


def test_a_platform_that_is_missing_is_answered_with_those_there_are() -> None:
    with pytest.raises(NotFoundError) as caught:
        select(images("linux/amd64", "linux/386"), ["linux/riscv64"])
    assert caught.value.code == "ATT-SRC-003"
    assert caught.value.hint == "platforms there are: linux/amd64, linux/386"


@pytest.mark.parametrize("word", ["linux", "a/b/c/d", "/", "linux/"])
def test_a_word_that_is_no_platform_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        select(ALPINE, [word])


def test_normalizing_twice_changes_nothing() -> None:
    once = normalize(Platform.parse("linux/armhf"))
    assert normalize(once) == once == Platform(os="linux", architecture="arm", variant="v7")
