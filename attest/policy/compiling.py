"""From the policy as it is written to one that can be evaluated; a word that nobody knows is an error."""

from collections.abc import Mapping, Sequence
from typing import Final

from attest.errors import InvalidPolicyError
from attest.model.finding import PolicyStamp
from attest.model.license import Effect
from attest.model.package import Origin
from attest.policy.document import Document, LicenseRule, Waiver, Words, words_of
from attest.policy.pattern import UNKNOWN_WORD, category_named, exception_of, patterns_of
from attest.policy.policy import LIST_ORDER, RANK, CompiledRule, CompiledWaiver, Policy
from attest.policy.reading import near
from attest.policy.rules import FINAL_RULES, RULES

SBOM_FORMATS: Final = ("spdx", "cyclonedx", "syft")
_ALL: Final = "all"


def compiled(document: Document, stamp: PolicyStamp, waiver_file: str | None) -> Policy:
    """Read every pattern of a policy and fill in its defaults.

    Raises:
        InvalidPolicyError: a word in it is not known, or a waiver is incomplete.
    """
    where = stamp.source
    licenses, check, scope = document.licenses, document.check, document.scope
    listed = {Effect.DENY: licenses.deny, Effect.REVIEW: licenses.review, Effect.WARN: licenses.warn}
    listed[Effect.ALLOW] = licenses.allow
    return Policy(
        stamp=stamp,
        images=tuple(scope.images),
        platforms=_platforms(scope.platforms, f"{where}: scope.platforms"),
        only_added=scope.origin == "added",
        lists={
            effect: patterns_of(listed[effect], document.groups, f"{where}: licenses.{effect}") for effect in LIST_ORDER
        },
        rules=tuple(_rule(each, document.groups, where) for each in licenses.rule),
        default=licenses.default or Effect.REVIEW,
        missing=licenses.missing or Effect.REVIEW,
        nonstandard=licenses.nonstandard or Effect.REVIEW,
        or_choice=licenses.or_choice or "best",
        exceptions_ok=frozenset(
            exception_of(each, f"{where}: licenses.exceptions_ok") for each in licenses.exceptions_ok
        ),
        require_sbom=document.sbom.require is not False,
        sbom_formats=_formats(document.sbom.formats, where),
        min_license_rate=document.sbom.min_license_rate,
        require_provenance=bool(document.provenance.require),
        require_signature=document.signature.require or "none",
        fail_on=_fail_on(check.fail_on, where),
        max_warn=check.max_warn,
        expired_waivers=check.expired_waivers or Effect.DENY,
        unused_waivers=check.unused_waivers or Effect.WARN,
        effects=_effects(document.effects, where),
        waivers=tuple(_waiver(each, document.groups, where) for each in document.waiver),
        tests=tuple(document.test),
        waiver_file=waiver_file,
    )


def _rule(rule: LicenseRule, groups: Mapping[str, Words], where: str) -> CompiledRule:
    place = f"{where}: licenses.rule {rule.id or 'without id'}"
    when = rule.when
    if not any((when.license, when.category, when.name, when.purl, when.type, when.origin, when.platform)):
        raise InvalidPolicyError(f"{place}: when has no condition", hint="use licenses.default for everything else")
    for origin in words_of(when.origin):
        if origin not in tuple(Origin):
            raise InvalidPolicyError(
                f"{place}: {origin} is not an origin", code=UNKNOWN_WORD, hint=f"one of {', '.join(Origin)}"
            )
    return CompiledRule(
        rule=rule,
        licenses=patterns_of(words_of(when.license), groups, place),
        categories=frozenset(category_named(each, place) for each in words_of(when.category)),
    )


def _platforms(platforms: Sequence[str], place: str) -> tuple[str, ...]:
    for each in platforms:
        if each != _ALL and not any(mark in each for mark in "/*"):
            raise InvalidPolicyError(f"{place}: {each} is not a platform", hint="all, or one such as linux/arm64")
    return () if _ALL in platforms else tuple(platforms)


def _formats(formats: Sequence[str], where: str) -> tuple[str, ...]:
    for each in formats:
        if each.lower().partition("-")[0] not in SBOM_FORMATS:
            raise InvalidPolicyError(
                f"{where}: sbom.formats: {each} is not a format", code=UNKNOWN_WORD, hint=near(each, SBOM_FORMATS)
            )
    return tuple(each.lower() for each in formats)


def _fail_on(effects: Sequence[Effect], where: str) -> tuple[Effect, ...]:
    """Return the effects named and every stricter one: nothing fails a review and passes a denial."""
    if Effect.ALLOW in effects:
        raise InvalidPolicyError(f"{where}: check.fail_on: what is allowed cannot fail", hint="warn, review, deny")
    mildest = min((RANK[each] for each in effects), default=RANK[Effect.DENY])
    return tuple(effect for effect in LIST_ORDER if RANK[effect] >= mildest)


def _effects(effects: Mapping[str, Effect], where: str) -> dict[str, Effect]:
    names = tuple(name for name in (*RULES.names, *FINAL_RULES.names) if not name.startswith("license-"))
    for name, effect in effects.items():
        if name not in names:
            raise InvalidPolicyError(
                f"{where}: effects: there is no rule {name} whose effect can be changed",
                code=UNKNOWN_WORD,
                hint="[licenses] decides on licenses" if name.startswith("licen") else near(name, names),
            )
        if effect is Effect.ALLOW:
            raise InvalidPolicyError(
                f"{where}: effects.{name}: a rule cannot be allowed away",
                hint="warn is the mildest; what the policy does not require is not looked at",
            )
    return dict(effects)


def _waiver(waiver: Waiver, groups: Mapping[str, Words], where: str) -> CompiledWaiver:
    place = f"{where}: waiver {waiver.id or 'without id'}"
    lacking = [key for key in ("reason", "owner", "expires") if not str(getattr(waiver, key) or "").strip()]
    if lacking:
        raise InvalidPolicyError(
            f"{place} has no {' and no '.join(lacking)}",
            code="ATT-POL-003",
            hint="a waiver says why, who answers for it, and until when",
        )
    if not (waiver.rule or waiver.license or waiver.purl):
        raise InvalidPolicyError(
            f"{place} does not say what it accepts", code="ATT-POL-003", hint="give it a rule, a license or a purl"
        )
    if waiver.rule in FINAL_RULES.names:
        raise InvalidPolicyError(f"{place}: {waiver.rule} cannot be waived", hint="change it in [check]")
    if waiver.rule and waiver.rule not in RULES.names:
        raise InvalidPolicyError(
            f"{place}: {waiver.rule} is not a rule", code=UNKNOWN_WORD, hint=near(waiver.rule, RULES.names)
        )
    _platforms(waiver.platforms, place)
    return CompiledWaiver(
        waiver=waiver, licenses=patterns_of([waiver.license] if waiver.license else [], groups, place)
    )
