"""What every rule offers: the defect it is named after, and where an image has it."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from attest.model.finding import Finding
from attest.model.inspection import Coverage, Inspection
from attest.model.license import Effect
from attest.model.package import Package
from attest.policy.opinions import ALL, Opinion
from attest.policy.policy import Policy
from attest.policy.waivers import WaiverUse


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a rule may look at: the facts in the policy's scope, and what was found before it.

    `opinions` are what the policy says of each package it judges, by the
    package's id. `findings` and `waivers` are complete only for the rules about
    findings, which come last.
    """

    inspection: Inspection
    policy: Policy
    opinions: dict[str, tuple[Opinion, ...]]
    findings: tuple[Finding, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()

    @property
    def packages(self) -> tuple[Package, ...]:
        """The packages that the policy judges."""
        return tuple(each for each in self.inspection.packages or () if each.id in self.opinions)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The keys of all platforms in the policy's scope; `*` where the image has none."""
        return tuple(each.platform for each in self.inspection.platforms) or ALL

    @property
    def coverage(self) -> dict[str, Coverage]:
        """Which kinds of evidence each platform has, by the platform's key."""
        return {each.platform: each.coverage for each in self.inspection.platforms}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A finding before it has an identity: drafts of one rule, subject and license become one finding.

    `platforms` is `("*",)` or keys. A draft whose effect is `allow` is no finding.
    """

    effect: Effect
    message: str
    platforms: tuple[str, ...]
    subject: str = ""
    license: str | None = None
    package: str | None = None
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
