"""The report: the document `attest.report/1.0`, which every renderer shows and none computes."""

from typing import Final, Self

import msgspec
from msgspec.structs import replace

from attest.errors import AttestError
from attest.model.attachment import Probe
from attest.model.evidence import Evidence
from attest.model.finding import Evaluation, Finding, PolicyStamp, Verdict
from attest.model.inspection import Inspection, PlatformSummary, Resolved, Status
from attest.model.license import License
from attest.model.package import Package
from attest.model.problem import Problem
from attest.model.provenance import Provenance

SCHEMA: Final = "attest.report/1.0"


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """Which attest made the report."""

    name: str
    version: str
    spdx_license_list: str


class BaselineStamp(msgspec.Struct, frozen=True, kw_only=True):
    """Which baseline findings were compared with."""

    source: str
    created: str | None


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options that shaped the result."""

    platforms: tuple[str, ...]
    channels: tuple[str, ...]
    license_source: tuple[str, ...]
    offline: bool
    strict: bool


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a command. `effective_time` is null when no policy was evaluated."""

    command: str
    started: str
    effective_time: str | None
    exit_code: int
    policy: PolicyStamp | None
    baseline: BaselineStamp | None
    options: RunOptions


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One layer and the build step that made it."""

    platform: str
    index: int
    digest: str
    size: int
    step: str | None
    dockerfile_line: int | None
    origin: str


class Vulnerability(msgspec.Struct, frozen=True, kw_only=True):
    """One vulnerability that an attached document states."""

    id: str
    status: str | None
    severity: str | None
    package: str | None
    justification: str | None
    evidence: str
    pointer: str
    trust: str


class ErrorEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An error that kept a target from being inspected."""

    code: str
    ref: str | None
    message: str
    hint: str | None
    exit_code: int

    @classmethod
    def of(cls, error: AttestError, ref: str | None) -> Self:
        """Turn an error into an entry of the report."""
        return cls(code=error.code, ref=ref, message=error.message, hint=error.hint, exit_code=error.exit_code)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One image of a run: the facts, and what the policy says of them.

    `resolved` is null, and every sequence empty or null, when the image could
    not be inspected.
    """

    ref: str
    status: Status
    resolved: Resolved | None = None
    platforms: tuple[PlatformSummary, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    searched: tuple[Probe, ...] = ()
    packages: tuple[Package, ...] | None = None
    licenses: tuple[License, ...] | None = None
    provenance: tuple[Provenance, ...] | None = None
    layers: tuple[Layer, ...] | None = None
    vulnerabilities: tuple[Vulnerability, ...] | None = None
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, inspection: Inspection, evaluation: Evaluation | None = None) -> Self:
        """Show the facts of `inspection` beside the opinions of `evaluation`."""
        packages, licenses = inspection.packages, inspection.licenses
        if evaluation and packages is not None:
            packages = tuple(_judged(package, evaluation) for package in packages)
        if evaluation and licenses is not None:
            licenses = tuple(replace(each, effect=evaluation.licenses.get(each.id)) for each in licenses)
        return cls(
            ref=inspection.ref,
            status=inspection.status,
            resolved=inspection.resolved,
            platforms=inspection.platforms,
            evidence=inspection.evidence,
            searched=inspection.searched,
            packages=packages,
            licenses=licenses,
            provenance=inspection.provenance,
            verdict=evaluation.verdict if evaluation else None,
            findings=evaluation.findings if evaluation else None,
            problems=inspection.problems,
        )

    @classmethod
    def failed(cls, ref: str) -> Self:
        """Make the entry of an image that could not be inspected; the report's `errors` say why."""
        return cls(ref=ref, status=Status.FAILED)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one run has to say; see `SCHEMA`."""

    schema: str = SCHEMA
    tool: Tool
    run: Run
    targets: tuple[Target, ...]
    errors: tuple[ErrorEntry, ...] = ()


def _judged(package: Package, evaluation: Evaluation) -> Package:
    opinion = evaluation.packages.get(package.id)
    if opinion is None:
        return package
    license_ = replace(
        package.license, chosen=opinion.chosen, categories=opinion.categories or package.license.categories
    )
    return replace(package, effect=opinion.effect, license=license_)
