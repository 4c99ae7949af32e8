"""What other projects' programs push is found completely, in a registry with and in one without the referrers API."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from attest.model.evidence import Evidence
from attest.pipeline import inspect
from tests.layout_builder import LayoutBuilder
from tests.servers import SERVERS, Server

pytestmark = pytest.mark.peers

BIN: Final = Path(__file__).resolve().parents[2] / ".peers" / "bin"
SBOM: Final = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "app",
    "documentNamespace": "https://example.com/app",
    "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: tests"]},
    "packages": [{"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1", "downloadLocation": "NOASSERTION"}],
}


class Desk:
    """A folder with an image, an SBOM and keys, and a home in which every program is new."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        builder = LayoutBuilder(folder / "layout")
        image = builder.image()
        statement = builder.statement(image, "https://spdx.dev/Document", SBOM)
        builder.tag(builder.index(image, builder.image("arm64"), builder.attestation(image, statement)))
        (folder / "sbom.json").write_text(json.dumps(SBOM))

    def run(self, *words: str) -> None:
        """Run a program that `make peers` builds.

        Its being missing is a skip, its failing a failure.
        """
        program = BIN / words[0]
        if not program.is_file():
            pytest.skip(f"{words[0]} is not built")
        home = str(self.folder)
        environment = {"HOME": home, "XDG_CONFIG_HOME": home, "COSIGN_PASSWORD": "", "PATH": os.environ["PATH"]}
        result = subprocess.run(
            [str(program), *words[1:]],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 0, result.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


Push = Callable[[Desk, str], None]
COSIGN: Final = ("--key", "cosign.key", "--tlog-upload=false", "--use-signing-config=false", "--yes")


def copied_by_crane(desk: Desk, reference: str) -> None:
    desk.run("crane", "push", "--index", "layout", reference)


def copied_by_oras(desk: Desk, reference: str) -> None:
    desk.run("oras", "cp", "--from-oci-layout", "layout:latest", reference, "--to-plain-http")


def copied_by_regctl(desk: Desk, reference: str) -> None:
    desk.run("regctl", "registry", "set", reference.partition("/")[0], "--tls", "disabled")
    desk.run("regctl", "image", "copy", "ocidir://layout:latest", reference)


def moved_to_referrers_by_regctl(desk: Desk, reference: str) -> None:
    copied_by_regctl(desk, reference)
    desk.run("regctl", "image", "mod", reference, "--to-oci-referrers", "--replace")


def attached_by_oras(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("oras", "attach", "--plain-http", "--artifact-type", "application/spdx+json", reference, "sbom.json")


def attached_by_regctl(desk: Desk, reference: str) -> None:
    copied_by_regctl(desk, reference)
    words = ("--artifact-type", "application/spdx+json", "--file", "sbom.json")
    desk.run("regctl", "artifact", "put", "--subject", reference, *words)


def signed_by_notation(desk: Desk, reference: str, *words: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("notation", "cert", "generate-test", "--default", "example.com")
    desk.run("notation", "sign", "--insecure-registry", *words, reference)


def signed_by_notation_with_the_api(desk: Desk, reference: str) -> None:
    signed_by_notation(desk, reference, "--force-referrers-tag=false")


def signed_by_cosign(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("cosign", "generate-key-pair")
    desk.run("cosign", "sign", *COSIGN, reference)


def attested_by_cosign(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("cosign", "generate-key-pair")
    desk.run("cosign", "attest", *COSIGN, "--type", "spdxjson", "--predicate", "sbom.json", reference)


def signed_by_cosign_as_before(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("cosign", "generate-key-pair")
    desk.run("cosign", "sign", *COSIGN, "--new-bundle-format=false", reference)


def attested_by_cosign_as_before(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("cosign", "generate-key-pair")
    words = ("--new-bundle-format=false", "--type", "spdxjson", "--predicate", "sbom.json")
    desk.run("cosign", "attest", *COSIGN, *words, reference)


def attached_by_cosign(desk: Desk, reference: str) -> None:
    copied_by_crane(desk, reference)
    desk.run("cosign", "attach", "sbom", "--sbom", "sbom.json", reference)


BY_INDEX = ("sbom", "linux/amd64")
SIGNATURE, WHOLE_SBOM = ("signature", None), ("sbom", None)


def shape(evidence: Evidence) -> tuple[str, str | None]:
    return str(evidence.kind), evidence.platform


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("push", "added"),
    [
        (copied_by_crane, []),
        (copied_by_oras, []),
        (copied_by_regctl, []),
        (moved_to_referrers_by_regctl, []),
        (attached_by_oras, [WHOLE_SBOM]),
        (attached_by_regctl, [WHOLE_SBOM]),
        (signed_by_notation_with_the_api, [SIGNATURE]),
        (signed_by_cosign, [SIGNATURE]),
        (attested_by_cosign, [WHOLE_SBOM]),
        (signed_by_cosign_as_before, [SIGNATURE]),
        (attested_by_cosign_as_before, [WHOLE_SBOM]),
        (attached_by_cosign, [WHOLE_SBOM]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_producer_pushed_is_found_and_read(
    desk: Desk, server: Server, push: Push, added: list[tuple[str, str | None]]
) -> None:
    with server(desk.folder) as reference:
        push(desk, reference)
        inspection = inspect(reference)
    assert sorted(map(shape, inspection.evidence), key=str) == sorted([BY_INDEX, *added], key=str)
    assert [each.readable for each in inspection.evidence] == [True] * (1 + len(added))
    assert inspection.status == "complete"


@pytest.mark.parametrize("server", SERVERS)
def test_a_signature_that_notation_lists_under_a_tag_is_found(desk: Desk, server: Server) -> None:
    """Notation does so unless it is told otherwise, also where the registry has the referrers API."""
    with server(desk.folder) as reference:
        signed_by_notation(desk, reference)
        inspection = inspect(reference)
    assert sorted(map(shape, inspection.evidence), key=str) == sorted([BY_INDEX, SIGNATURE], key=str)
