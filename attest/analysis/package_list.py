"""One list of packages from every SBOM of every platform, and the licenses in it.

Entries of one identity are one package as far as they agree on its license: an
entry without a license is absorbed by one that has it, so that a poor SBOM
cannot blank what another knows; entries with different licenses stay apart and
are each judged, so that a good SBOM cannot hide what another states.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from attest.formats.json_text import paused_gc
from attest.licenses import Normalizer, leaf_ids, license_of
from attest.model.license import NOASSERTION, NONE, License, PackageLicense
from attest.model.package import Origin, Package, PackageSource
from attest.model.sbom import Sbom, SbomPackage

UNINFORMATIVE = frozenset({"", NOASSERTION, NONE, "UNKNOWN"})

Listed = tuple[str, str, Sbom]
"""The id of the evidence, the key of the platform it is about, and the SBOM."""


class _Entry(msgspec.Struct):
    package: SbomPackage
    license: PackageLicense
    platforms: set[str]
    sources: dict[tuple[str, str], None]


def package_list(
    sboms: Iterable[Listed], platforms: Sequence[str], order: Sequence[str] = ("declared", "concluded")
) -> tuple[Package, ...]:
    """Merge the packages of `sboms`; `platforms` are the keys of those that have an SBOM.

    `order` is the order of preference of the license values. Ids are given
    after sorting; where entries are merged, what the first document says of a
    package's supplier stands, so that documents come in the order of their ids.
    """
    with paused_gc():
        return _package_list(sboms, platforms, order)


def _package_list(sboms: Iterable[Listed], platforms: Sequence[str], order: Sequence[str]) -> tuple[Package, ...]:
    groups: dict[str, dict[str, _Entry]] = defaultdict(dict)
    for evidence, platform, sbom in sboms:
        normalizer = Normalizer(sbom.texts)
        for package in sbom.packages:
            license_ = _license(package, sbom, evidence, normalizer, order)
            _add(groups[package.identity], package, license_, (evidence, platform))
    every = frozenset(platforms)
    packages = [_package(entry, every, platforms) for entries in groups.values() for entry in _absorbed(entries)]
    packages.sort(key=_place)
    return tuple(replace(package, id=f"P{number}") for number, package in enumerate(packages, start=1))


def describes_image(sbom: Sbom) -> bool:
    """Tell whether an SBOM is about the image's final file system.

    BuildKit's scanner calls that document `sbom`, and those of build stages and
    of the context `sbom-<name>`.
    """
    return not (sbom.name or "").startswith("sbom-")


def license_list(packages: Iterable[Package]) -> tuple[License, ...]:
    """Return each distinct license of the packages, sorted by id, with how many carry it."""
    counts: Counter[str] = Counter()
    for package in packages:
        counts.update(set(leaf_ids(package.license.effective)))
    return tuple(replace(license_of(id_), packages=count) for id_, count in sorted(counts.items()))


def _license(
    package: SbomPackage, sbom: Sbom, evidence: str, normalizer: Normalizer, order: Sequence[str]
) -> PackageLicense:
    values = {"declared": package.declared, "concluded": package.concluded}
    source = next((each for each in order if (values.get(each) or "").upper() not in UNINFORMATIVE), None)
    if source is None:
        return PackageLicense(declared=package.declared, concluded=package.concluded)
    normalized = normalizer.normalize(values[source] or "", package.type)
    place = sbom.declared_at if source == "declared" else sbom.concluded_at
    return PackageLicense(
        declared=package.declared,
        concluded=package.concluded,
        effective=normalized.expression,
        source=source,
        categories=normalized.categories,
        unrecognized=normalized.unrecognized,
        evidence=evidence,
        pointer=f"{package.pointer}/{place}",
    )


def _add(entries: dict[str, _Entry], package: SbomPackage, license_: PackageLicense, source: tuple[str, str]) -> None:
    evidence, platform = source
    entry = entries.get(license_.effective)
    if entry is None:
        entry = entries[license_.effective] = _Entry(package, license_, set(), {})
    entry.platforms.add(platform)
    entry.sources[evidence, package.pointer] = None


def _absorbed(entries: dict[str, _Entry]) -> Iterable[_Entry]:
    """Give what says nothing of a license to every entry that does: none of them may be lost where it says nothing."""
    if len(entries) == 1 or NOASSERTION not in entries:
        return entries.values()
    silent = entries.pop(NOASSERTION)
    for entry in entries.values():
        entry.platforms |= silent.platforms
        entry.sources |= silent.sources
    return entries.values()


def _package(entry: _Entry, every: frozenset[str], order: Sequence[str]) -> Package:
    package = entry.package
    platforms = ("*",) if entry.platforms >= every else tuple(key for key in order if key in entry.platforms)
    return Package(
        id="",
        name=package.name,
        type=package.type,
        namespace=package.namespace,
        version=package.version,
        purl=package.purl,
        supplier=package.supplier,
        platforms=platforms,
        origin=Origin.UNKNOWN,
        license=entry.license,
        sources=tuple(PackageSource(evidence=evidence, pointer=pointer) for evidence, pointer in entry.sources),
    )


def _place(package: Package) -> tuple[str, ...]:
    return (
        package.type,
        package.namespace or "",
        package.name,
        package.version or "",
        package.purl or "",
        package.license.effective,
    )
