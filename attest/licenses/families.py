"""Families of licenses: names without a version, and the versions that came later."""

import re
from typing import Final

from attest.model.license import Category

REF_PREFIX: Final = "LicenseRef-attest-"

FAMILIES: Final = {
    "GPL": Category.COPYLEFT_STRONG,
    "LGPL": Category.COPYLEFT_WEAK,
    "AGPL": Category.NETWORK_COPYLEFT,
    "GFDL": Category.COPYLEFT_WEAK,
    "BSD": Category.PERMISSIVE,
    "Apache": Category.PERMISSIVE,
    "Artistic": Category.COPYLEFT_WEAK,
    "MPL": Category.COPYLEFT_WEAK,
    "EPL": Category.COPYLEFT_WEAK,
    "CDDL": Category.COPYLEFT_WEAK,
    "MIT": Category.PERMISSIVE,
    "Creative-Commons": Category.UNKNOWN,
}
"""What a family's name alone demands: the strictest of its common members."""

# whole texts, as slugs in lower case, that name a family and no version of it
_NAMES: Final = {
    "gpl": "GPL",
    "gnu-gpl": "GPL",
    "gnu-general-public-license": "GPL",
    "gnu-general-public-license-gpl": "GPL",
    "gpl-with-exceptions": "GPL",
    "lgpl": "LGPL",
    "gnu-lgpl": "LGPL",
    "lgpl-with-exceptions": "LGPL",
    "gnu-lesser-general-public-license": "LGPL",
    "gnu-library-or-lesser-general-public-license-lgpl": "LGPL",
    "agpl": "AGPL",
    "gnu-affero-general-public-license": "AGPL",
    "gfdl": "GFDL",
    "fdl": "GFDL",
    "gnu-free-documentation-license-fdl": "GFDL",
    "bsd": "BSD",
    "bsd-license": "BSD",
    "bsd-style": "BSD",
    "bsd-like": "BSD",
    "apache": "Apache",
    "apache-license": "Apache",
    "apache-software-license": "Apache",
    "artistic": "Artistic",
    "artistic-license": "Artistic",
    "mpl": "MPL",
    "mozilla-public-license": "MPL",
    "epl": "EPL",
    "eclipse-public-license": "EPL",
    "cddl": "CDDL",
    "creative-commons": "Creative-Commons",
    "cc": "Creative-Commons",
}
_CALLAWAY: Final = "licenseref-callaway-"

_VERSIONS: Final = {
    "GPL": ("1.0", "2.0", "3.0"),
    "LGPL": ("2.0", "2.1", "3.0"),
    "AGPL": ("1.0", "3.0"),
    "GFDL": ("1.1", "1.2", "1.3"),
    "Apache": ("1.0", "1.1", "2.0"),
    "MPL": ("1.0", "1.1", "2.0"),
    "EPL": ("1.0", "2.0"),
    "EUPL": ("1.0", "1.1", "1.2"),
    "CDDL": ("1.0", "1.1"),
    "OSL": ("1.0", "1.1", "2.0", "2.1", "3.0"),
}
GNU: Final = frozenset({"GPL", "LGPL", "AGPL", "GFDL"})
_VERSIONED: Final = re.compile(
    r"(?P<family>[A-Z][A-Za-z]+)-(?P<version>\d+\.\d+)(?P<variant>-invariants|-no-invariants)?(?:-only|-or-later)?"
)


def family_of(id_: str) -> str | None:
    """Return the family whose name, without a version, an id is; null for any other."""
    lowered = id_.lower()
    if lowered.startswith(_CALLAWAY):
        return _family_named(lowered.removeprefix(_CALLAWAY)) or ("MIT" if lowered.endswith("-mit") else None)
    return _family_named(lowered.removeprefix(REF_PREFIX.lower())) if lowered.startswith(REF_PREFIX.lower()) else None


def _family_named(slug: str) -> str | None:
    return _NAMES.get(slug)


def has_versions(id_: str) -> bool:
    """Tell whether a license belongs to a family in which later versions exist."""
    match = _VERSIONED.fullmatch(id_)
    return match is not None and match["family"] in _VERSIONS


def later_versions(id_: str, *, or_later: bool = False) -> tuple[str, ...]:
    """Return the versions that an or-later leaf lets the licensee choose, as `-only` ids, from its own on.

    An id that is not or-later, or has no family, gives itself alone.
    """
    match = _VERSIONED.fullmatch(id_)
    if match is None or match["family"] not in _VERSIONS:
        return (id_,)
    if not (or_later or id_.endswith("-or-later")):
        return (id_,)
    family, variant = match["family"], match["variant"] or ""
    versions = _VERSIONS[family]
    if match["version"] not in versions:
        return (id_,)
    suffix = "-only" if family in GNU else ""
    return tuple(f"{family}-{each}{variant}{suffix}" for each in versions[versions.index(match["version"]) :])
