"""`--require provenance` is met by provenance that says something about this image, and by nothing less."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.command import attest
from tests.layout_builder import IN_TOTO, LayoutBuilder

V1: Final = "https://slsa.dev/provenance/v1"
SPDX: Final = "https://spdx.dev/Document"
SBOM: Final = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "p", "versionInfo": "1", "licenseDeclared": "MIT"}]}
STATED: Final = '{"buildDefinition":{"buildType":"https://example.org/build","externalParameters":{}},"runDetails":{}}'


def gated(folder: Path, predicate: str, predicate_type: str = V1, subject: Any = None) -> int:
    """Return the exit code of the gate for an image with one statement beside the SBOM that the gate wants anyway."""
    build = LayoutBuilder(folder / "layout")
    image = build.image()
    about = [{"digest": {"sha256": image["digest"].partition(":")[2]}}] if subject is None else subject
    head = {"_type": "https://in-toto.io/Statement/v1", "predicateType": predicate_type, "subject": about}
    statement = build.blob(f'{json.dumps(head)[:-1]},"predicate":{predicate}}}'.encode(), IN_TOTO)
    reference = build.tag(build.index(image, build.attestation(image, build.statement(image, SPDX, SBOM), statement)))
    return attest("check", reference, "--require", "provenance").returncode


def test_provenance_that_says_something_is_enough(tmp_path: Path) -> None:
    assert gated(tmp_path, STATED) == 0


@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param("null", id="null"),
        pytest.param("{}", id="empty"),
        pytest.param('"text"', id="a text"),
        pytest.param('{"buildDefinition":{},"runDetails":{}}', id="empty parts"),
        pytest.param('{"buildDefinition":"x","runDetails":{}}', id="a part of a wrong type"),
        pytest.param(STATED.replace('"runDetails":{}', '"runDetails":{"builder":{"id":"a","id":"b"}}'), id="two ids"),
    ],
)
def test_provenance_that_cannot_be_understood_is_not_enough(tmp_path: Path, predicate: str) -> None:
    assert gated(tmp_path, predicate) == 6


def test_provenance_of_an_unknown_version_is_not_enough(tmp_path: Path) -> None:
    assert gated(tmp_path, STATED, "https://slsa.dev/provenance/v9") == 6


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param([{"digest": {"sha256": "0" * 64}}], id="another image"),
        pytest.param([{"digest": {"gitCommit": "0" * 40}}], id="a commit"),
        pytest.param([{"name": "app"}], id="a name alone"),
    ],
)
def test_provenance_about_something_else_is_as_good_as_none(tmp_path: Path, subject: Any) -> None:
    assert gated(tmp_path, STATED, subject=subject) == 1


def test_provenance_about_a_digest_that_is_no_text_is_not_enough(tmp_path: Path) -> None:
    assert gated(tmp_path, STATED, subject=[{"name": "app", "digest": {"sha256": 5}}]) == 6
