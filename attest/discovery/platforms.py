"""Choosing platforms by the names people use for them.

The names and the order of substitutes are containerd's:
https://github.com/containerd/platforms/blob/v1.0.0/compare.go
"""

import platform as machine
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from attest.errors import NotFoundError, UsageError
from attest.model.attachment import PlatformImage
from attest.model.descriptor import Platform

_ARCHITECTURES: Final = {
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "i386": ("386", None),
    "i486": ("386", None),
    "i586": ("386", None),
    "i686": ("386", None),
}
_DEFAULT_VARIANTS: Final = {("amd64", "v1"), ("arm64", "v8"), ("arm64", "8"), ("386", None)}
_ARM_VARIANTS: Final = ("v8", "v7", "v6", "v5")


def normalize(platform: Platform) -> Platform:
    """Return the platform under the name by which it is compared."""
    architecture, implied = _ARCHITECTURES.get(platform.architecture.lower(), (platform.architecture, None))
    variant = platform.variant or implied
    if architecture == "arm64" and variant in ("v9.0", "9"):
        variant = "v9"
    if architecture == "arm" and variant is None:
        variant = "v7"
    if architecture == "arm" and variant is not None and variant.isdigit():
        variant = f"v{variant}"
    if (architecture, variant) in _DEFAULT_VARIANTS:
        variant = None
    return replace(platform, os=platform.os.lower(), architecture=architecture, variant=variant)


def host() -> Platform:
    """Return the platform of the machine this runs on; containers are Linux except on Windows."""
    system = "windows" if sys.platform == "win32" else "linux"
    return normalize(Platform(os=system, architecture=machine.machine()))


def select(images: Sequence[PlatformImage], wanted: Sequence[str]) -> tuple[PlatformImage, ...]:
    """Choose the platforms that `wanted` names, in the image's own order.

    A word is `all`, `host`, a platform's key, or `os/architecture[/variant]`,
    which an image without that very variant satisfies by a lower one.

    Raises:
        UsageError: a word is no platform.
        NotFoundError: the image has no such platform.
    """
    if not wanted or "all" in wanted:
        return tuple(images)
    chosen: set[str] = set()
    for word in wanted:
        keys = {image.key for image in images if image.key == word} or _matching(images, word)
        if not keys:
            there = ", ".join(image.key for image in images) or "none"
            raise NotFoundError(
                f"{word}: the image has no such platform",
                code="ATT-SRC-003",
                hint=f"platforms there are: {there}",
            )
        chosen |= keys
    return tuple(image for image in images if image.key in chosen)


def _matching(images: Sequence[PlatformImage], word: str) -> set[str]:
    try:
        asked = host() if word == "host" else normalize(Platform.parse(word))
    except ValueError as error:
        raise UsageError(str(error), hint="write os/architecture, such as linux/arm64, or all, or host") from error
    for substitute in _substitutes(asked):
        keys = {image.key for image in images if _equal(normalize(image.platform), substitute)}
        if keys:
            return keys
    return set()


def _equal(one: Platform, other: Platform) -> bool:
    return (one.os, one.architecture, one.variant) == (other.os, other.architecture, other.variant)


def _substitutes(asked: Platform) -> Iterator[Platform]:
    """Yield the platform itself, then what also runs there, best first."""
    yield asked
    variant = asked.variant or ""
    if asked.architecture == "amd64":
        level = int(variant[1:]) if variant[1:].isdigit() else 1
        for lower in range(min(level, 9) - 1, 0, -1):
            yield normalize(replace(asked, variant=f"v{lower}"))
        yield replace(asked, architecture="386", variant=None)
    elif asked.architecture == "arm64":
        if variant:
            yield replace(asked, variant=None)
        for lower_variant in _ARM_VARIANTS:
            yield replace(asked, architecture="arm", variant=lower_variant)
    elif asked.architecture == "arm" and variant in _ARM_VARIANTS:
        for lower_variant in _ARM_VARIANTS[_ARM_VARIANTS.index(variant) + 1 :]:
            yield replace(asked, variant=lower_variant)
