"""The SPDX license list with a category for every id, loaded once and when first needed.

`data/licenses.json` and `data/scancode.json` are written by
`.ci/update_licenses.py`; their categories rest on the index of ScanCode
LicenseDB (CC-BY-4.0).
"""

import re
from functools import cache, lru_cache
from typing import Final

import msgspec

from attest.licenses.expression import Leaf
from attest.licenses.families import FAMILIES, REF_PREFIX, family_of
from attest.licenses.resources import resource
from attest.licenses.urls import bare_url
from attest.model.license import Category, License
from attest.model.wire import decoder_of

LIST_VERSION: Final = "3.28.0"
"""The release of the SPDX license list that the catalog was made from."""

SCANCODE_PREFIX: Final = "LicenseRef-scancode-"
"""How ScanCode LicenseDB, the widest list there is, writes a license that SPDX does not list."""

STRICTNESS: Final = {category: rank for rank, category in enumerate(Category)}
"""Categories from lax to strict; `unknown` ranks last, for nothing is known of what it demands."""

# texts without an id whose demand is known all the same
_NON_COMMERCIAL: Final = re.compile(r"(?:.*-)?non-?commercial(?:-.*)?")
_PROPRIETARY: Final = re.compile(
    r"unlicensed|(?:.+-)?(?:commercial|proprietary)(?:-license)?|(?:other-)?proprietary-license|all-rights-reserved"
)
_FILLER: Final = frozenset({"the", "license", "licence", "version", "ver", "v"})
_WORD: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)*")
_ZEROS: Final = re.compile(r"(?:\.0)+$")


class _Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    id: str
    name: str
    osi: bool | None
    fsf: bool | None
    category: Category
    deprecated: bool
    replacement: str | None = None


class _Catalog(msgspec.Struct):
    version: str
    licenses: list[_Entry]
    exceptions: dict[str, bool]
    names: dict[str, str]
    urls: dict[str, str]


@cache
def _catalog() -> _Catalog:
    return decoder_of(_Catalog).decode(resource("licenses.json"))


@cache
def _licenses() -> dict[str, _Entry]:
    return {entry.id: entry for entry in _catalog().licenses}


@cache
def _ids() -> dict[str, str]:
    return {entry.id.lower(): entry.id for entry in _catalog().licenses}


@cache
def _exceptions() -> dict[str, str]:
    return {id_.lower(): id_ for id_ in _catalog().exceptions}


@cache
def _scancode() -> dict[str, Category]:
    return msgspec.json.decode(resource("scancode.json"), type=dict[str, Category])


def folded_name(name: str) -> str:
    """Return the words of a name that tell it from others: case, punctuation and `the … license` do not."""
    words = (_ZEROS.sub("", word) for word in _WORD.findall(name.lower()) if word not in _FILLER)
    return " ".join(words)


def data_version() -> str:
    """Return the release of the list that the data itself names."""
    return _catalog().version


def canonical_id(text: str) -> str | None:
    """Return the list's spelling of an id, whatever its case; null if it is not listed."""
    return _ids().get(text.lower())


def canonical_exception(text: str) -> str | None:
    """Return the list's spelling of an exception's id, whatever its case; null if it is not listed."""
    return _exceptions().get(text.lower())


def id_named(name: str) -> str | None:
    """Return the license that the list gives this name, and no other.

    A `+` would be lost among the punctuation, and with it what it allows.
    """
    return _catalog().names.get(folded_name(name)) if "+" not in name else None


def id_at(url: str) -> str | None:
    """Return the license that a page is about, by the list's own references; null if it is about none or several."""
    return _catalog().urls.get(bare_url(url))


def all_ids() -> tuple[str, ...]:
    """Return every id of the list, sorted."""
    return tuple(_licenses())


def all_exceptions() -> tuple[str, ...]:
    """Return every exception's id, sorted."""
    return tuple(_catalog().exceptions)


def is_known(id_: str) -> bool:
    """Tell whether an id stands on the list in this spelling."""
    return id_ in _licenses()


def weakens(exception: str) -> bool:
    """Tell whether an exception lifts the copyleft of what is linked, generated or run with the work."""
    return _catalog().exceptions.get(exception, False)


def replacement_of(id_: str) -> str:
    """Return the expression that a deprecated id stands for; any other id stands for itself."""
    entry = _licenses().get(id_)
    return id_ if entry is None or entry.replacement is None else entry.replacement


def license_of(key: str) -> License:
    """Return what is known of one leaf of an expression, as `str(leaf)` prints it."""
    id_, _, exception = key.partition(" WITH ")
    entry = _licenses().get(id_) or _licenses().get(id_.removesuffix("+"))
    category = category_of(Leaf(id_.removesuffix("+"), id_.endswith("+"), exception or None))
    if entry is None:
        return License(id=key, name=id_.removeprefix(REF_PREFIX), category=category)
    return License(
        id=key,
        name=f"{entry.name} with {exception}" if exception else entry.name,
        category=category,
        osi=entry.osi,
        fsf=entry.fsf,
        deprecated=entry.deprecated,
    )


def category_of(leaf: Leaf) -> Category:
    """Return what one leaf demands; an exception may turn strong copyleft into weak."""
    category = _category_of_id(leaf.id)
    if category is Category.COPYLEFT_STRONG and leaf.exception and weakens(leaf.exception):
        return Category.COPYLEFT_WEAK
    return category


def is_understood(leaf: Leaf) -> bool:
    """Tell whether anything is known of a leaf: it is listed somewhere, or what it demands is plain."""
    return is_known(leaf.id) or _category_of_id(leaf.id) is not Category.UNKNOWN


@lru_cache(maxsize=4096)
def _category_of_id(id_: str) -> Category:
    entry = _licenses().get(id_)
    if entry is not None:
        return entry.category
    lowered = id_.lower()
    if lowered.startswith(SCANCODE_PREFIX.lower()):
        return _scancode().get(lowered.removeprefix(SCANCODE_PREFIX.lower()), Category.UNKNOWN)
    family = family_of(id_)
    if family is not None:
        return FAMILIES[family]
    if lowered.startswith(REF_PREFIX.lower()):
        return _category_of_words(lowered.removeprefix(REF_PREFIX.lower()))
    return Category.UNKNOWN


def _category_of_words(slug: str) -> Category:
    if _NON_COMMERCIAL.fullmatch(slug):
        return Category.NON_COMMERCIAL
    return Category.PROPRIETARY if _PROPRIETARY.fullmatch(slug) else Category.UNKNOWN
