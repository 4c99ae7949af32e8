"""What several reports say of the packages of one image: counted, grouped, and merged for people."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from attest.model.inspection import Presence
from attest.model.license import NOASSERTION, Category
from attest.model.package import Package
from attest.model.report import Target
from attest.render import words

_ALWAYS: Final = (
    Category.PERMISSIVE,
    Category.COPYLEFT_WEAK,
    Category.COPYLEFT_STRONG,
    Category.NETWORK_COPYLEFT,
)
_OPERATORS: Final = re.compile(r"\s+(?:AND|OR)\s+|[()]")
MISSING: Final = "missing"


EVERY_PLATFORM: Final = ("*",)


def type_counts(packages: Sequence[Package]) -> str:
    """Count packages by type: `deb 98, pypi 3`."""
    counts = Counter(package.type for package in packages)
    return ", ".join(f"{type_} {number:,}" for type_, number in counts.most_common())


def counted_packages(target: Target) -> Sequence[Package]:
    """Return the packages of one platform where all have as many of each kind, else those of all.

    Architectures differ in what tells packages apart; an image for two of them
    does not have twice the packages.
    """
    groups = [_packages_of(target, platform) for platform in with_sbom(target)]
    kinds = {tuple(sorted(_kinds(group).items())) for group in groups}
    return groups[0] if len(kinds) == 1 else target.packages or ()


def merged_packages(target: Target) -> list[Package]:
    """Return the packages, those that differ in their purl alone as one.

    A distribution's packages name their architecture; to a reader they are the same.
    """
    groups: dict[tuple[object, ...], list[Package]] = {}
    for package in target.packages or ():
        license_ = package.license
        written = (license_.declared, license_.concluded, license_.effective, license_.chosen)
        key = (package.type, package.namespace, package.name, package.version, *written, package.effect)
        groups.setdefault(key, []).append(package)
    known = with_sbom(target)
    return [_merged(group, known) if group[1:] else group[0] for group in groups.values()]


def _merged(packages: Sequence[Package], known: Sequence[str]) -> Package:
    named = {platform for package in packages for platform in package.platforms}
    everywhere = EVERY_PLATFORM[0] in named or named >= set(known)
    return replace(
        packages[0],
        purl=None,
        platforms=EVERY_PLATFORM if everywhere else tuple(each for each in known if each in named),
        sources=tuple(source for package in packages for source in package.sources),
    )


def _packages_of(target: Target, platform: str) -> list[Package]:
    packages = target.packages or ()
    return [each for each in packages if each.platforms == EVERY_PLATFORM or platform in each.platforms]


def _kinds(packages: Sequence[Package]) -> Counter[tuple[str, str]]:
    return Counter((package.type, strictest(package) or MISSING) for package in packages)


def with_sbom(target: Target) -> list[str]:
    """Name the platforms whose packages are known."""
    return [each.platform for each in target.platforms if each.coverage.sbom is Presence.PRESENT]


def spread(target: Target) -> str:
    """Say on which platforms the packages are that `counted_packages` returns."""
    known = with_sbom(target)
    if len(known) == 1:
        return f"on {known[0]}"
    which = "all platforms" if len(known) == len(target.platforms) else "all platforms that have an SBOM"
    packages = merged_packages(target)
    some = sum(package.platforms != EVERY_PLATFORM for package in packages)
    if not some:
        return f"same on {which}"
    shared = f"{len(packages) - some:,} the same on {which}, {some:,} on some only"
    if len(counted_packages(target)) == len(packages):
        return shared
    return f"on each platform; {len(packages):,} different ones: {shared}"


def category_counts(packages: Sequence[Package]) -> dict[str, int]:
    """Count packages by the strictest category each carries; those without a license are `missing`."""
    counts = Counter(strictest(package) for package in packages)
    shown = {
        words.CATEGORIES[category]: counts[category] for category in Category if counts[category] or category in _ALWAYS
    }
    return {**shown, MISSING: counts[None]}


def strictest(package: Package) -> Category | None:
    """Return the strictest category a package carries; null where no license is known."""
    if package.license.effective == NOASSERTION:
        return None
    return next(iter(package.license.categories), Category.UNKNOWN)


def leaves(expression: str) -> frozenset[str]:
    """Return the licenses an SPDX expression names, each with its exception."""
    return frozenset(leaf for part in _OPERATORS.split(expression) if (leaf := part.strip()))


def packages_by_license(packages: Sequence[Package]) -> Mapping[str, list[Package]]:
    """Group packages under each license that their effective expression names."""
    groups: dict[str, list[Package]] = {}
    for package in packages:
        for leaf in leaves(package.license.effective):
            groups.setdefault(leaf, []).append(package)
    return groups


def license_counts(target: Target) -> Mapping[str, int]:
    """Count the packages under each license the way `counted_packages` counts packages."""
    groups = packages_by_license(counted_packages(target))
    return {each.id: len(groups.get(each.id, ())) or each.packages for each in target.licenses or ()}


def has_debian_packages(packages: Sequence[Package] | None) -> bool:
    """Tell whether the note on Debian's license inventories is due."""
    return any(package.type == "deb" for package in packages or ())


def package_title(package: Package) -> str:
    """Name a package as people do: its namespace only where the name alone does not tell."""
    separators = {"maven": ":", "npm": "/", "golang": "/", "composer": "/", "github": "/"}
    name = package.name
    if package.namespace and package.type in separators:
        name = f"{package.namespace}{separators[package.type]}{name}"
    return f"{name} {package.version}" if package.version else name
