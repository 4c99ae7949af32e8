"""The `[[test]]` tables of a policy: what it must say of a package, run without an image."""

from collections.abc import Iterator
from typing import Final

import msgspec

from attest.licenses import Normalizer
from attest.model.inspection import Inspection, Resolved, Status
from attest.model.license import PackageLicense
from attest.model.package import Origin, Package
from attest.policy.document import PackageCase, PolicyTest
from attest.policy.opinions import ALL, Opinions, summarized
from attest.policy.policy import Policy

_NO_IMAGE: Final = Inspection(
    ref="",
    status=Status.COMPLETE,
    resolved=Resolved(
        source="document",
        registry=None,
        repository=None,
        tag=None,
        digest="",
        media_type="",
        is_index=False,
        created=None,
    ),
    platforms=(),
    evidence=(),
    searched=(),
    packages=(),
    licenses=(),
    provenance=(),
)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One test that was run; `fault` says what came out instead, null if it passed."""

    test: PolicyTest
    fault: str | None


def run_tests(policy: Policy) -> Iterator[Outcome]:
    """Run every test of a policy, in order."""
    judge = Opinions(policy, _NO_IMAGE)
    for test in policy.tests:
        yield Outcome(test=test, fault=_fault(test, judge))


def _fault(test: PolicyTest, judge: Opinions) -> str | None:
    found = judge.of(_package(test.package))
    title = f"{test.package.name} under {test.package.license or 'no license'}"
    if not found:
        return f"{title}: out of the policy's scope, expected {test.expect}"
    opinion = summarized(found)
    if opinion.effect is not test.expect:
        return f"{title}: {opinion.effect}, expected {test.expect}"
    if test.chosen is not None and opinion.chosen != test.chosen:
        return f"{title}: {opinion.chosen} was chosen, expected {test.chosen}"
    return None


def _package(case: PackageCase) -> Package:
    return Package(
        id="P1",
        name=case.name,
        type=case.type,
        namespace=None,
        version=case.version,
        purl=case.purl,
        supplier=None,
        platforms=(case.platform,) if case.platform else ALL,
        origin=Origin(case.origin),
        license=PackageLicense(
            declared=case.license, effective=Normalizer().normalize(case.license, case.type).expression
        ),
    )
