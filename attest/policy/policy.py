"""A policy, ready to be evaluated: every pattern read, every default filled in."""

from typing import Final

import msgspec

from attest.model.finding import PolicyStamp
from attest.model.license import Effect
from attest.policy.document import LicenseRule, Waiver
from attest.policy.pattern import Pattern

LIST_ORDER: Final = (Effect.DENY, Effect.REVIEW, Effect.WARN, Effect.ALLOW)


class CompiledRule(msgspec.Struct, frozen=True, kw_only=True):
    """A `[[licenses.rule]]` whose patterns were read."""

    rule: LicenseRule
    licenses: tuple[Pattern, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed, denied and required."""

    stamp: PolicyStamp
    images: tuple[str, ...]
    platforms: tuple[str, ...]
    lists: dict[Effect, tuple[Pattern, ...]]
    rules: tuple[CompiledRule, ...]
    default: Effect
    missing: Effect
    nonstandard: Effect
    or_choice: str
    exceptions_ok: frozenset[str]
    require_sbom: bool
    sbom_formats: tuple[str, ...]
    min_license_rate: float | None
    require_provenance: bool
    require_signature: str
    fail_on: tuple[Effect, ...]
    max_warn: int | None
    expired_waivers: Effect
    unused_waivers: Effect
    effects: dict[str, Effect]
    waivers: tuple[Waiver, ...]

    def effect_of(self, rule: str, default: Effect = Effect.DENY) -> Effect:
        """Return the effect of a rule that is not about licenses."""
        return self.effects.get(rule, default)
