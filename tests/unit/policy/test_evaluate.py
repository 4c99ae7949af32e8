import datetime as dt

import pytest
from msgspec.structs import replace

from attest.errors import InvalidPolicyError
from attest.model.finding import Evaluation, FindingStatus, VerdictStatus
from attest.model.inspection import Coverage, Inspection, Presence
from attest.pipeline import inspect
from attest.policy import evaluate, load_policy
from attest.policy.findings import fingerprint
from attest.policy.license_drafts import subject_of
from tests.command import layout
from tests.unit.policy.conftest import Write

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ledger() -> Inspection:
    return inspect(layout("buildkit-ledger-3.2.0"))


def judged(ledger: Inspection, write: Write, text: str, moment: dt.datetime = NOW) -> Evaluation:
    return evaluate(ledger, write(text), moment=moment)


AGPL = '[licenses]\ndefault = "allow"\nmissing = "allow"\nnonstandard = "allow"\ndeny = ["Zlib"]\n'
WAIVER = AGPL + '[[waiver]]\nid = "W-1"\nlicense = "Zlib"\nreason = "x"\nowner = "y"\nexpires = 2026-12-01\n'


def test_a_finding_names_package_license_platforms_and_place(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, AGPL)
    finding = next(each for each in evaluation.findings if each.subject == "pkg:deb/debian/zlib1g")
    assert finding.license == "Zlib"
    assert finding.platforms == ("*",)
    assert (finding.pointer or "").endswith("/licenseDeclared")
    assert len(finding.evidence) == 2
    assert "zlib1g 1:1.2.13.dfsg-1" in finding.message
    assert finding.id == f"F-{finding.fingerprint[:8]}"


def test_the_fingerprint_is_the_one_of_the_contract() -> None:
    import hashlib

    text = "license-denied\ndocker.io/library/python\npkg:pypi/x\nAGPL-3.0-only"
    assert (
        fingerprint("license-denied", "docker.io/library/python", "pkg:pypi/x", "AGPL-3.0-only")
        == hashlib.sha256(text.encode()).hexdigest()
    )


@pytest.mark.parametrize(
    ("purl", "subject"),
    [
        ("pkg:deb/debian/zlib1g@1:1.2?arch=amd64#sub", "pkg:deb/debian/zlib1g"),
        ("pkg:npm/%40scope/name@1.0", "pkg:npm/%40scope/name"),
        ("pkg:npm/@scope/name@1.0", "pkg:npm/@scope/name"),
        ("pkg:npm/@scope/name", "pkg:npm/@scope/name"),
        (None, "deb/zlib1g"),
    ],
)
def test_a_subject_survives_a_new_version(ledger: Inspection, purl: str | None, subject: str) -> None:
    package = next(each for each in ledger.packages or () if each.name == "zlib1g")
    assert subject_of(replace(package, purl=purl)) == subject


def test_a_waiver_holds_until_the_end_of_its_day(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, WAIVER, dt.datetime(2026, 12, 1, 23, 59, tzinfo=dt.UTC))
    assert evaluation.verdict.status is VerdictStatus.PASS
    assert {each.status for each in evaluation.findings} == {FindingStatus.WAIVED}
    assert evaluation.exit_code == 0


def test_an_expired_waiver_accepts_nothing_and_is_a_finding(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, WAIVER, dt.datetime(2026, 12, 2, 0, 1, tzinfo=dt.UTC))
    assert evaluation.exit_code == 1
    assert {"license-denied", "waiver-expired"} == {each.rule for each in evaluation.findings}


def test_an_unused_waiver_is_told(ledger: Inspection, write: Write) -> None:
    text = '[licenses]\ndefault = "allow"\nmissing = "allow"\nnonstandard = "allow"\n'
    text += '[[waiver]]\nlicense = "MIT"\nrule = "license-denied"\nreason = "x"\nowner = "y"\nexpires = 2027-01-01\n'
    evaluation = judged(ledger, write, text)
    assert [(each.rule, each.effect) for each in evaluation.findings] == [("waiver-unused", "warn")]


def test_too_many_warnings_fail(ledger: Inspection, write: Write) -> None:
    text = '[licenses]\ndefault = "warn"\nmissing = "warn"\nnonstandard = "warn"\n[check]\nmax_warn = 3\n'
    evaluation = judged(ledger, write, text)
    assert evaluation.exit_code == 1
    assert "too-many-warnings" in {each.rule for each in evaluation.findings}


def test_review_blocks_only_where_the_policy_says_so(ledger: Inspection, write: Write) -> None:
    text = "[licenses]\n"
    assert judged(ledger, write, text).verdict.status is VerdictStatus.REVIEW
    assert judged(ledger, write, text).exit_code == 0
    assert judged(ledger, write, text + '[check]\nfail_on = ["deny", "review"]\n').exit_code == 1


def test_a_format_that_is_not_accepted_is_denied(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, AGPL.replace("Zlib", "SSPL-1.0") + '[sbom]\nformats = ["cyclonedx"]\n')
    assert {each.rule for each in evaluation.findings} == {"sbom-format"}


def test_too_few_usable_licenses_are_denied(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, AGPL.replace("Zlib", "SSPL-1.0") + "[sbom]\nmin_license_rate = 0.999\n")
    assert {each.rule for each in evaluation.findings} == {"sbom-incomplete"}


def covered(inspection: Inspection, presence: Presence) -> Inspection:
    return replace(
        inspection,
        packages=None,
        licenses=None,
        platforms=tuple(
            replace(each, coverage=Coverage(sbom=presence, provenance=presence, vex=presence, signature=presence))
            for each in inspection.platforms
        ),
    )


@pytest.mark.parametrize(
    ("presence", "status", "exit_code"),
    [
        (Presence.ABSENT, VerdictStatus.FAIL, 1),
        (Presence.UNREADABLE, VerdictStatus.UNDETERMINED, 6),
        (Presence.UNDETERMINED, VerdictStatus.UNDETERMINED, 6),
    ],
)
def test_what_is_not_there_never_passes(
    ledger: Inspection, presence: Presence, status: VerdictStatus, exit_code: int
) -> None:
    evaluation = evaluate(covered(ledger, presence), load_policy("builtin:base"), moment=NOW)
    assert (evaluation.verdict.status, evaluation.exit_code) == (status, exit_code)


def test_a_statement_about_another_image_is_denied(ledger: Inspection, write: Write) -> None:
    strange = replace(ledger, evidence=(replace(ledger.evidence[0], subject_match=False), *ledger.evidence[1:]))
    evaluation = judged(strange, write, AGPL.replace("Zlib", "SSPL-1.0"))
    assert {each.rule for each in evaluation.findings} == {"evidence-subject-mismatch"}


def test_an_image_outside_every_scope_is_an_error(ledger: Inspection, write: Write) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        judged(ledger, write, '[scope]\nimages = ["registry.example.com/prod/*"]\n')
    assert caught.value.code == "ATT-POL-004"


def test_rules_may_look_at_the_kind_of_package(ledger: Inspection, write: Write) -> None:
    text = '[licenses]\ndefault = "deny"\nmissing = "allow"\nnonstandard = "deny"\n'
    text += '[[licenses.rule]]\nid = "os"\nwhen = { type = ["deb"] }\neffect = "allow"\n'
    evaluation = judged(ledger, write, text)
    assert {each.subject.split("/")[0] for each in evaluation.findings} == {"pkg:pypi"}


def test_findings_are_sorted_and_their_ids_differ(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, "[licenses]\ndeny = ['GPL-*']")
    ranks = ["deny", "review", "warn"]
    assert [each.effect for each in evaluation.findings] == sorted(
        (each.effect for each in evaluation.findings), key=ranks.index
    )
    assert len({each.id for each in evaluation.findings}) == len(evaluation.findings)
