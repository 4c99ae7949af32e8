import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from attest.errors import InvalidPolicyError
from attest.model.finding import Evaluation, FindingStatus
from attest.model.inspection import Inspection
from attest.pipeline import inspect
from tests.command import layout
from tests.unit.policy.conftest import Write
from tests.unit.policy.test_evaluate import AGPL, judged

WHO = 'reason = "x"\nowner = "y"\n'


def waiver(keys: str, expires: str = "2027-01-01") -> str:
    return f"[[waiver]]\n{keys}\n{WHO}expires = {expires}\n"


@pytest.fixture(scope="module")
def ledger() -> Inspection:
    return inspect(layout("buildkit-ledger-3.2.0"))


@pytest.fixture
def versions(ledger: Inspection) -> Inspection:
    """Return an image with two versions of one package, both under Zlib."""
    first = (ledger.packages or ())[0]
    packages = (
        replace(
            first,
            id=f"P{n}",
            name="a",
            version=str(n),
            purl=f"pkg:deb/debian/a@{n}?arch=amd64",
            license=replace(first.license, effective="Zlib"),
        )
        for n in (1, 2)
    )
    return replace(ledger, packages=tuple(packages))


def statuses(evaluation: Evaluation) -> set[tuple[str, FindingStatus]]:
    return {(each.rule, each.status) for each in evaluation.findings}


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        pytest.param('images = ["*"]', "ATT-POL-003", id="everything"),
        pytest.param('rule = "licence-denied"', "ATT-POL-002", id="an unknown rule"),
        pytest.param('rule = "*"', "ATT-POL-002", id="every rule"),
        pytest.param('rule = "license-*"', "ATT-POL-002", id="rules by a pattern"),
        pytest.param('license = "AGPL-3.0-onyl"', "ATT-POL-002", id="an unknown license"),
        pytest.param('rule = "waiver-expired"', "ATT-POL-001", id="the end of waivers"),
    ],
)
def test_a_waiver_cannot_be_about(write: Write, keys: str, code: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        write(waiver(keys))
    assert caught.value.code == code


@pytest.mark.parametrize("key", ["reason", "owner"])
def test_blanks_are_no_reason_and_no_owner(write: Write, key: str) -> None:
    blank = re.sub(rf'{key} = ".*"', f'{key} = " \\t"', waiver('license = "Zlib"'))
    with pytest.raises(InvalidPolicyError, match=f"has no {key}"):
        write(blank)


@pytest.mark.parametrize(
    ("purl", "status"),
    [
        pytest.param("pkg:deb/debian/a@1", FindingStatus.ACTIVE, id="one of two versions"),
        pytest.param("pkg:deb/debian/a@*", FindingStatus.WAIVED, id="any version"),
        pytest.param("pkg:deb/debian/a", FindingStatus.WAIVED, id="no version"),
    ],
)
def test_a_waiver_must_fit_all_that_a_finding_is_about(
    versions: Inspection, write: Write, purl: str, status: FindingStatus
) -> None:
    evaluation = judged(versions, write, AGPL + waiver(f'purl = "{purl}"'))
    assert ("license-denied", status) in statuses(evaluation)


def test_a_waiver_for_every_platform_by_name_fits_all_platforms(ledger: Inspection, write: Write) -> None:
    keys = 'license = "Zlib"\nplatforms = ["linux/amd64", "linux/arm64"]'
    assert judged(ledger, write, AGPL + waiver(keys)).exit_code == 0
    assert judged(ledger, write, AGPL + waiver(keys.replace(', "linux/arm64"', ""))).exit_code == 1


def test_a_renewed_waiver_is_no_expired_one(ledger: Inspection, write: Write) -> None:
    text = AGPL + waiver('id = "a"\nlicense = "Zlib"', "2026-01-01") + waiver('id = "b"\nlicense = "Zlib"')
    evaluation = judged(ledger, write, text)
    assert evaluation.exit_code == 0
    assert ("waiver-unused", FindingStatus.ACTIVE) in statuses(evaluation)


def test_a_waiver_for_another_image_is_not_unused(ledger: Inspection, write: Write) -> None:
    text = AGPL.replace("Zlib", "SSPL-1.0") + waiver('license = "MIT"\nimages = ["registry.example.com/other:*"]')
    assert judged(ledger, write, text).findings == ()


def test_accepting_a_license_does_not_accept_it_with_an_exception(versions: Inspection, write: Write) -> None:
    pair = "GPL-2.0-only WITH Classpath-exception-2.0"
    packages = tuple(replace(each, license=replace(each.license, effective=pair)) for each in versions.packages or ())
    evaluation = judged(
        replace(versions, packages=packages), write, '[licenses]\ndeny = ["GPL-*"]\n' + waiver('license = "GPL-2.0-*"')
    )
    assert ("license-denied", FindingStatus.ACTIVE) in statuses(evaluation)


def test_waivers_of_the_waiver_file_count(ledger: Inspection, write: Write, tmp_path: Path) -> None:
    text = AGPL + '[check]\nwaiver_file = "waivers.toml"\n'
    assert judged(ledger, write, text).exit_code == 1  # the file is written by the first waiver
    (tmp_path / "waivers.toml").write_text(waiver('license = "Zlib"'))
    assert judged(ledger, write, text).exit_code == 0


def test_what_is_silenced_is_no_finding(ledger: Inspection, write: Write) -> None:
    text = AGPL.replace("Zlib", "SSPL-1.0") + '[check]\nunused_waivers = "allow"\n' + waiver('license = "MIT"')
    assert judged(ledger, write, text).findings == ()
