import pytest
from msgspec.structs import replace

from attest.errors import InvalidPolicyError
from attest.model.attachment import EvidenceKind
from attest.model.evidence import Evidence
from attest.model.finding import VerdictStatus
from attest.model.inspection import Inspection, Presence
from attest.model.package import Origin
from attest.model.problem import Problem, ProblemState
from attest.pipeline import inspect
from tests.command import layout
from tests.unit.policy.conftest import Write
from tests.unit.policy.test_evaluate import AGPL, covered, judged

ALLOW = AGPL.replace("Zlib", "SSPL-1.0")


@pytest.fixture(scope="module")
def ledger() -> Inspection:
    return inspect(layout("buildkit-ledger-3.2.0"))


def problem(code: str, evidence: str | None = None) -> Problem:
    state = ProblemState.UNSUPPORTED if code == "ATT-SBOM-002" else ProblemState.UNREADABLE
    return Problem(code=code, state=state, message="x", evidence=evidence)


@pytest.mark.parametrize("packages", [(), None])
def test_an_sbom_without_packages_never_passes(ledger: Inspection, write: Write, packages: tuple[()] | None) -> None:
    evaluation = judged(replace(ledger, packages=packages), write, ALLOW)
    assert evaluation.verdict.status is VerdictStatus.UNDETERMINED
    assert evaluation.verdict.undetermined == ("ATT-SBOM-003",)
    assert evaluation.exit_code == 6


def test_an_image_without_platforms_has_no_sbom(ledger: Inspection, write: Write) -> None:
    evaluation = judged(replace(ledger, platforms=(), evidence=(), packages=None), write, ALLOW)
    assert (evaluation.exit_code, [each.rule for each in evaluation.findings]) == (1, ["sbom-missing"])


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        pytest.param("ATT-SBOM-001", 6, id="its packages were not judged"),
        pytest.param("ATT-SBOM-002", 0, id="the same SBOM in another format"),
    ],
)
def test_an_unreadable_sbom_beside_a_readable_one(ledger: Inspection, write: Write, code: str, exit_code: int) -> None:
    unread: Evidence = replace(ledger.evidence[0], id="E99", kind=EvidenceKind.SBOM, readable=False)
    image = replace(ledger, evidence=(*ledger.evidence, unread), problems=(problem(code, "E99"),))
    assert judged(image, write, ALLOW).exit_code == exit_code


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [
        pytest.param(["ATT-NET-001"], 5, id="network"),
        pytest.param(["ATT-NET-001", "ATT-AUTH-002"], 4, id="access before network"),
        pytest.param(["ATT-AUTH-002", "ATT-EVD-001"], 6, id="evidence before access"),
        pytest.param(["ATT-NET-001", "ATT-PROV-002"], 5, id="not what is wrong with provenance"),
    ],
)
def test_what_could_not_be_determined_exits_with_its_cause(
    ledger: Inspection, write: Write, codes: list[str], exit_code: int
) -> None:
    image = replace(covered(ledger, Presence.UNDETERMINED), problems=tuple(problem(each) for each in codes))
    assert judged(image, write, ALLOW).exit_code == exit_code


@pytest.mark.parametrize("presence", list(Presence))
def test_a_required_signature_never_passes_unverified(ledger: Inspection, write: Write, presence: Presence) -> None:
    platforms = (replace(each, coverage=replace(each.coverage, signature=presence)) for each in ledger.platforms)
    image = replace(ledger, platforms=tuple(platforms))
    assert judged(image, write, ALLOW + '[signature]\nrequire = "any"\n').exit_code != 0


def test_a_limit_that_is_passed_fails(ledger: Inspection, write: Write) -> None:
    text = ALLOW.replace('default = "allow"', 'default = "warn"') + "[check]\nmax_warn = 0\n"
    assert judged(ledger, write, text).verdict.status is VerdictStatus.FAIL


def test_a_policy_for_one_platform_judges_that_one(ledger: Inspection, write: Write) -> None:
    evaluation = judged(ledger, write, AGPL + '[scope]\nplatforms = ["linux/amd64"]\n')
    assert {each.platforms for each in evaluation.findings} == {("linux/amd64",)}


def test_an_image_without_the_platform_of_a_policy_is_out_of_its_scope(ledger: Inspection, write: Write) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        judged(ledger, write, AGPL + '[scope]\nplatforms = ["linux/s390x"]\n')
    assert caught.value.code == "ATT-POL-004"


def test_a_rule_for_one_platform_denies_there(ledger: Inspection, write: Write) -> None:
    rule = '[[licenses.rule]]\nwhen = { license = "Zlib", platform = "linux/arm64" }\neffect = "deny"\n'
    evaluation = judged(ledger, write, ALLOW + rule)
    assert {(each.license, each.platforms) for each in evaluation.findings} == {("Zlib", ("linux/arm64",))}


def test_what_came_with_the_base_image_is_judged_unless_the_scope_is_what_was_added(
    ledger: Inspection, write: Write
) -> None:
    packages = tuple(replace(each, origin=Origin.BASE) for each in ledger.packages or ())
    based = replace(ledger, packages=packages)
    assert judged(based, write, AGPL).exit_code == 1
    assert judged(based, write, AGPL + '[scope]\norigin = "added"\n').exit_code == 0
    assert judged(ledger, write, AGPL + '[scope]\norigin = "added"\n').exit_code == 1  # its origin is unknown


def test_an_expression_that_is_none_is_a_license_nobody_knows(ledger: Inspection, write: Write) -> None:
    first = (ledger.packages or ())[0]
    strange = replace(first, license=replace(first.license, effective="MIT AND ("))
    evaluation = judged(replace(ledger, packages=(strange,)), write, ALLOW.replace('nonstandard = "allow"', ""))
    assert [each.rule for each in evaluation.findings] == ["license-nonstandard"]
