"""What a license text means: SPDX expression, category, and how both were found."""

from enum import StrEnum
from typing import Final

import msgspec

NOASSERTION: Final = "NOASSERTION"
"""SPDX's word for "no claim is made"."""
NONE: Final = "NONE"
"""SPDX's word for "there is no license"."""


class Category(StrEnum):
    """What a license demands, from nothing to everything, and `unknown`."""

    PUBLIC_DOMAIN = "public-domain"
    PERMISSIVE = "permissive"
    COPYLEFT_WEAK = "copyleft-weak"
    COPYLEFT_STRONG = "copyleft-strong"
    NETWORK_COPYLEFT = "network-copyleft"
    SOURCE_AVAILABLE = "source-available"
    NON_COMMERCIAL = "non-commercial"
    PROPRIETARY = "proprietary"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """What a policy says of a license or a fact; ranked in this order."""

    ALLOW = "allow"
    WARN = "warn"
    REVIEW = "review"
    DENY = "deny"


class LicenseText(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says about one of its own `LicenseRef-…` ids."""

    name: str | None = None
    text: str | None = None
    see_also: tuple[str, ...] = ()


class PackageLicense(msgspec.Struct, frozen=True, kw_only=True):
    """The license of one package: as written, and what it means.

    `declared` and `concluded` are kept as written. `effective` is a normalized
    SPDX expression or `NOASSERTION`. `chosen` is the operand a policy took for
    each OR, null until one was evaluated. `categories` are those of the leaves
    of `chosen` (else of `effective`), each once, strictest first. `pointer` is
    the RFC 6901 pointer of the text that was used, inside document `evidence`.
    """

    declared: str | None = None
    concluded: str | None = None
    effective: str = NOASSERTION
    source: str | None = None
    chosen: str | None = None
    categories: tuple[Category, ...] = ()
    unrecognized: tuple[str, ...] = ()
    evidence: str | None = None
    pointer: str | None = None


class License(msgspec.Struct, frozen=True, kw_only=True):
    """One distinct license of an image and how many packages carry it."""

    id: str
    name: str
    category: Category
    osi: bool | None = None
    fsf: bool | None = None
    deprecated: bool = False
    packages: int = 0
    effect: Effect | None = None
