"""The command against a registry that lists referrers itself."""

from pathlib import Path

import pytest

from attest.model.attachment import Channel, ProbeStatus
from attest.pipeline import inspect
from tests.command import LAYOUTS, attest
from tests.olareg import MISSING, PROGRAM, olareg

pytestmark = pytest.mark.skipif(PROGRAM is None, reason=MISSING)

UNPACKED = LAYOUTS.parent / "unpacked"


@pytest.mark.parametrize(
    "path",
    [
        LAYOUTS / "docker-hub-alpine-3.23.2",
        LAYOUTS / "buildkit-ledger-3.2.0",
        UNPACKED / "cosign-tags-ledger",
        UNPACKED / "cosign-bundles-ledger",
        UNPACKED / "notation-ledger",
        UNPACKED / "oras-attached-ledger",
    ],
    ids=lambda path: path.name,
)
def test_a_registry_with_the_referrers_api_gives_the_documents_that_the_layout_gives(
    tmp_path: Path, path: Path
) -> None:
    with olareg(tmp_path, path) as reference:
        served = inspect(reference)
    local = inspect(f"oci:{path}")
    assert {each.digest for each in served.evidence} == {each.digest for each in local.evidence}
    assert [each.coverage for each in served.platforms] == [each.coverage for each in local.platforms]
    assert served.status == "complete"


def test_what_the_registry_lists_is_found_without_the_tags_that_stand_in_for_it(tmp_path: Path) -> None:
    with olareg(tmp_path, UNPACKED / "cosign-bundles-ledger") as reference:
        inspection = inspect(reference)
    assert any(Channel.REFERRERS_API in each.channels for each in inspection.evidence)
    states = {each.channel: each.status for each in inspection.searched}
    assert Channel.FALLBACK_TAG not in states
    assert ProbeStatus.UNSUPPORTED not in states.values()


def test_doctor_says_that_the_registry_lists_referrers_itself(tmp_path: Path) -> None:
    with olareg(tmp_path, LAYOUTS / "buildkit-edge-min-legacy") as reference:
        result = attest("doctor", reference)
    assert result.returncode == 0, result.stdout
    assert "the registry lists them itself" in result.stdout
