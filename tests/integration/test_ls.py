"""Each real layout lists exactly the documents it holds, from a folder, an archive and a registry, byte for byte."""

import gzip
import hashlib
import tarfile
from pathlib import Path
from typing import Final

import pytest

from attest.model.evidence import Evidence
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import OCI_INDEX
from attest.pipeline import Options, documents, inspect
from attest.sources.layout_links import tags_of
from tests.command import LAYOUTS, attest
from tests.registry_simulator import RegistrySimulator

UNPACKED: Final = LAYOUTS.parent / "unpacked"
SPDX, V1, V0_2 = "https://spdx.dev/Document", "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
SIGNED: Final = "https://sigstore.dev/cosign/sign/v1"

Row = tuple[str, str | None, str | None, str, str | None, bool | None]
"""Kind, format, predicate type, first channel, platform, subject match."""

LEDGER: Final[list[Row]] = [
    row
    for platform in ("linux/amd64", "linux/arm64")
    for row in (
        ("sbom", "spdx-2.3", SPDX, "index", platform, True),
        ("provenance", "slsa-1", V1, "index", platform, True),
    )
]
GITHUB: Final[list[Row]] = [
    ("provenance", "slsa-0.2", V0_2, "cosign-tag", None, True),
    ("provenance", "slsa-0.2", V0_2, "index", "linux/amd64", True),
]
ALPINE: Final[list[Row]] = [
    row
    for platform in ("amd64", "arm/v6", "arm/v7", "arm64/v8", "386", "ppc64le", "riscv64", "s390x")
    for row in (
        ("sbom", "spdx-2.3", SPDX, "index", f"linux/{platform}", True),
        ("provenance", "slsa-0.2", V0_2, "index", f"linux/{platform}", True),
    )
    # its publisher left this one out
    if (row[0], platform) != ("sbom", "arm/v6")
]
EXPECTED: Final[dict[Path, list[Row]]] = {
    UNPACKED / "cosign-tags-ledger": [
        ("sbom", "spdx-2.3", None, "cosign-tag", None, None),
        ("sbom", "spdx-2.3", SPDX, "cosign-tag", None, True),
        ("provenance", "slsa-1", V1, "cosign-tag", None, True),
        ("signature", "simple-signing", None, "cosign-tag", None, True),
        *LEDGER,
    ],
    UNPACKED / "cosign-bundles-ledger": [
        ("sbom", "spdx-2.3", SPDX, "layout", None, True),
        ("provenance", "slsa-1", V1, "layout", None, True),
        ("signature", "sigstore-bundle-0.3", SIGNED, "layout", None, True),
        *LEDGER,
    ],
    UNPACKED / "oras-attached-ledger": [
        ("sbom", "spdx-2.3", None, "layout", None, None),
        ("sbom", "cyclonedx-1.6", None, "layout", None, None),
        *LEDGER,
    ],
    UNPACKED / "notation-ledger": [
        ("signature", "notation-jws", None, "layout", None, True),
        ("signature", "notation-cose", None, "layout", None, True),
        *LEDGER,
    ],
    LAYOUTS / "buildkit-ledger-3.2.0": LEDGER,
    LAYOUTS / "buildkit-base-debian": LEDGER,
    LAYOUTS / "buildkit-edge-min-legacy": [("provenance", "slsa-0.2", V0_2, "index", "linux/amd64", True)],
    LAYOUTS / "docker-hub-alpine-3.23.2": ALPINE,
    LAYOUTS / "github-slsa3-v1.4.0": [("provenance", "slsa-0.2", V0_2, "cosign-tag", "linux/amd64", True)],
    LAYOUTS / "github-slsa3-v1.9.0": GITHUB,
    LAYOUTS / "github-slsa3-v2.1.0": GITHUB,
}


def row(evidence: Evidence) -> Row:
    each = evidence
    return (each.kind, each.format, each.predicate_type, each.channels[0], each.platform, each.subject_match)


@pytest.mark.parametrize("layout", EXPECTED, ids=lambda path: path.name)
def test_a_layout_lists_exactly_what_it_holds(layout: Path) -> None:
    inspection = inspect(f"oci:{layout}")
    assert [row(each) for each in inspection.evidence] == EXPECTED[layout]
    assert inspection.problems == ()
    shown = attest("ls", f"oci:{layout}").stdout
    assert all(each.digest in shown for each in inspection.evidence)


@pytest.mark.parametrize("layout", EXPECTED, ids=lambda path: path.name)
def test_every_document_is_the_bytes_that_its_manifest_names(layout: Path) -> None:
    found = documents(f"oci:{layout}", Options(keep_raw=True))
    digests = [each.attachment.layer.digest.encoded for each in found]
    assert len(digests) == len(EXPECTED[layout])
    assert [hashlib.sha256(each.raw or b"").hexdigest() for each in found] == digests


@pytest.mark.parametrize("layout", EXPECTED, ids=lambda path: path.name)
def test_get_prints_the_bytes_that_a_digest_names(layout: Path) -> None:
    digest = inspect(f"oci:{layout}").evidence[-1].digest
    printed = attest("get", f"oci:{layout}", "--digest", digest, "--as", "raw").stdout
    assert f"sha256:{hashlib.sha256(printed.encode()).hexdigest()}" == digest


def identity(evidence: Evidence) -> tuple[object, ...]:
    each = evidence
    what = (each.digest, each.manifest, each.kind, each.format, each.predicate_type, each.artifact_type)
    return (*what, each.platform, each.binds_to, each.subject_match, each.readable)


@pytest.mark.parametrize("layout", EXPECTED, ids=lambda path: path.name)
def test_archive_and_registry_give_the_same_documents(
    layout: Path, tmp_path: Path, registry: RegistrySimulator
) -> None:
    archive, packed = tmp_path / "image.tar", tmp_path / "image.tar.gz"
    with tarfile.open(archive, "w") as tar:
        tar.add(layout, arcname=".")
    packed.write_bytes(gzip.compress(archive.read_bytes(), compresslevel=1))
    # what `cosign save` marks in a layout has a tag in a registry
    index = parse_manifest((layout / "index.json").read_bytes(), OCI_INDEX)
    assert isinstance(index, Index)
    registry.tags |= {name: str(entry.digest) for name, entry in tags_of(index).items()}
    folder = [identity(each) for each in inspect(f"oci:{layout}").evidence]
    for reference in (f"oci-archive:{archive}", f"oci-archive:{packed}", registry.load(layout)):
        assert [identity(each) for each in inspect(reference).evidence] == folder
