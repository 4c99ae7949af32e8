"""The whole command against a registry: the same answers as from a layout, in few requests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attest.model.attachment import Channel
from attest.pipeline import Options, inspect
from attest.sources import Access
from tests.command import LAYOUTS, attest, layout, report_of
from tests.layout_builder import MANIFEST, LayoutBuilder
from tests.registry_simulator import RegistrySimulator

ALPINE = LAYOUTS / "docker-hub-alpine-3.23.2"
LEDGER = LAYOUTS / "buildkit-ledger-3.2.0"
INDEX = frozenset({Channel.INDEX})


def neutral(report: Any) -> Any:
    """Leave out what says where the image was read from."""
    for target in report["targets"]:
        target["ref"] = ""
        target["resolved"] |= {"source": "", "registry": None, "repository": None, "tag": None, "media_type": ""}
        for probe in target["searched"]:
            probe["location"] = ""
        for evidence in target["evidence"]:
            # a layout has no referrers API; it is searched as a whole
            evidence["channels"] = [each.replace("referrers-api", "layout") for each in evidence["channels"]]
    return report


@pytest.mark.parametrize("auth", ["none", "bearer"])
def test_attestations_of_eight_platforms_take_few_requests_and_few_round_trips(
    registry: RegistrySimulator, auth: str
) -> None:
    """8 platforms of which 7 have an SBOM: index, 8 attestation manifests, 15 documents, each redirected."""
    registry.knobs.auth = auth
    registry.knobs.redirect_blobs = "other"
    registry.knobs.latency_seconds = 0.2  # what counts is order, and this machine may be busy
    inspection = inspect(registry.load(ALPINE), Options(channels=INDEX))
    assert len(inspection.evidence) == 15
    extra = 2 if auth == "bearer" else 0
    assert len(registry.log) == 1 + 8 + 15 * 2 + extra
    assert len(registry.log) <= 43
    assert registry.depth <= (7 if auth == "bearer" else 5)
    assert registry.digests_asked_twice() == []


def test_everything_of_eight_platforms_stays_within_its_bound(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.redirect_blobs = "other"
    registry.knobs.latency_seconds = 0.2  # what counts is order, and this machine may be busy
    inspect(registry.load(ALPINE))
    platforms = attestations = 8
    bound = 2 + 1 + attestations + (1 + platforms + attestations) + (1 + platforms) + 2 * 15
    assert len(registry.log) <= bound
    assert registry.digests_asked_twice() == []


def test_only_the_platform_that_is_asked_for_is_fetched(registry: RegistrySimulator) -> None:
    inspect(registry.load(ALPINE), Options(channels=INDEX, platforms=("linux/amd64",)))
    assert len(registry.log) == 1 + 1 + 2


def test_the_same_image_gives_the_same_report_as_from_its_layout(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    for command in ("packages", "provenance"):
        served, local = report_of(command, reference), report_of(command, layout("buildkit-ledger-3.2.0"))
        for report in (served, local):
            report["targets"][0]["searched"] = []
        assert neutral(served) == neutral(local)


@pytest.mark.parametrize("redirect", ["", "same", "other"])
def test_redirected_blobs_give_the_same_report(registry: RegistrySimulator, redirect: str) -> None:
    reference = registry.load(LEDGER)
    plain = report_of("inspect", reference)
    registry.knobs.redirect_blobs = redirect
    assert report_of("inspect", reference) == plain


def test_no_secret_reaches_the_report(registry: RegistrySimulator) -> None:
    registry.knobs.redirect_blobs = "other"
    result = attest("inspect", registry.load(LEDGER), "-f", "json")
    assert "s3cr3t" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("setup", "code", "exit_code"),
    [
        pytest.param(
            lambda knobs: knobs.answers.update({"/manifests/3.2.0": (403, "", b"")}), "ATT-AUTH-002", 4, id="forbidden"
        ),
        pytest.param(lambda knobs: setattr(knobs, "auth", "basic"), "ATT-AUTH-001", 4, id="no credentials"),
        pytest.param(
            lambda knobs: knobs.answers.update({"/manifests/3.2.0": (200, "text/html", b"<html>")}),
            "ATT-NET-004",
            5,
            id="a web page",
        ),
        pytest.param(lambda knobs: setattr(knobs, "fail_times", 99), "ATT-NET-004", 5, id="server error"),
    ],
)
def test_what_a_registry_refuses_is_one_line(
    registry: RegistrySimulator, setup: Callable[[Any], None], code: str, exit_code: int
) -> None:
    reference = registry.load(LEDGER)
    setup(registry.knobs)
    result = attest("inspect", reference, "--retries", "0")
    assert (result.returncode, result.stdout) == (exit_code, "")
    assert result.stderr.startswith(f"error[{code}]: ")
    assert "Traceback" not in result.stderr


def test_a_throttled_listing_is_never_nothing_attached(registry: RegistrySimulator) -> None:
    registry.knobs.referrers = "throttled"
    (target,) = report_of("inspect", registry.load(LEDGER), "--retries", "0")["targets"]
    states = {probe["status"] for probe in target["searched"] if probe["channel"] == "referrers-api"}
    assert states == {"rate_limited"}
    assert target["status"] == "incomplete"
    assert {each["coverage"]["signature"] for each in target["platforms"]} == {"undetermined"}


def test_a_policy_does_not_pass_on_evidence_that_could_not_be_fetched(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    sbom = max(registry.blobs, key=lambda digest: len(registry.blobs[digest]))
    registry.knobs.answers[f"/blobs/{sbom}"] = (403, "", b"")
    result = attest("check", reference, "--retries", "0")
    assert result.returncode == 4
    assert "ATT-AUTH-002" in result.stdout


@pytest.mark.parametrize(
    "name", ["cosign-tags-ledger", "cosign-bundles-ledger", "notation-ledger", "oras-attached-ledger"]
)
@pytest.mark.parametrize("referrers", ["on", "off"])
def test_what_real_producers_attach_is_found_in_a_registry_as_in_a_layout(
    registry: RegistrySimulator, name: str, referrers: str
) -> None:
    path = LAYOUTS.parent / "unpacked" / name
    reference = registry.load(path)
    registry.knobs.referrers = referrers
    served = {each.digest for each in inspect(f"{registry.host}/app:3.2.0").evidence}
    local = {each.digest for each in inspect(f"oci:{path}").evidence}
    assert served == local
    assert reference


def test_credentials_from_dockers_file_open_the_registry(registry: RegistrySimulator, tmp_path: Path) -> None:
    registry.knobs.auth = "basic"
    (tmp_path / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": "amFuZTpjb3JyZWN0IGhvcnNl"}}}))
    result = attest("inspect", registry.load(LEDGER), env={"DOCKER_CONFIG": str(tmp_path)})
    assert result.returncode == 0, result.stderr


def test_one_inspection_reads_from_threads_without_a_race(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    reports = {inspect(reference, Options(access=Access(jobs=jobs))) == inspect(reference) for jobs in (1, 2, 16)}
    assert reports == {True}


def test_a_platform_that_is_pinned_beside_its_tag_is_searched_in_the_tags_index(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    index = json.loads(registry.blobs[registry.tags["3.2.0"]])
    digest = index["manifests"][1]["digest"]
    pinned = inspect(f"{reference}@{digest}")
    assert pinned.resolved.digest == digest
    assert [each.platform for each in pinned.platforms] == ["linux/arm64"]
    assert {each.platform for each in pinned.evidence} == {"linux/arm64"}
    assert pinned.packages


def test_a_platform_that_is_pinned_alone_says_what_it_cannot_know(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    index = json.loads(registry.blobs[registry.tags["3.2.0"]])
    alone = reference.rpartition(":")[0] + "@" + index["manifests"][1]["digest"]
    registry.knobs.referrers = "off"
    inspection = inspect(alone)
    assert [each.coverage.sbom for each in inspection.platforms] == ["undetermined"]
    assert any("give the tag" in (probe.detail or "") for probe in inspection.searched)


def test_a_list_under_the_fallback_tag_is_read_where_the_registry_keeps_one_too(
    registry: RegistrySimulator, tmp_path: Path
) -> None:
    build = LayoutBuilder(tmp_path / "layout")
    image = build.image()
    layer = build.blob(b"signature", "application/jose+json")
    config = build.blob(b"{}", "application/vnd.cncf.notary.signature")
    subject = {key: image[key] for key in ("mediaType", "digest", "size")}
    signature = build.json({"schemaVersion": 2, "config": config, "layers": [layer], "subject": subject}, MANIFEST)
    listed = build.index(signature)
    build.tag(image)
    reference = registry.load(build.path)
    empty = b'{"schemaVersion": 2, "manifests": []}'
    registry.knobs.answers[f"/referrers/{image['digest']}"] = (200, "application/vnd.oci.image.index.v1+json", empty)
    assert inspect(reference).evidence == ()
    registry.tags[image["digest"].replace(":", "-")] = listed["digest"]
    assert [each.channels for each in inspect(reference).evidence] == [(Channel.FALLBACK_TAG,)]
