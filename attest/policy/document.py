"""The policy file as it is written: one struct for each of its tables, in the order of the file."""

import datetime as dt
from typing import Annotated, Final, Literal

import msgspec

from attest.model.license import Effect

SCHEMA: Final = "attest.policy/1"

Words = list[str]
Rate = Annotated[float, msgspec.Meta(ge=0, le=1)]
Limit = Annotated[int, msgspec.Meta(ge=0)]
OrChoice = Literal["best", "worst", "ask"]
Signed = Literal["none", "any", "all"]
ScopeOrigin = Literal["all", "added"]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file; what is null or empty was not written."""


class Scope(Table, frozen=True, kw_only=True):
    """`[scope]`: which images and platforms a policy is for, and which of their packages; empty means all."""

    images: Words = []
    platforms: Words = []
    origin: ScopeOrigin | None = None


class When(Table, frozen=True, kw_only=True):
    """What a rule is about; each condition that is given must hold, one of its values being enough."""

    license: str | Words = []
    category: str | Words = []
    name: str | Words = []
    purl: str | Words = []
    type: str | Words = []
    origin: str | Words = []
    platform: str | Words = []


class LicenseRule(Table, frozen=True, kw_only=True):
    """One `[[licenses.rule]]`: the first that matches decides."""

    effect: Effect
    when: When
    id: str = ""
    reason: str = ""


class Licenses(Table, frozen=True, kw_only=True):
    """`[licenses]`."""

    default: Effect | None = None
    allow: Words = []
    warn: Words = []
    review: Words = []
    deny: Words = []
    or_choice: OrChoice | None = None
    exceptions_ok: Words = []
    missing: Effect | None = None
    nonstandard: Effect | None = None
    rule: list[LicenseRule] = []


class SbomTable(Table, frozen=True, kw_only=True):
    """`[sbom]`."""

    require: bool | None = None
    formats: Words = []
    min_license_rate: Rate | None = None


class ProvenanceTable(Table, frozen=True, kw_only=True):
    """`[provenance]`."""

    require: bool | None = None


class SignatureTable(Table, frozen=True, kw_only=True):
    """`[signature]`."""

    require: Signed | None = None


class Check(Table, frozen=True, kw_only=True):
    """`[check]`."""

    fail_on: list[Effect] = []
    max_warn: Limit | None = None
    expired_waivers: Effect | None = None
    unused_waivers: Effect | None = None
    waiver_file: str | None = None


class Waiver(Table, frozen=True, kw_only=True):
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


class PackageCase(Table, frozen=True, kw_only=True):
    """The package of a `[[test]]`; its license is written as an SBOM would declare it."""

    name: str = "example"
    type: str = "generic"
    version: str | None = None
    purl: str | None = None
    license: str = ""
    origin: Literal["base", "added", "unknown"] = "unknown"
    platform: str | None = None


class PolicyTest(Table, frozen=True, kw_only=True):
    """One `[[test]]`: what the policy must say of a package."""

    package: PackageCase
    expect: Effect
    chosen: str | None = None


class Document(Table, frozen=True, kw_only=True):
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
    test: list[PolicyTest] = []


class WaiverDocument(Table, frozen=True, kw_only=True):
    """The file that `check.waiver_file` names."""

    schema: str = SCHEMA
    waiver: list[Waiver] = []


def words_of(value: str | Words) -> Words:
    """Return a value that may be written as one word as the list it stands for."""
    return [value] if isinstance(value, str) else value
