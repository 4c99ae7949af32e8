"""From drafts to findings: one for each fingerprint, numbered and sorted."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from attest.model.finding import Finding, FindingStatus
from attest.model.inspection import Inspection
from attest.model.license import Effect
from attest.policy.opinions import ALL
from attest.policy.policy import RANK
from attest.policy.rule import Context, Draft, Rule
from attest.policy.scope import repository_of
from attest.policy.waivers import Found

_ID_DIGITS: Final = 8
_LONG_ID_DIGITS: Final = 12


def fingerprint(rule: str, repository: str, subject: str, license_: str | None) -> str:
    """Return what names a finding across rebuilds: 64 hexadecimal digits."""
    text = "\n".join((rule, repository, subject, license_ or ""))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def findings_of(context: Context, rules: Iterable[Rule], every: Sequence[str]) -> list[Found]:
    """Make one finding of all drafts that have the same fingerprint; `every` are all platforms of the image."""
    repository = repository_of(context.inspection)
    purls = {package.id: package.purl for package in context.packages}
    found = []
    for rule in rules:
        drafts: dict[str, list[Draft]] = defaultdict(list)
        for draft in rule.check(context):
            if draft.effect is not Effect.ALLOW:
                drafts[fingerprint(rule.name, repository, draft.subject, draft.license)].append(draft)
        for print_, alike in drafts.items():
            ids = dict.fromkeys(each.package for each in alike if each.package is not None)
            found.append(Found(_finding(rule.name, print_, alike, every), tuple(purls.get(id_) for id_ in ids)))
    return found


def _finding(rule: str, print_: str, drafts: Sequence[Draft], every: Sequence[str]) -> Finding:
    worst = max(drafts, key=lambda each: RANK[each.effect])
    more = len({each.message for each in drafts}) - 1
    return Finding(
        id=f"F-{print_[:_ID_DIGITS]}",
        fingerprint=print_,
        rule=rule,
        effect=worst.effect,
        status=FindingStatus.ACTIVE,
        message=f"{worst.message} (and {more} more like it)" if more else worst.message,
        fix=worst.fix,
        license=worst.license,
        package=worst.package,
        subject=worst.subject,
        platforms=_folded({platform for each in drafts for platform in each.platforms}, every),
        evidence=tuple(sorted({id_ for each in drafts for id_ in each.evidence}, key=lambda id_: (len(id_), id_))),
        pointer=worst.pointer,
    )


def _folded(platforms: set[str], every: Sequence[str]) -> tuple[str, ...]:
    """Return platforms in the image's order; `*` for all of them."""
    if set(ALL) <= platforms or platforms >= set(every):
        return ALL
    return tuple(each for each in every if each in platforms)


def identified(findings: Iterable[Finding], inspection: Inspection) -> tuple[Finding, ...]:
    """Order by effect, rule, package, fingerprint; ids that collide get four more digits."""
    places = {package.id: place for place, package in enumerate(inspection.packages or ())}
    ordered = sorted(
        findings,
        key=lambda each: (-RANK[each.effect], each.rule, places.get(each.package or "", -1), each.fingerprint),
    )
    counts = Counter(each.fingerprint[:_ID_DIGITS] for each in ordered)
    return tuple(
        replace(
            each,
            id=f"F-{each.fingerprint[: _ID_DIGITS if counts[each.fingerprint[:_ID_DIGITS]] == 1 else _LONG_ID_DIGITS]}",
        )
        for each in ordered
    )
