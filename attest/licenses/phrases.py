"""Names of licenses with a version, in the many ways they are written: `GPLv2+`, `Apache License, Version 2.0`."""

import re
from typing import Final

from attest.licenses import catalog
from attest.licenses.expression import Leaf, Tree, parse
from attest.licenses.families import GNU, has_versions
from attest.licenses.withs import with_exception

_FAMILIES: Final = (
    ("AGPL", r"(?:gnu )?affero (?:general public licen[sc]e|gpl)|gnu agpl|agpl"),
    (
        "LGPL",
        r"(?:gnu )?(?:lesser|library)(?: or (?:lesser|library))? (?:general public licen[sc]e|gpl)|gnu lgpl|lgpl",
    ),
    ("GPL", r"(?:gnu )?general public licen[sc]e|gnu gpl|gpl"),
    ("GFDL", r"(?:gnu )?free documentation licen[sc]e|gnu fdl|gfdl|fdl"),
    ("Apache", r"apache software licen[sc]e|apache licen[sc]e|apache software|apache|asl"),
    ("MPL", r"mozilla public licen[sc]e|mozilla|mpl"),
    ("EPL", r"eclipse public licen[sc]e|epl"),
    ("CDDL", r"common development and distribution licen[sc]e|cddl"),
    ("EUPL", r"european union public licen[sc]e|eupl"),
    ("OSL", r"open software licen[sc]e|osl"),
    ("AFL", r"academic free licen[sc]e|afl"),
    ("Artistic", r"artistic licen[sc]e|artistic"),
    ("BSL", r"boost software licen[sc]e|boost"),
    ("BUSL", r"business source licen[sc]e|bsl(?= ?v?1\.1)|busl"),
    ("ZPL", r"zope public licen[sc]e|zpl"),
    ("OFL", r"sil open font licen[sc]e|sil ofl|ofl"),
    ("W3C", r"w3c"),
    ("CPL", r"common public licen[sc]e|cpl"),
    ("PHP", r"php licen[sc]e|php"),
    ("Ruby", r"ruby licen[sc]e"),
)
_NAME: Final = "|".join(f"(?P<{family}>{pattern})" for family, pattern in _FAMILIES)
_PHRASE: Final = re.compile(
    rf"(?:the )?(?:{_NAME})(?: \((?:the )?[a-z -]+\))?(?P<niv>[- ]niv)?"
    r"(?: licen[sc]e)?[,:]?[- ]*(?:version|ver\.?|v\.?)?[- ]*(?P<version>\d{1,2}(?:\.\d{1,2})?)?(?:\.0)?"
    r"(?P<later> ?\+|,?[- ](?:or|and)[- ](?:any )?(?:later|newer|greater|above)(?: versions?)?)?(?P<only>[- ]only)?"
    r"(?: licen[sc]e)?(?: \([^()]*\))?(?:,? ?[- ]with[- ](?:the )?(?P<exception>.+))?",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(
    r"(?:the )?(?:new|modified|revised|simplified|original|old|(?P<first>[0234])[- ]clause)?[- ]?bsd"
    r"(?:[- ](?P<second>[0234])[- ]clause)?(?:[- ]licen[sc]e)?(?:[- ][a-z]+)?",
    re.IGNORECASE,
)
_CC: Final = re.compile(r"cc[- ](?P<kind>by(?:-(?:nc|nd|sa)){0,2}|zero|0)[- ](?:v)?(?P<version>\d\.\d)", re.IGNORECASE)
_MAX_PHRASE: Final = 300


def named_version(text: str, unrecognized: list[str]) -> Tree | None:
    """Read a family's name with a version; null without a version, or if the list has no such id."""
    if len(text) > _MAX_PHRASE:
        return None
    match = _PHRASE.fullmatch(text)
    if match is None:
        return _bsd(text) or _creative_commons(text)
    family = next(name for name, _ in _FAMILIES if match[name])
    if match["version"] is None:
        return None
    leaf = _leaf(family, match)
    if leaf is None:
        return None
    if match["exception"]:
        return with_exception(leaf, match["exception"], unrecognized)
    return leaf


def _leaf(family: str, match: re.Match[str]) -> Leaf | None:
    version = match["version"] if "." in match["version"] else f"{match['version']}.0"
    later = bool(match["later"])
    if family in GNU:
        middle = "-no-invariants" if match["niv"] else ""
        id_ = f"{family}-{version}{middle}-{'or-later' if later else 'only'}"
        return Leaf(id_) if catalog.is_known(id_) else None
    listed = catalog.canonical_id(f"{family}-{version}")
    return Leaf(listed, later and has_versions(listed)) if listed else None


def _bsd(text: str) -> Tree | None:
    match = _CLAUSES.fullmatch(text)
    if match is None:
        return None
    clauses = (
        match["first"]
        or match["second"]
        or {"new": "3", "mod": "3", "rev": "3", "sim": "2", "ori": "4"}.get(text.lower().removeprefix("the ")[:3], "")
    )
    if clauses == "0":
        return Leaf("0BSD")
    return Leaf(f"BSD-{clauses}-Clause") if clauses else None


def _creative_commons(text: str) -> Tree | None:
    match = _CC.fullmatch(text)
    if match is None:
        return None
    kind = match["kind"].upper()
    id_ = catalog.canonical_id(f"CC0-{match['version']}" if kind in ("0", "ZERO") else f"CC-{kind}-{match['version']}")
    return parse(id_) if id_ else None
