"""How few requests everything takes, and how few of them one after the other: read from the registry's log."""

from pathlib import Path

import pytest

from attest.discovery import Wish, discover, resolve
from attest.model.attachment import Channel
from attest.pipeline import Options, inspect, reader
from attest.sources import Access, open_source
from tests.benchmarks.image import build
from tests.command import LAYOUTS
from tests.registry_simulator import RegistrySimulator

ALPINE = LAYOUTS / "docker-hub-alpine-3.23.2"
LATENCY = 0.25  # what counts is order, and this machine may be busy


def load(registry: RegistrySimulator, platforms: int, folder: Path) -> tuple[str, int]:
    """Serve an image; return its reference and how many requests everything that hangs on it may take."""
    if platforms == 8:
        # 8 attestation manifests, 15 statements, nothing else
        return registry.load(ALPINE), 2 + 1 + 8 + (1 + 8 + 8) + 1 + 15
    tags = build(folder / "layout")
    reference = registry.load(folder / "layout")
    registry.tags = tags
    # 2 attestation manifests with 2 statements each, 4 referrers, 3 tags, one of which may be signed by another tag
    return reference, 2 + 1 + 2 + (1 + 2 + 2) + 1 + 4 + 2 * (4 + 3) + 4 + 3 + 1


@pytest.mark.parametrize("platforms", [2, 8])
@pytest.mark.parametrize("redirect", ["", "other"])
def test_everything_takes_few_requests_and_few_round_trips(
    registry: RegistrySimulator, tmp_path: Path, platforms: int, redirect: str
) -> None:
    registry.knobs.auth, registry.knobs.redirect_blobs = "bearer", redirect
    reference, bound = load(registry, platforms, tmp_path)
    documents = {2: 11, 8: 15}[platforms]
    registry.knobs.latency_seconds = LATENCY
    cold = inspect(reference, Options(access=Access(cache_dir=str(tmp_path / "cache"))))
    assert len(cold.evidence) == documents
    assert len(registry.log) <= bound + (documents if redirect else 0)
    assert registry.digests_asked_twice() == []
    # 401, token, index, lists, then manifests and documents, of which some are elsewhere
    assert registry.depth <= (7 if redirect else 6)

    registry.log.clear()
    # the lists of eight platforms and their attestations are 18, and all are asked for at once
    warm = Access(cache_dir=str(tmp_path / "cache"), jobs=18)
    assert inspect(reference, Options(access=warm)) == cold
    assert [entry.path for entry in registry.log if entry.method == "GET" and "/manifests/" in entry.path] == []
    assert [entry.path for entry in registry.log if "/blobs/" in entry.path] == []
    # token, tag, lists; then the lists of what those named, and of who signed the SBOM that has a tag
    assert registry.depth <= (5 if platforms == 2 else 3)

    # where the challenge is known, nothing is asked for in vain
    registry.log.clear()
    inspect(reference, Options(access=Access(cache_dir=str(tmp_path / "cache"), refresh=True)))
    assert registry.depth <= (7 if redirect else 6)


def test_nothing_is_waited_for_that_is_not_needed(registry: RegistrySimulator) -> None:
    """Of one channel: token and index, then attestation manifests, documents, and where they are kept."""
    registry.knobs.auth, registry.knobs.redirect_blobs = "bearer", "other"
    registry.knobs.latency_seconds = LATENCY
    inspect(registry.load(ALPINE), Options(channels=frozenset({Channel.INDEX})))
    assert len(registry.log) <= 43
    assert registry.depth <= 7


def test_one_look_at_the_tags_answers_for_all_platforms(registry: RegistrySimulator) -> None:
    reference = registry.load(ALPINE)
    registry.tags |= dict.fromkeys(("latest", "sha256-zz.sig", *(f"v{number}" for number in range(30))), "sha256:0")
    inspection = inspect(reference)
    assert sum("/tags/list" in entry.path for entry in registry.log) == 1
    probes = [probe for probe in inspection.searched if probe.channel is Channel.COSIGN_TAG]
    assert len(probes) == 9
    assert all(probe.conclusive for probe in probes)


def test_where_there_is_no_list_of_tags_it_is_asked_for_once(registry: RegistrySimulator) -> None:
    registry.knobs.tags = "refused"
    inspect(registry.load(ALPINE))
    assert sum("/tags/list" in entry.path for entry in registry.log) == 1
    probed = [entry for entry in registry.log if entry.path.endswith((".sig", ".att", ".sbom"))]
    assert len(probed) == 3 * 9


def test_tags_of_many_images_are_looked_through_for_each(registry: RegistrySimulator) -> None:
    """A page full of other images' signatures shows nothing of the next platform."""
    reference = registry.load(ALPINE)
    signed = [digest for digest in registry.manifests if digest.startswith("sha256:")]
    for digest in signed:
        stem = digest.replace(":", "-")
        registry.tags |= {f"{stem[:-3]}{number:03x}.sig": digest for number in range(40)}
    with open_source(reference, Access()) as source:
        image = resolve(source, source.resolve(), ()).image
        found = discover(source, image, reader(), Wish(channels=frozenset({Channel.COSIGN_TAG})))
    looks = sum("/tags/list" in entry.path for entry in registry.log)
    assert looks >= 9
    assert all(probe.conclusive for probe in found.probes)
