"""What the rules about licenses share: a draft for each license that carries the effect of a package's expression."""

from collections.abc import Callable, Iterator
from typing import Final

from attest.licenses import category_of
from attest.model.license import Effect
from attest.model.package import Package
from attest.policy.license_leaf import BEYOND_EXCEPTIONS, LeafJudgement
from attest.policy.opinions import Opinion, versionless
from attest.policy.rule import Context, Draft

_WORDS: Final = {
    Effect.WARN: "is to be noted",
    Effect.REVIEW: "is to be reviewed",
    Effect.DENY: "is denied",
}


def license_drafts(context: Context, chooses: Callable[[LeafJudgement], bool]) -> Iterator[Draft]:
    """Yield a draft for each package and each license that `chooses` picks of those that carry its effect."""
    for package in context.packages:
        for opinion in context.opinions[package.id]:
            if opinion.judgement.effect is not Effect.ALLOW:
                yield from (_draft(package, opinion, each) for each in opinion.judgement.carriers if chooses(each))


def is_listed(carrier: LeafJudgement, effect: Effect) -> bool:
    """Tell whether a license is known and has this effect: the others have rules of their own."""
    return carrier.effect is effect and not carrier.is_missing and not carrier.is_nonstandard


def subject_of(package: Package) -> str:
    """Return the package without its version: what stays the same when it is rebuilt or bumped."""
    return versionless(package.purl) if package.purl else f"{package.type}/{package.name}"


def _draft(package: Package, opinion: Opinion, carrier: LeafJudgement) -> Draft:
    return Draft(
        effect=carrier.effect,
        message=_message(package, carrier),
        subject=subject_of(package),
        license=str(carrier.leaf),
        package=package.id,
        platforms=opinion.platforms,
        evidence=tuple(dict.fromkeys(source.evidence for source in package.sources)),
        pointer=package.license.pointer or (package.sources[0].pointer if package.sources else None),
        fix=_fix(carrier),
    )


def _message(package: Package, carrier: LeafJudgement) -> str:
    title = f"{package.name} {package.version}" if package.version else package.name
    effective = package.license.effective
    if carrier.is_missing and effective == str(carrier.leaf):
        return f"{title}: carries no license information"
    if carrier.is_missing:
        return f"{title}: a part of it carries no license information ({effective})"
    whole = f" in {effective}" if effective != str(carrier.leaf) else ""
    return f"{title}: {carrier.leaf}{whole} {_WORDS[carrier.effect]} by {carrier.reason}"


def _fix(carrier: LeafJudgement) -> str:
    if carrier.is_missing:
        return "find out its license and state it in the overrides, or waive the finding"
    if carrier.leaf.exception is None or " WITH " in carrier.reason.upper():
        return "replace the package, allow the license by a rule, or waive the finding"
    pair = f'accept the pair "{carrier.leaf}" in a list'
    if category_of(carrier.leaf) in BEYOND_EXCEPTIONS:
        return pair
    return f"{pair}, or {carrier.leaf.exception} in exceptions_ok"
