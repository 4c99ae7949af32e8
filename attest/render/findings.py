"""What the formats of code scanners share: which findings they show, where they say these are, and in which words."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from attest.model.finding import Finding, FindingStatus
from attest.model.license import Effect
from attest.model.report import Report, Target
from attest.render.sanitize import sanitize
from attest.render.summary import errors_of, platform_words

ORDER: Final = {Effect.DENY: 0, Effect.REVIEW: 1, Effect.WARN: 2, Effect.ALLOW: 3}
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._/-]+")
_LICENSE_RULES: Final = "license-"


class Place(msgspec.Struct, frozen=True):
    """Where a scanner files what is wrong with an image: a path that stays the same from build to build."""

    path: str
    line: int = 1


def active(target: Target) -> list[Finding]:
    """Return the findings that count, the worst first."""
    found = [each for each in target.findings or () if each.status is FindingStatus.ACTIVE]
    return sorted(found, key=lambda each: ORDER[each.effect])


def rule_id(finding: Finding) -> str:
    """Return the rule, and for licenses which: never a package, for no two would be of one rule."""
    if finding.license and finding.rule.startswith(_LICENSE_RULES):
        return f"{finding.rule}/{sanitize(finding.license)}"
    return finding.rule


def repository(target: Target) -> str:
    """Name the repository of an image without its tag and digest; what is no image in a registry by its reference."""
    resolved = target.resolved
    parts = (resolved.registry, resolved.repository) if resolved else ()
    return "/".join(part for part in parts if part) or target.ref


def place(target: Target) -> Place:
    """Return where to file the findings of an image: no tag, no digest, and nothing that would be a scheme."""
    name = _UNSAFE.sub("_", repository(target)).strip("/.") or "image"
    # no part may lead out of the folder
    parts = [part for part in name.split("/") if part.strip(".")]
    return Place("/".join(("container-images", *parts)))


def sentence(target: Target, finding: Finding) -> str:
    """Say in one sentence what is wrong with what, and where: many readers see no more."""
    package = next((each for each in target.packages or () if each.id == finding.package), None)
    platforms = platform_words(target, finding.platforms, with_sbom=finding.package is not None)
    where = ", ".join(each for each in (repository(target), platforms) if each)
    if package is None or not finding.license:
        return sanitize(f"{finding.message} ({where}).")
    named = " ".join(part for part in (package.name, package.version) if part)
    return sanitize(f"{finding.license} in {named} ({where}).")


def undetermined(report: Report, target: Target) -> Iterator[str]:
    """Say what could not be judged, and why: one line each."""
    yield from (sanitize(each) for each in errors_of(report, target))
    if target.verdict and target.verdict.undetermined:
        codes = set(target.verdict.undetermined)
        told = [each for each in target.problems if each.code in codes]
        yield from (sanitize(f"{each.code}: {each.message}") for each in told)
        for code in sorted(codes - {each.code for each in told}):
            yield f"{code}: something that the policy needs could not be determined"
