"""Licenses by name: a family with a version in the many ways it is written, and the names on the list.

`GPLv2+`, `Apache License, Version 2.0`, `GFDL-NIV-1.3+`, `3-clause BSD license`,
`CC BY-SA 4.0`, `Universal Permissive License v1.0`.
"""

import re
from typing import Final

from attest.licenses import catalog
from attest.licenses.expression import Leaf
from attest.licenses.families import GNU, family_named, folded, has_versions
from attest.licenses.urls import is_url
from attest.licenses.withs import exception_named

MAX_LENGTH: Final = 300

# names of licenses with versions that make no family, as `folded` leaves them, and how their ids begin
_PREFIXES: Final = {
    "boost": "BSL",
    "boost-software": "BSL",
    "business-source": "BUSL",
    "busl": "BUSL",
    "cecill": "CECILL",
    "common-public": "CPL",
    "cpl": "CPL",
    "elastic": "Elastic",
    "ms-pl": "MS-PL",
    "ofl": "OFL",
    "php": "PHP",
    "python-software-foundation": "PSF",
    "psf": "PSF",
    "server-side-public": "SSPL",
    "sil": "OFL",
    "sil-ofl": "OFL",
    "sil-open-font": "OFL",
    "open-font": "OFL",
    "sspl": "SSPL",
    "upl": "UPL",
}
_VERSIONED: Final = re.compile(
    r"(?P<name>[a-z][^0-9]*?)(?:[ (]*(?P<at_least>>=|≥))?[ ,:.(-]*(?:version|ver|v)?[ .-]*"
    r"(?P<version>\d{1,2}(?:\.\d{1,2})?)(?:\.0)?(?P<rest>(?![\d.]*\d).*)",
    re.IGNORECASE | re.DOTALL,
)
_LATER: Final = r"(?:or|and)[ -](?:\(at your option\) )?(?:any )?(?:later|newer|greater|above|higher)(?: versions?)?"
_REST: Final = re.compile(
    rf"\)?(?P<later> ?\+|,?[ -]{_LATER}| ?\({_LATER}\))?(?P<only>[ -]only)?\)?(?P<niv>-no-invariants?)?"
    r"(?:[ -]licen[sc]es?)?(?: ?\((?P<note>[^()]*)\))?"
    r"(?:,?[ -]with[ -](?P<with>.+)|-(?P<exception>[a-z][\w .-]*[ -]exceptions?))?",
    re.IGNORECASE,
)
# what joins licenses is no part of an exception's name
_JOINT: Final = re.compile(r"[,;&|/()]|\b(?:and|or)\b", re.IGNORECASE)
_NOT_INVARIANT: Final = "-niv"
_NOTE: Final = re.compile(r"(?P<before>.*?) ?\((?P<note>[^()]*)\) ?(?P<after>.*)", re.DOTALL)
# what stands behind Debian's `~` is a holder, but for words that say that the text is another
_CHANGE: Final = r"or|either|like|style|variant|modified|changed|with|no|patent|attribution|advertising"
_BSD: Final = re.compile(
    r"(?:the |standard )?(?:(?P<word>new|modified|revised|simplified|original)[ -])?"
    r"(?:(?P<before>[0-4])[ -]clauses?[ -])?bsd"
    rf"(?:[ -]?(?P<after>[0-4])(?:[ -]clauses?)?(?:~(?!{_CHANGE})[\w.-]+)?)?(?:[ -]licen[sc]e)?",
    re.IGNORECASE,
)
_BSD_WORDS: Final = {"new": "3", "modified": "3", "revised": "3", "simplified": "2", "original": "4"}
_CC: Final = re.compile(
    r"cc[ -]?(?P<kind>by(?:-(?:nc|nd|sa)){0,2}|zero|0)[ -]v?(?P<version>\d\.\d)(?: international)?", re.IGNORECASE
)

Named = tuple[Leaf, str | None]
"""A license, and the exception that was named with it but is not known."""


def license_named(text: str) -> Named | None:
    """Return the license that a text names; null if it names none, or a family without a version."""
    if len(text) > MAX_LENGTH:
        return None
    return _versioned(text) or _simple(_bsd(text) or _creative_commons(text) or _listed(text))


def _simple(id_: str | None) -> Named | None:
    return (Leaf(id_), None) if id_ and catalog.is_known(id_) else None


def _versioned(text: str) -> Named | None:
    named = _VERSIONED.fullmatch(text)
    rest = _REST.fullmatch(named["rest"]) if named else None
    if named is None or rest is None or not _says_the_same(rest["note"] or "", text):
        return None
    name = _without_note(named["name"]).lower()
    is_without_invariants = name.endswith(_NOT_INVARIANT) or bool(rest["niv"])
    name = folded(name.removesuffix(_NOT_INVARIANT))
    prefix = family_named(name) or _PREFIXES.get(name)
    exception = rest["with"] or rest["exception"]
    if prefix is None or _JOINT.search(exception or ""):
        return None
    variant = "-no-invariants" if is_without_invariants and prefix == "GFDL" else ""
    leaf = _leaf(prefix, named["version"], variant, is_later=bool(rest["later"] or named["at_least"]))
    if leaf is None or not exception:
        return (leaf, None) if leaf else None
    found = exception_named(exception, leaf)
    return (Leaf(leaf.id, leaf.or_later, found), None) if found else (leaf, exception)


def _says_the_same(note: str, name: str) -> bool:
    """Tell whether a note abbreviates the name it stands behind, or is its address: `(GPLv3)`."""
    if is_url(note):
        return True
    letters = iter(name.partition("(" + note)[0].lower())
    is_short = all(each in letters for each in note.lower() if each.isalpha())
    return is_short and ("+" not in note or "later" in name.lower())


def _without_note(name: str) -> str:
    match = _NOTE.fullmatch(name)
    if match is None or not _says_the_same(match["note"], name):
        return name
    return f"{match['before']} {match['after']}".strip()


def _leaf(prefix: str, version: str, variant: str, *, is_later: bool) -> Leaf | None:
    """Return an id of the list, or nothing: a version that no license has was meant otherwise."""
    version = version if "." in version else f"{version}.0"
    if prefix in GNU:
        id_ = f"{prefix}-{version}{variant}-{'or-later' if is_later else 'only'}"
        return Leaf(id_) if catalog.is_known(id_) else None
    listed = catalog.canonical_id(f"{prefix}-{version}")
    return Leaf(listed, is_later and has_versions(listed)) if listed else None


def _bsd(text: str) -> str | None:
    """Read the number of clauses, and skip a holder behind Debian's `~`; other suffixes may change the text."""
    match = _BSD.fullmatch(text)
    if match is None:
        return None
    clauses = match["before"] or match["after"] or _BSD_WORDS.get((match["word"] or "").lower())
    return {None: None, "0": "0BSD"}.get(clauses, f"BSD-{clauses}-Clause")


def _creative_commons(text: str) -> str | None:
    match = _CC.fullmatch(text)
    if match is None:
        return None
    kind = match["kind"].upper()
    return catalog.canonical_id(f"CC0-{match['version']}" if kind in ("0", "ZERO") else f"CC-{kind}-{match['version']}")


def _listed(text: str) -> str | None:
    return catalog.id_named(text) or catalog.id_named(_without_note(text))
