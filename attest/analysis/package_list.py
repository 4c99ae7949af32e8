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
    supplier: str | None
    age: int

    def takes_supplier(self, supplier: str | None, age: int) -> None:
        """Keep the supplier that the newest document names."""
        if supplier is not None and (self.supplier is None or age < self.age):
            self.supplier, self.age = supplier, age


class _Document(msgspec.Struct, frozen=True):
    """One SBOM of one platform; `age` counts from the newest of all, which is 0."""

    evidence: str
    platform: str
    sbom: Sbom
    age: int


def package_list(
    sboms: Iterable[Listed], platforms: Sequence[str], order: Sequence[str] = ("declared", "concluded")
) -> tuple[Package, ...]:
    """Merge the packages of `sboms`; `platforms` are the keys of those that have an SBOM.

    `order` is the order of preference of the license values. Where entries are
    merged, the newest document that names a supplier is believed. Nothing
    depends on the order in which documents arrive, and ids are given after
    sorting.
    """
    with paused_gc():
        return _package_list(sboms, platforms, order)


def _package_list(sboms: Iterable[Listed], platforms: Sequence[str], order: Sequence[str]) -> tuple[Package, ...]:
    groups: dict[str, dict[str, _Entry]] = defaultdict(dict)
    for document in _documents(sboms, platforms):
        sbom, normalizer = document.sbom, Normalizer(document.sbom.texts)
        for package in sbom.packages:
            license_ = _license(package, sbom, document.evidence, normalizer, order)
            _add(groups[package.identity], package, license_, document)
    every = frozenset(platforms)
    listed = sorted((entry for entries in groups.values() for entry in _absorbed(entries)), key=_place)
    return tuple(_package(f"P{number}", entry, every, platforms) for number, entry in enumerate(listed, start=1))


def _documents(sboms: Iterable[Listed], platforms: Sequence[str]) -> list[_Document]:
    """Put the documents in the order of their ids and of the platforms."""
    places = {key: position for position, key in enumerate(platforms)}
    listed = sorted(sboms, key=lambda each: (*_number(each[0]), places.get(each[1], -1), each[1]))
    newest = sorted(range(len(listed)), key=lambda position: listed[position][2].created or "", reverse=True)
    ages = {position: age for age, position in enumerate(newest)}
    return [_Document(*each, ages[position]) for position, each in enumerate(listed)]


def _number(evidence: str) -> tuple[int, str]:
    """Sort `E2` before `E10`."""
    return len(evidence), evidence


def describes_image(sbom: Sbom) -> bool:
    """Tell whether an SBOM is about the image's final file system.

    BuildKit's scanner calls that document `sbom`, and those of build stages and
    of the context `sbom-<name>`.
    """
    return not (sbom.name or "").startswith("sbom-")


def license_list(packages: Iterable[Package]) -> tuple[License, ...]:
    """Return each distinct license of the packages, sorted by id, with how many carry it."""
    counts: Counter[str] = Counter()
    for expression, count in Counter(package.license.effective for package in packages).items():
        counts.update(dict.fromkeys(leaf_ids(expression), count))
    return tuple(replace(license_of(id_), packages=count) for id_, count in sorted(counts.items()))


def _license(
    package: SbomPackage, sbom: Sbom, evidence: str, normalizer: Normalizer, order: Sequence[str]
) -> PackageLicense:
    for source in order:
        text = package.declared if source == "declared" else package.concluded if source == "concluded" else None
        if text and text.upper() not in UNINFORMATIVE:
            break
    else:
        return PackageLicense(declared=package.declared, concluded=package.concluded)
    normalized = normalizer.normalize(text, package.type)
    place = sbom.declared_at if source == "declared" else sbom.concluded_at
    return PackageLicense(
        declared=package.declared,
        concluded=package.concluded,
        effective=normalized.expression,
        source=source,
        categories=normalized.categories,
        unrecognized=normalized.unrecognized,
        evidence=evidence,
        pointer=f"{package.pointer}/{place}" if place else package.pointer,
    )


def _add(entries: dict[str, _Entry], package: SbomPackage, license_: PackageLicense, document: _Document) -> None:
    meaning = _meaning(license_.effective)
    entry = entries.get(meaning)
    if entry is None:
        entry = entries[meaning] = _Entry(package, license_, set(), {}, package.supplier, document.age)
    entry.platforms.add(document.platform)
    entry.sources[document.evidence, package.pointer] = None
    entry.takes_supplier(package.supplier, document.age)


def _meaning(expression: str) -> str:
    """Return what is equal for lists of the same licenses: formats list them in different orders."""
    if " AND " not in expression or "(" in expression:
        return expression
    return " AND ".join(sorted(expression.split(" AND ")))


def _absorbed(entries: dict[str, _Entry]) -> Iterable[_Entry]:
    """Give what says nothing of a license to every entry that does: none of them may be lost where it says nothing."""
    if len(entries) == 1 or NOASSERTION not in entries:
        return entries.values()
    silent = entries.pop(NOASSERTION)
    for entry in entries.values():
        entry.platforms |= silent.platforms
        entry.sources = dict(sorted((entry.sources | silent.sources).items(), key=lambda each: _number(each[0][0])))
        entry.takes_supplier(silent.supplier, silent.age)
    return entries.values()


def _package(id_: str, entry: _Entry, every: frozenset[str], order: Sequence[str]) -> Package:
    package = entry.package
    platforms = ("*",) if entry.platforms >= every else tuple(key for key in order if key in entry.platforms)
    return Package(
        id=id_,
        name=package.name,
        type=package.type,
        namespace=package.namespace,
        version=package.version,
        purl=package.purl,
        supplier=entry.supplier,
        platforms=platforms,
        origin=Origin.UNKNOWN,
        license=entry.license,
        sources=tuple(PackageSource(evidence=evidence, pointer=pointer) for evidence, pointer in entry.sources),
    )


def _place(entry: _Entry) -> tuple[str, ...]:
    package = entry.package
    return (
        package.type,
        package.namespace or "",
        package.name,
        package.version or "",
        package.purl or "",
        entry.license.effective,
    )
