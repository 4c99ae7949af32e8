"""The policy file as it is written: TOML, and every key that is not known is an error."""

import datetime as dt
import re
from difflib import get_close_matches
from typing import Any, Final

import msgspec

from attest.errors import InvalidPolicyError
from attest.model.license import Effect

SCHEMA: Final = "attest.policy/1"
_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `([^`]+)`(?: - at `\$?\.?([^`]*)`)?")

# keys of the policy file that later versions evaluate; ignoring one would pass what it forbids
_LATER: Final = {
    "scope": ("origin",),
    "provenance": (
        "mode",
        "builders",
        "sources",
        "source_refs",
        "frontends",
        "require_commit",
        "require_pinned_materials",
        "require_complete_materials",
        "hermetic",
        "forbid",
        "max_age",
        "min_slsa_level",
    ),
    "signature": ("via_index", "identities"),
    "base": ("allow", "require_proven", "max_age"),
    "image": ("non_root",),
}

Words = list[str]


class Scope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which images and platforms a policy is for; empty means all."""

    images: Words = []
    platforms: Words = []


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a rule is about; each condition that is given must hold, one of its values being enough."""

    license: str | Words = []
    category: str | Words = []
    name: str | Words = []
    purl: str | Words = []
    type: str | Words = []
    origin: str | Words = []
    platform: str | Words = []


class LicenseRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[licenses.rule]]`: the first that matches decides."""

    effect: Effect
    when: When
    id: str = ""
    reason: str = ""


class Licenses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[licenses]`; what is null was not written."""

    default: Effect | None = None
    allow: Words = []
    warn: Words = []
    review: Words = []
    deny: Words = []
    or_choice: str | None = None
    exceptions_ok: Words = []
    missing: Effect | None = None
    nonstandard: Effect | None = None
    rule: list[LicenseRule] = []


class SbomTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[sbom]`."""

    require: bool | None = None
    formats: Words = []
    min_license_rate: float | None = None


class ProvenanceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[provenance]`."""

    require: bool | None = None


class SignatureTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[signature]`."""

    require: str | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[check]`."""

    fail_on: list[Effect] = []
    max_warn: int | None = None
    expired_waivers: Effect | None = None
    unused_waivers: Effect | None = None
    waiver_file: str | None = None


class Waiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[waiver]]`: a finding that someone accepts until the end of a day."""

    id: str = ""
    rule: str = ""
    license: str = ""
    purl: str = ""
    images: Words = []
    platforms: Words = []
    reason: str = ""
    owner: str = ""
    ticket: str = ""
    expires: dt.date | None = None


class TestCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[test]]`: what the policy must say of a package."""

    package: dict[str, str]
    expect: Effect
    chosen: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy file as it is written."""

    schema: str = SCHEMA
    name: str = ""
    extends: Words = []
    scope: Scope = Scope()
    groups: dict[str, Words] = {}
    licenses: Licenses = Licenses()
    sbom: SbomTable = SbomTable()
    provenance: ProvenanceTable = ProvenanceTable()
    signature: SignatureTable = SignatureTable()
    check: Check = Check()
    effects: dict[str, Effect] = {}
    waiver: list[Waiver] = []
    test: list[TestCase] = []


def read(text: str, where: str) -> Document:
    """Read the text of a policy file that people know as `where`.

    Raises:
        InvalidPolicyError: it is not TOML, has a key nobody knows, or a value of the wrong kind.
    """
    try:
        raw = msgspec.toml.decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise InvalidPolicyError(f"{where}: not TOML ({_line(error)})", hint="attest schema policy") from error
    _refuse_later_keys(raw, where)
    try:
        document = msgspec.convert(raw, Document)
    except msgspec.ValidationError as error:
        raise _explained(error, where) from error
    if document.schema != SCHEMA:
        raise InvalidPolicyError(f'{where}: schema is not "{SCHEMA}"', hint="this version reads no other")
    return document


def _refuse_later_keys(raw: dict[str, Any], where: str) -> None:
    for table, keys in _LATER.items():
        value = raw.get(table)
        for key in keys:
            if isinstance(value, dict) and key in value:
                raise InvalidPolicyError(
                    f"{where}: {table}.{key} is not supported by this version",
                    hint="leave it out, for a condition that is not evaluated must not look as if it were met",
                )


def _explained(error: msgspec.ValidationError, where: str) -> InvalidPolicyError:
    match = _UNKNOWN_FIELD.match(str(error))
    if match is None:
        return InvalidPolicyError(f"{where}: {_line(error)}", hint="the README lists the keys of a policy")
    key, table = match[1], match[2] or ""
    near = get_close_matches(key, _known_keys(), n=1)
    hint = f"did you mean {near[0]}?" if near else "the README lists the keys of a policy"
    return InvalidPolicyError(f"{where}: {table + '.' if table else ''}{key} is not a key of a policy", hint=hint)


def _known_keys() -> list[str]:
    tables = (Document, Scope, When, LicenseRule, Licenses, SbomTable, Check, Waiver, TestCase)
    return [field.name for table in tables for field in msgspec.structs.fields(table)]


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
