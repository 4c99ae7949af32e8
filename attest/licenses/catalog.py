"""The SPDX license list with a category for every id, loaded once and when first needed.

`data/licenses.json` is written by `.ci/update_licenses.py`; its categories rest
on the index of ScanCode LicenseDB (CC-BY-4.0).
"""

from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from attest.licenses.expression import Leaf
from attest.licenses.families import FAMILIES, family_of, later_versions
from attest.model.license import NOASSERTION, Category, License

LIST_VERSION: Final = "3.28.0"
"""The release of the SPDX license list that the catalog was made from."""

REF_PREFIX: Final = "LicenseRef-attest-"
"""How a text that is no SPDX license is written in an expression."""
SCANCODE_PREFIX: Final = "LicenseRef-scancode-"

STRICTNESS: Final = {category: rank for rank, category in enumerate(Category)}
"""Categories from lax to strict; `unknown` ranks last, for nothing is known of what it demands."""

# https://spdx.org/licenses/#deprecated
REPLACEMENTS: Final = {
    "GPL-2.0-with-GCC-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "wxWindows": "GPL-2.0-or-later WITH WxWindows-exception-3.1",
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "StandardML-NJ": "SMLNJ",
    "Nunit": "zlib-acknowledgement",
}
# licenses outside the list that are common enough to be known by ScanCode's key
_SCANCODE: Final = {
    "public-domain": Category.PUBLIC_DOMAIN,
    "commons-clause": Category.SOURCE_AVAILABLE,
    "rsalv2": Category.SOURCE_AVAILABLE,
    "confluent-community-1.0": Category.SOURCE_AVAILABLE,
    "elastic-license-2018": Category.SOURCE_AVAILABLE,
}
# texts without an id whose demand is known all the same
_KNOWN_TEXTS: Final = {
    "UNLICENSED": Category.PROPRIETARY,
    "Artifex-Commercial-License": Category.PROPRIETARY,
    "Commercial": Category.PROPRIETARY,
    "Commercial-License": Category.PROPRIETARY,
    "Proprietary": Category.PROPRIETARY,
    "Proprietary-License": Category.PROPRIETARY,
}


class _Data(msgspec.Struct):
    version: str
    licenses: list[tuple[str, str, bool | None, bool | None, Category, bool]]
    exceptions: list[tuple[str, bool]]
    urls: dict[str, str]


class _Catalog(msgspec.Struct):
    licenses: dict[str, License]
    ids: dict[str, str]
    exceptions: dict[str, str]
    weakening: frozenset[str]
    urls: dict[str, str]


@cache
def _catalog() -> _Catalog:
    content = (files("attest") / "licenses" / "data" / "licenses.json").read_bytes()
    data = msgspec.json.decode(content, type=_Data)
    licenses = {
        id_: License(id=id_, name=name, category=category, osi=osi, fsf=fsf, deprecated=deprecated)
        for id_, name, osi, fsf, category, deprecated in data.licenses
    }
    return _Catalog(
        licenses=licenses,
        ids={id_.lower(): id_ for id_ in licenses},
        exceptions={id_.lower(): id_ for id_, _ in data.exceptions},
        weakening=frozenset(id_ for id_, weakens in data.exceptions if weakens),
        urls=data.urls,
    )


def canonical_id(text: str) -> str | None:
    """Return the list's spelling of an id, whatever its case; null if it is not listed."""
    return _catalog().ids.get(text.lower())


def canonical_exception(text: str) -> str | None:
    """Return the list's spelling of an exception's id, whatever its case; null if it is not listed."""
    return _catalog().exceptions.get(text.lower())


def all_ids() -> tuple[str, ...]:
    """Return every id of the list, sorted."""
    return tuple(_catalog().licenses)


def all_exceptions() -> tuple[str, ...]:
    """Return every exception's id, sorted."""
    return tuple(_catalog().exceptions.values())


def is_known(id_: str) -> bool:
    """Tell whether an id stands on the list in this spelling."""
    return id_ in _catalog().licenses


def license_at(url: str) -> str | None:
    """Return the license that a page is about, by the list's own references."""
    return _catalog().urls.get(url)


def replacement_of(id_: str) -> str:
    """Return the expression that a deprecated id stands for; any other id stands for itself."""
    if id_ in REPLACEMENTS:
        return REPLACEMENTS[id_]
    entry = _catalog().licenses.get(id_)
    if entry is None or not entry.deprecated:
        return id_
    if id_.endswith("+") and is_known(f"{id_[:-1]}-or-later"):
        return f"{id_[:-1]}-or-later"
    return f"{id_}-only" if is_known(f"{id_}-only") else id_


def license_of(key: str) -> License:
    """Return what is known of one leaf of an expression, as `str(leaf)` prints it."""
    id_, _, exception = key.partition(" WITH ")
    entry = _catalog().licenses.get(id_) or _catalog().licenses.get(id_.removesuffix("+"))
    leaf = Leaf(id_.removesuffix("+"), id_.endswith("+"), exception or None)
    if entry is None:
        return License(id=key, name=id_.removeprefix(REF_PREFIX), category=category_of(leaf))
    name = f"{entry.name} with {exception}" if exception else entry.name
    return msgspec.structs.replace(entry, id=key, name=name, category=category_of(leaf))


def category_of(leaf: Leaf) -> Category:
    """Return what one leaf demands; an exception may turn strong copyleft into weak."""
    category = _category_of_id(leaf.id)
    if category is Category.COPYLEFT_STRONG and leaf.exception in _catalog().weakening:
        return Category.COPYLEFT_WEAK
    return category


def _category_of_id(id_: str) -> Category:
    entry = _catalog().licenses.get(id_)
    if entry is not None:
        return entry.category
    if id_.startswith(SCANCODE_PREFIX):
        return _SCANCODE.get(id_.removeprefix(SCANCODE_PREFIX), Category.UNKNOWN)
    family = family_of(id_)
    if family is not None:
        return FAMILIES[family]
    return _KNOWN_TEXTS.get(id_.removeprefix(REF_PREFIX), Category.UNKNOWN)


__all__ = [
    "LIST_VERSION",
    "NOASSERTION",
    "REF_PREFIX",
    "SCANCODE_PREFIX",
    "STRICTNESS",
    "all_exceptions",
    "all_ids",
    "canonical_exception",
    "canonical_id",
    "category_of",
    "is_known",
    "later_versions",
    "license_at",
    "license_of",
    "replacement_of",
]
