"""Waivers: findings that someone accepts, for a reason, until the end of a day in UTC."""

import datetime as dt
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from attest.licenses import leaves
from attest.model.finding import Finding, FindingStatus
from attest.model.inspection import Inspection
from attest.policy.document import Waiver
from attest.policy.license_effect import tree_of
from attest.policy.opinions import ALL, purl_forms
from attest.policy.pattern import Pattern
from attest.policy.policy import CompiledWaiver
from attest.policy.scope import image_matches


class Found(msgspec.Struct, frozen=True):
    """A finding and the purls of all packages that have it, null for one without a purl."""

    finding: Finding
    purls: tuple[str | None, ...] = ()


class WaiverUse(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver for this image, and the ids of the findings it is about.

    `is_needed` is true when one of them counts although the waiver is about it.
    """

    waiver: Waiver
    is_expired: bool
    findings: tuple[str, ...] = ()
    is_needed: bool = False

    @property
    def title(self) -> str:
        """How messages name the waiver: its id, owner and ticket."""
        ticket = f", {self.waiver.ticket}" if self.waiver.ticket else ""
        return f"waiver {self.waiver.id or 'without id'} ({self.waiver.owner}{ticket})"

    @property
    def subject(self) -> str:
        """What tells the waiver from the others of a policy."""
        return self.waiver.id or self.waiver.reason


def waived(
    found: Sequence[Found], waivers: Iterable[CompiledWaiver], inspection: Inspection, moment: dt.datetime
) -> tuple[tuple[Finding, ...], tuple[WaiverUse, ...]]:
    """Mark what a waiver accepts; an expired one accepts nothing.

    Returns the findings, and the use of each waiver whose images include this one.
    """
    today = moment.astimezone(dt.UTC).date()
    about = [each for each in waivers if not each.waiver.images or image_matches(each.waiver.images, inspection)]
    every = tuple(each.platform for each in inspection.platforms)
    uses = [
        WaiverUse(
            waiver=each.waiver,
            is_expired=each.waiver.expires is not None and today > each.waiver.expires,
            findings=tuple(one.finding.id for one in found if _matches(each, one, every)),
        )
        for each in about
    ]
    accepted: dict[str, str] = {}
    for use in uses:
        if not use.is_expired:
            accepted = dict.fromkeys(use.findings, use.subject) | accepted
    findings = (
        replace(each.finding, status=FindingStatus.WAIVED, waiver=accepted[each.finding.id])
        if each.finding.id in accepted
        else each.finding
        for each in found
    )
    needed = (replace(use, is_needed=any(id_ not in accepted for id_ in use.findings)) for use in uses)
    return tuple(findings), tuple(needed)


def _matches(compiled: CompiledWaiver, found: Found, every: tuple[str, ...]) -> bool:
    """Tell whether a waiver is about a finding: every key it has must fit, and fit all that the finding is about."""
    waiver, finding = compiled.waiver, found.finding
    platforms = every if finding.platforms == ALL else finding.platforms
    return (
        waiver.rule in (None, "", finding.rule)
        and (not waiver.license or _names(compiled.licenses, finding.license))
        and (not waiver.purl or (bool(found.purls) and all(_fits(purl, waiver.purl) for purl in found.purls)))
        and (not waiver.platforms or _spans(waiver.platforms, platforms))
    )


def _names(patterns: Sequence[Pattern], license_: str | None) -> bool:
    """Tell whether a license is named; accepting X does not accept `X WITH E`, nor the other way around."""
    if license_ is None:
        return False
    (leaf,) = leaves(tree_of(license_))
    return any(each.names_pair(leaf) if leaf.exception else each.covers(leaf) for each in patterns)


def _fits(purl: str | None, glob: str) -> bool:
    return any(fnmatchcase(form.lower(), glob.lower()) for form in purl_forms(purl))


def _spans(globs: Sequence[str], platforms: Sequence[str]) -> bool:
    return "all" in globs or all(any(fnmatchcase(each, glob) for glob in globs) for each in platforms)
