"""Evidence in another repository is found there, and nothing that is meant for one registry reaches another."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.pipeline import inspect
from tests.command import LAYOUTS, attest, report_of
from tests.layout_builder import MANIFEST, LayoutBuilder
from tests.registry_simulator import PASSWORD, USER, RegistrySimulator, running_registry

LEDGER = LAYOUTS / "buildkit-ledger-3.2.0"
BUNDLES = LAYOUTS.parent / "unpacked" / "cosign-bundles-ledger"
TAGS = LAYOUTS.parent / "unpacked" / "cosign-tags-ledger"


@pytest.fixture
def other() -> Iterator[RegistrySimulator]:
    """Run a second registry, which keeps evidence of images in the first."""
    with running_registry() as running:
        yield running


def rule(registry: RegistrySimulator, other: RegistrySimulator) -> tuple[str, str]:
    return ("--external-referrers", f"{registry.host}/*={other.host}/*")


def move(layout: Path, registry: RegistrySimulator, other: RegistrySimulator) -> str:
    """Serve the image of a layout from one registry, and what hangs on it by digest or tag from the other."""
    reference = registry.load(layout)
    other.load(layout)
    tag = reference.rpartition(":")[2]
    root = registry.tags[tag]
    registry.tags = {tag: root}
    listed = {each["digest"] for each in json.loads(registry.blobs[root])["manifests"]}
    registry.manifests = {digest: registry.manifests[digest] for digest in {root} | listed}
    return reference


@pytest.mark.parametrize("referrers", ["on", "off"])
@pytest.mark.parametrize("layout", [BUNDLES, TAGS], ids=lambda path: path.name)
def test_what_another_repository_has_is_found_as_if_it_were_the_images_own(
    registry: RegistrySimulator, other: RegistrySimulator, layout: Path, referrers: str
) -> None:
    reference = move(layout, registry, other)
    registry.knobs.referrers = other.knobs.referrers = referrers
    (target,) = report_of("ls", reference, *rule(registry, other))["targets"]
    assert {each["digest"] for each in target["evidence"]} == {
        each.digest for each in inspect(f"oci:{layout}").evidence
    }
    external = [each for each in target["evidence"] if each["channels"] == ["external"]]
    assert external
    assert all(each["readable"] for each in external)


def test_offline_the_other_repository_is_remembered_too(
    registry: RegistrySimulator, other: RegistrySimulator, tmp_path: Path
) -> None:
    words = (move(TAGS, registry, other), *rule(registry, other), "--cache-dir", str(tmp_path))
    online = attest("inspect", *words)
    registry.log.clear()
    other.log.clear()
    offline = attest("inspect", *words, "--offline")
    assert (offline.returncode, offline.stdout) == (0, online.stdout)
    assert registry.log == other.log == []


def test_every_place_in_another_repository_has_its_own_probe(
    registry: RegistrySimulator, other: RegistrySimulator
) -> None:
    reference = move(BUNDLES, registry, other)
    (target,) = report_of("ls", reference, *rule(registry, other))["targets"]
    probes = [each for each in target["searched"] if each["channel"] == "external"]
    assert {each["status"] for each in probes} == {"found", "absent"}
    assert all(each["location"].startswith(f"http://{other.host}/v2/app/") for each in probes)
    assert all(each["conclusive"] for each in probes)


def test_what_another_repository_has_is_fetched_once_and_only_there(
    registry: RegistrySimulator, other: RegistrySimulator
) -> None:
    reference = move(BUNDLES, registry, other)
    assert attest("ls", reference, *rule(registry, other)).returncode == 0
    assert registry.digests_asked_twice() + other.digests_asked_twice() == []
    assert not [each for each in registry.log if each.status == 404]


def test_another_repository_that_cannot_be_asked_is_never_nothing_attached(registry: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    nowhere = ("--external-referrers", f"{registry.host}/app=127.0.0.1:1/app", "--retries", "0")
    (target,) = report_of("inspect", reference, *nowhere)["targets"]
    probes = [each for each in target["searched"] if each["channel"] == "external"]
    assert {(each["status"], each["conclusive"]) for each in probes} == {("error", False)}
    assert {each["coverage"]["signature"] for each in target["platforms"]} == {"undetermined"}
    assert {each["coverage"]["sbom"] for each in target["platforms"]} == {"present"}


def test_what_hangs_on_the_image_itself_is_read_though_another_repository_lists_it_and_fails(
    registry: RegistrySimulator, other: RegistrySimulator
) -> None:
    reference = registry.load(BUNDLES)
    other.load(BUNDLES)
    for digest in other.blobs:
        other.knobs.answers[f"/blobs/{digest}"] = (500, "", b"")
    (target,) = report_of("ls", reference, *rule(registry, other), "--retries", "0")["targets"]
    assert all(each["readable"] for each in target["evidence"])


def test_a_rule_about_other_images_sends_no_request(registry: RegistrySimulator, other: RegistrySimulator) -> None:
    reference = registry.load(LEDGER)
    words = ("--external-referrers", f"docker.io/acme/*={other.host}/*")
    assert attest("ls", reference, *words).returncode == 0
    assert other.log == []


def test_cosigns_variable_names_a_repository_for_every_image(
    registry: RegistrySimulator, other: RegistrySimulator
) -> None:
    reference = move(TAGS, registry, other)
    result = attest("ls", reference, "-f", "json", env={"COSIGN_REPOSITORY": f"{other.host}/app"})
    (target,) = json.loads(result.stdout)["targets"]
    assert any(each["channels"] == ["external"] for each in target["evidence"])


def test_credentials_given_for_the_registry_do_not_reach_another_repository(
    registry: RegistrySimulator, other: RegistrySimulator
) -> None:
    reference = move(BUNDLES, registry, other)
    registry.knobs.auth = other.knobs.auth = "basic"
    words = ("--username", USER, "--password-stdin", *rule(registry, other))
    result = attest("ls", reference, *words, "-f", "json", stdin=f"{PASSWORD}\n")
    (target,) = json.loads(result.stdout)["targets"]
    assert {each["status"] for each in target["searched"] if each["channel"] == "external"} == {"denied"}
    assert {each.authorization for each in other.log} == {None}
    assert {each.status for each in registry.log} == {200, 401}


def test_a_mirror_is_asked_in_place_of_the_registry(registry: RegistrySimulator) -> None:
    registry.load(LEDGER)
    report = report_of("inspect", "registry.example/app:3.2.0", "--mirror", f"registry.example={registry.host}")
    (target,) = report["targets"]
    assert target["resolved"]["registry"] == "registry.example"
    assert {each["location"].startswith(f"http://{registry.host}/v2/app/") for each in target["searched"]} == {True}


def test_credentials_given_for_the_registry_do_not_reach_its_mirror(
    registry: RegistrySimulator, tmp_path: Path
) -> None:
    registry.load(LEDGER)
    registry.knobs.auth = "basic"
    words = ("inspect", "registry.example/app:3.2.0", "--mirror", f"registry.example={registry.host}")
    given = attest(*words, "--username", USER, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert given.returncode == 4
    assert {each.authorization for each in registry.log} == {None}
    kept = {"auths": {registry.host: {"username": USER, "password": PASSWORD}}}
    (tmp_path / "config.json").write_text(json.dumps(kept))
    assert attest(*words, env={"DOCKER_CONFIG": str(tmp_path)}).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--external-referrers", "docker.io/acme/app"), id="one side"),
        pytest.param(("--external-referrers", "acme/app=evidence.example/*"), id="a star from nowhere"),
        pytest.param(("--external-referrers", "acme/*=evidence.example/*:1"), id="a tag"),
        pytest.param(("--external-referrers", "acme/*=EVIDENCE//"), id="no repository"),
        pytest.param(("--mirror", "docker.io"), id="a mirror of one side"),
        pytest.param(("--mirror", "docker.io=https://mirror.example"), id="a mirror with a scheme"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(words: tuple[str, str]) -> None:
    result = attest("ls", "app:1", "--offline", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error[ATT-USE-001]: {words[0]}: ")


def hardened(builder: LayoutBuilder, title: str = "dhi/python", **missing: str) -> str:
    """Build an image as Docker hardens it, and an SBOM that names it; return the digest of the SBOM."""
    image = builder.image() | {"annotations": {"com.docker.dhi.build.id": "b1"} | missing}
    root = builder.index(image, annotations={"org.opencontainers.image.title": title})
    sbom = builder.statement(image, "https://spdx.dev/Document", {"spdxVersion": "SPDX-2.3"})
    empty = builder.json({}, "application/vnd.oci.empty.v1+json")
    builder.json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": "application/vnd.in-toto+json",
            "config": empty,
            "layers": [sbom],
            "subject": {key: image[key] for key in ("mediaType", "digest", "size")},
        },
        MANIFEST,
    )
    builder.tag(root)
    digest: str = sbom["digest"]
    return digest


@pytest.mark.parametrize(
    ("title", "missing", "is_found"),
    [
        pytest.param("dhi/python", {}, True, id="hardened"),
        pytest.param("python", {}, False, id="another title"),
        pytest.param("dhi/python", {"com.docker.dhi.build.id": ""}, False, id="an entry without a build"),
    ],
)
def test_a_mirror_of_a_hardened_image_is_searched_in_dockers_registry(
    registry: RegistrySimulator,
    other: RegistrySimulator,
    tmp_path: Path,
    title: str,
    missing: dict[str, str],
    is_found: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    builder = LayoutBuilder(tmp_path / "layout")
    sbom = hardened(builder, title, **missing)
    registry.repository = other.repository = "acme/dhi-python"
    move(builder.path, registry, other)
    mirrors = ("--mirror", f"docker.io={registry.host}", "--mirror", f"registry.scout.docker.com={other.host}")
    (target,) = report_of("ls", "acme/dhi-python", *mirrors)["targets"]
    assert [(each["digest"], each["channels"]) for each in target["evidence"]] == [(sbom, ["external"])] * is_found
    assert bool(other.log) is is_found
