"""A policy, ready to be evaluated: every pattern read, every default filled in."""

from typing import Final

import msgspec

from attest.model.finding import PolicyStamp
from attest.model.license import Category, Effect
from attest.policy.document import LicenseRule, OrChoice, PolicyTest, Signed, Waiver
from attest.policy.pattern import Pattern

RANK: Final = {effect: rank for rank, effect in enumerate(Effect)}
LIST_ORDER: Final = (Effect.DENY, Effect.REVIEW, Effect.WARN, Effect.ALLOW)


class CompiledRule(msgspec.Struct, frozen=True, kw_only=True):
    """A `[[licenses.rule]]` whose patterns were read."""

    rule: LicenseRule
    licenses: tuple[Pattern, ...]
    categories: frozenset[Category]

    @property
    def is_about_packages(self) -> bool:
        """True when it needs a package, and not only its license, to tell whether the rule applies."""
        when = self.rule.when
        return any((when.name, when.purl, when.type, when.origin, when.platform))

    @property
    def title(self) -> str:
        """How messages name the rule."""
        return f"licenses.rule {self.rule.id}" if self.rule.id else "licenses.rule"


class CompiledWaiver(msgspec.Struct, frozen=True, kw_only=True):
    """A `[[waiver]]` whose license patterns were read."""

    waiver: Waiver
    licenses: tuple[Pattern, ...]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed, denied and required.

    `images` and `platforms` are globs, empty meaning all; `waiver_file` is where
    waivers are written, null where the policy is no file.
    """

    stamp: PolicyStamp
    images: tuple[str, ...]
    platforms: tuple[str, ...]
    only_added: bool
    lists: dict[Effect, tuple[Pattern, ...]]
    rules: tuple[CompiledRule, ...]
    default: Effect
    missing: Effect
    nonstandard: Effect
    or_choice: OrChoice
    exceptions_ok: frozenset[str]
    require_sbom: bool
    sbom_formats: tuple[str, ...]
    min_license_rate: float | None
    require_provenance: bool
    require_signature: Signed
    fail_on: tuple[Effect, ...]
    max_warn: int | None
    expired_waivers: Effect
    unused_waivers: Effect
    effects: dict[str, Effect]
    waivers: tuple[CompiledWaiver, ...]
    tests: tuple[PolicyTest, ...]
    waiver_file: str | None

    def effect_of(self, rule: str, default: Effect = Effect.DENY) -> Effect:
        """Return the effect of a rule that is not about licenses."""
        return self.effects.get(rule, default)


def worst(effects: list[Effect]) -> Effect:
    """Return the strictest effect; `allow` if there is none."""
    return max(effects, key=RANK.__getitem__, default=Effect.ALLOW)
