"""What the rules about licenses share: a draft for each license that carries the effect of a package's expression."""

from collections.abc import Callable, Iterator

from attest.model.license import Effect
from attest.model.package import Package
from attest.policy.license_effect import LeafJudgement
from attest.policy.rule import Context, Draft

_WORDS = {
    Effect.WARN: "is to be noted",
    Effect.REVIEW: "is to be reviewed",
    Effect.DENY: "is denied",
}


def license_drafts(context: Context, chooses: Callable[[LeafJudgement], bool]) -> Iterator[Draft]:
    """Yield a draft for each package and each license that `chooses` picks of those that carry its effect."""
    for package in context.inspection.packages or ():
        judgement = context.judgements[package.id]
        if judgement.effect is Effect.ALLOW:
            continue
        for carrier in judgement.carriers:
            if chooses(carrier):
                yield _draft(context, package, carrier)


def subject_of(package: Package) -> str:
    """Return the package without its version: what stays the same when it is rebuilt or bumped."""
    if package.purl is None:
        return f"{package.type}/{package.name}"
    bare = package.purl.partition("#")[0].partition("?")[0]
    name, at, version = bare.rpartition("@")
    return name if at and "/" not in version and not name.endswith("/") else bare


def _draft(context: Context, package: Package, carrier: LeafJudgement) -> Draft:
    title = f"{package.name} {package.version}" if package.version else package.name
    effective = package.license.effective
    whole = f" in {effective}" if effective != str(carrier.leaf) else ""
    message = f"{title}: {carrier.leaf}{whole} {_WORDS[carrier.effect]} by {carrier.reason}"
    if carrier.is_missing:
        message = f"{title}: carries no license information"
    return Draft(
        effect=carrier.effect,
        message=message,
        subject=subject_of(package),
        license=str(carrier.leaf),
        package=package.id,
        platforms=_platforms(context, package),
        evidence=tuple(dict.fromkeys(source.evidence for source in package.sources)),
        pointer=package.license.pointer or (package.sources[0].pointer if package.sources else None),
        fix=_fix(carrier),
    )


def _platforms(context: Context, package: Package) -> tuple[str, ...]:
    """Name the platforms, for `*` speaks only of those that have an SBOM."""
    if package.platforms != ("*",):
        return package.platforms
    return tuple(each.platform for each in context.inspection.platforms if each.coverage.sbom == "present")


def _fix(carrier: LeafJudgement) -> str:
    if carrier.is_missing:
        return "find out its license and state it in the overrides, or waive the finding"
    if carrier.leaf.exception:
        return f'accept the pair "{carrier.leaf}" in a list, or {carrier.leaf.exception} in exceptions_ok'
    return "replace the package, allow the license by a rule, or waive the finding"
