"""Waivers: findings that someone accepts, for a reason, until the end of a day in UTC."""

import datetime as dt
from fnmatch import fnmatchcase

import msgspec

from attest.model.finding import Finding
from attest.model.inspection import Resolved
from attest.policy.document import Waiver


class WaiverUse(msgspec.Struct, frozen=True):
    """A waiver, whether it still holds, and the ids of the findings it is about."""

    waiver: Waiver
    is_expired: bool
    findings: tuple[str, ...] = ()


def has_expired(waiver: Waiver, moment: dt.datetime) -> bool:
    """Tell whether the last day of a waiver is over."""
    return waiver.expires is not None and moment.astimezone(dt.UTC).date() > waiver.expires


def matches(waiver: Waiver, finding: Finding, purl: str | None, resolved: Resolved) -> bool:
    """Tell whether a waiver is about a finding: every key it has must fit."""
    return (
        _fits(finding.rule, waiver.rule)
        and _fits(finding.license or "", waiver.license)
        and _fits(purl or finding.subject, waiver.purl)
        and (not waiver.images or any(_fits(image_of(resolved), glob) for glob in waiver.images))
        and (not waiver.platforms or all(each in waiver.platforms for each in finding.platforms))
    )


def image_of(resolved: Resolved) -> str:
    """Return the image as waivers and scopes name it: `registry/repository:tag`; empty for a local file."""
    if not resolved.registry:
        return ""
    tag = f":{resolved.tag}" if resolved.tag else ""
    return f"{resolved.registry}/{resolved.repository}{tag}"


def _fits(value: str, glob: str) -> bool:
    return not glob or fnmatchcase(value.lower(), glob.lower())
