"""Families of licenses: their names, what a name alone demands, and which version came after which."""

import re
from functools import lru_cache
from typing import Final

from attest.model.license import Category

REF_PREFIX: Final = "LicenseRef-attest-"
"""How a text that is no SPDX license is written in an expression."""
# Fedora's ids for what its licenses were called before it used SPDX
CALLAWAY_PREFIX: Final = "LicenseRef-Callaway-"

FAMILIES: Final = {
    "GPL": Category.COPYLEFT_STRONG,
    "LGPL": Category.COPYLEFT_WEAK,
    "AGPL": Category.NETWORK_COPYLEFT,
    "GFDL": Category.COPYLEFT_WEAK,
    "AFL": Category.PERMISSIVE,
    "Apache": Category.PERMISSIVE,
    "Artistic": Category.COPYLEFT_WEAK,
    "BSD": Category.PERMISSIVE,
    "CDDL": Category.COPYLEFT_WEAK,
    "Creative-Commons": Category.UNKNOWN,
    "EPL": Category.COPYLEFT_WEAK,
    "EUPL": Category.NETWORK_COPYLEFT,
    "MIT": Category.PERMISSIVE,
    "MPL": Category.COPYLEFT_WEAK,
    "OSL": Category.NETWORK_COPYLEFT,
    "ZPL": Category.PERMISSIVE,
}
"""What a family's name alone demands: the strictest of its common members."""

GNU: Final = frozenset({"GPL", "LGPL", "AGPL", "GFDL"})
"""Families whose ids end in `-only` or `-or-later`."""

# names as `folded` leaves them
_NAMES: Final = {
    "GPL": "gpl general-public general-public-gpl",
    "LGPL": "lgpl lesser-gpl library-gpl lesser-general-public lesser-general-public-lgpl library-general-public "
    "library-or-lesser-general-public library-or-lesser-general-public-lgpl lesser-or-library-general-public",
    "AGPL": "agpl affero-gpl affero-general-public affero-general-public-agpl affero",
    "GFDL": "gfdl fdl free-documentation free-documentation-fdl free-documentation-gfdl",
    "AFL": "afl academic-free academic-free-afl",
    "Apache": "apache apache-software apache-public asl apachelicense apachelicence",
    "Artistic": "artistic",
    "BSD": "bsd bsd-style bsd-like bsd-derived bsd-variant bsdl",
    "CDDL": "cddl common-development-and-distribution common-development-and-distribution-cddl",
    "Creative-Commons": "cc creative-commons",
    "EPL": "epl eclipse-public eclipse-public-epl eclipse",
    "EUPL": "eupl european-union-public european-union-public-eupl",
    "MIT": "mit mit-style mit-like mit-derived expat-like",
    "MPL": "mpl mozilla mozilla-public mozilla-public-mpl",
    "OSL": "osl open-software",
    "ZPL": "zpl zope zope-public",
}
_FAMILY: Final = {name: family for family, names in _NAMES.items() for name in names.split()}
_FILLER: Final = frozenset({"the", "gnu", "license", "licence", "licenses", "licences"})
_WORD: Final = re.compile(r"[a-z]+")
_DIGIT: Final = re.compile(r"\d")
_EXCEPTIONS: Final = re.compile(r"[- ]with[- ]exceptions?$", re.IGNORECASE)

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
_VERSIONED: Final = re.compile(
    r"(?P<family>[A-Z][A-Za-z]+)-(?P<version>\d+\.\d+)(?P<variant>-invariants|-no-invariants)?(?:-only|-or-later)?"
)


def folded(name: str) -> str:
    """Return the words of a name that tell it from others, in lower case and joined by `-`."""
    return "-".join(word for word in _WORD.findall(name.lower()) if word not in _FILLER)


def family_named(name: str) -> str | None:
    """Return the family that a text names, whatever version stands behind; null if it names none."""
    return _FAMILY.get(folded(name))


def bare_family(text: str) -> str | None:
    """Return the family that a whole text names without a version, with or without exceptions that it does not name."""
    return None if _DIGIT.search(text) else family_named(_EXCEPTIONS.sub("", text))


@lru_cache(maxsize=4096)
def family_of(id_: str) -> str | None:
    """Return the family whose name, without a version, an id is; null for any other."""
    for prefix in (REF_PREFIX, CALLAWAY_PREFIX):
        if id_.lower().startswith(prefix.lower()):
            return bare_family(id_[len(prefix) :])
    return None


def is_member(id_: str, family: str) -> bool:
    """Tell whether a license of the list belongs to a family, by the name they share."""
    return id_ == family or id_.startswith(f"{family}-")


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
