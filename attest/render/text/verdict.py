"""The verdict in one line, and the findings it rests on."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Final

from attest.model.finding import Finding, FindingStatus, VerdictStatus
from attest.model.license import Effect
from attest.model.package import Package
from attest.model.report import Report, Target
from attest.render import words
from attest.render.inventory import package_title
from attest.render.summary import findings_of, platform_words, settled_findings
from attest.render.terminal import Page, Span, Style

VERDICT_STYLES: Final = {
    VerdictStatus.PASS: Style.GREEN,
    VerdictStatus.REVIEW: Style.MAGENTA,
    VerdictStatus.FAIL: Style.RED,
    VerdictStatus.UNDETERMINED: Style.YELLOW,
}
EFFECT_STYLES: Final = {
    Effect.DENY: Style.RED,
    Effect.REVIEW: Style.MAGENTA,
    Effect.WARN: Style.YELLOW,
    Effect.ALLOW: Style.GREEN,
}
EFFECT_WORDS: Final = {
    Effect.DENY: "deny",
    Effect.REVIEW: "review",
    Effect.WARN: "warn",
    Effect.ALLOW: "ok",
}
_INDENT: Final = 2
_HANGING: Final = 11


def write_verdict_line(page: Page, report: Report, target: Target) -> None:
    """Write PASS, REVIEW, FAIL, UNDETERMINED or NOT EVALUATED, the counts, and the policy."""
    verdict, policy = target.verdict, report.run.policy
    if verdict is None:
        page.line(Span(words.NOT_EVALUATED, Style.FAINT), target.ref, "no policy was given")
        return
    counts = verdict.counts
    numbers = [f"{counts.deny} denied", f"{counts.review} to review", f"{counts.warn} warned"]
    numbers.append(f"{words.count(counts.allowed, 'package')} allowed")
    numbers += [f"{counts.waived} waived"] if counts.waived else []
    numbers += [f"{counts.baseline} in the baseline"] if counts.baseline else []
    page.line(
        Span(words.VERDICTS[verdict.status], VERDICT_STYLES[verdict.status]),
        target.ref,
        ", ".join(numbers),
        f"policy: {words.policy_words(policy)}" if policy else "",
        hanging=_INDENT,
    )
    if verdict.undetermined:
        page.line(f"could not be judged because of {', '.join(verdict.undetermined)}", indent=_INDENT)


def write_findings(page: Page, target: Target) -> None:
    """Write every finding: those that count by effect, then the settled ones; warnings of one license together."""
    packages = {package.id: package for package in target.packages or ()}
    blocking = [each for effect in (Effect.DENY, Effect.REVIEW) for each in findings_of(target, effect)]
    _write_each(page, target, blocking, packages)
    for (rule, license_), group in _by_license(findings_of(target, Effect.WARN)).items():
        if license_ is None or len(group) == 1:
            _write_each(page, target, group, packages)
        else:
            _write_group(page, target, (rule, license_), group, packages)
    settled = settled_findings(target)
    if settled:
        page.blank()
        page.line(Span("Not counted", Style.STRONG))
        _write_each(page, target, settled, packages)


def _write_each(page: Page, target: Target, findings: Sequence[Finding], packages: Mapping[str, Package]) -> None:
    for finding, following in zip_longest(findings, findings[1:]):
        _write_finding(page, target, finding, packages.get(finding.package or ""))
        if finding.fix and (following is None or following.fix != finding.fix):
            page.line(f"fix: {finding.fix}", indent=_HANGING, hanging=_HANGING + 5)


def _by_license(findings: Sequence[Finding]) -> dict[tuple[str, str | None], list[Finding]]:
    groups: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.license), []).append(finding)
    return groups


def _write_group(
    page: Page, target: Target, named: tuple[str, str], group: Sequence[Finding], packages: Mapping[str, Package]
) -> None:
    """Write the warnings of one license as one line, and under it each package with its finding."""
    rule, license_ = named
    effect = EFFECT_WORDS[Effect.WARN].ljust(6)
    common = {platform_words(target, each.platforms, with_sbom=True) for each in group}
    where = common.pop() if len(common) == 1 else ""
    page.line(
        Span(effect, EFFECT_STYLES[Effect.WARN]),
        license_,
        words.count(len(group), "package"),
        where,
        rule,
        indent=_INDENT,
        hanging=_HANGING,
    )
    listed = []
    for finding in group:
        package = packages.get(finding.package or "")
        place = "" if where else f" on {platform_words(target, finding.platforms, with_sbom=True)}"
        listed.append(f"{package_title(package) if package else finding.subject} {finding.id}{place}")
    page.list_of(listed, indent=_HANGING)


def _write_finding(page: Page, target: Target, finding: Finding, package: Package | None) -> None:
    title = package_title(package) if package else ""
    named = [part for part in (finding.license, title, package.purl if package else finding.subject) if part]
    where = platform_words(target, finding.platforms, with_sbom=finding.package is not None)
    effect = EFFECT_WORDS[finding.effect].ljust(6)
    page.line(Span(effect, EFFECT_STYLES[finding.effect]), *named, where, indent=_INDENT, hanging=_HANGING)
    page.line(
        finding.message.removeprefix(f"{title}: "),
        _settled_word(finding),
        _evidence_words(target, finding),
        f"{finding.rule} {finding.id}",
        indent=_HANGING,
    )


def _settled_word(finding: Finding) -> str:
    if finding.status is FindingStatus.WAIVED:
        return f"waived by {finding.waiver}"
    return "in the baseline" if finding.status is FindingStatus.BASELINE else ""


def _evidence_words(target: Target, finding: Finding) -> str:
    documents = [f"{each.id} {each.digest[:19]}" for each in target.evidence if each.id in finding.evidence]
    if not documents:
        return ""
    more = f" and {len(documents) - 1} more" if documents[1:] else ""
    return f"in {documents[0]}{more}" + (f" at {finding.pointer}" if finding.pointer else "")
