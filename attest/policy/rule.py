"""What every rule offers: the defect it is named after, and where an image has it."""

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

import msgspec

from attest.model.finding import Finding
from attest.model.inspection import Inspection
from attest.model.license import Effect
from attest.model.package import Package
from attest.policy.license_effect import Judgement, LicenseJudge
from attest.policy.policy import Policy
from attest.policy.waivers import WaiverUse


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a rule may look at: the facts, the policy, and what was found before it.

    `judgements` are what the policy says of each package's license, by the
    package's id. `findings` and `waivers` are complete only for the rules about
    findings, which come last.
    """

    inspection: Inspection
    policy: Policy
    moment: dt.datetime
    judgements: dict[str, Judgement]
    findings: tuple[Finding, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()

    def judge(self, package: Package) -> LicenseJudge:
        """Return what judges the licenses of a package."""
        return LicenseJudge(self.policy, package)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A finding before it has an identity: drafts of one fingerprint become one finding."""

    effect: Effect
    message: str
    subject: str = ""
    license: str | None = None
    package: str | None = None
    platforms: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    pointer: str | None = None
    fix: str | None = None


class Rule(Protocol):
    """One defect."""

    @property
    def name(self) -> str:
        """The rule's stable id, as its module's name."""
        ...

    @property
    def summary(self) -> str:
        """The defect in a few words, lower case, without a period."""
        ...

    @property
    def explanation(self) -> str:
        """Why it matters and what to do, in a few sentences."""
        ...

    def check(self, context: Context) -> Iterator[Draft]:
        """Yield a draft for each place that has the defect."""
        ...
