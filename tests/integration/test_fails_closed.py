"""The gate never passes what it did not read: each case hides a denied package in another way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.command import attest, report_of
from tests.layout_builder import MANIFEST, Json, LayoutBuilder
from tests.registry_simulator import RegistrySimulator

SPDX: Final = "https://spdx.dev/Document"
DENIED: Final = "GPL-3.0-only"
MISSING: Final = {"digest": "sha256:" + "0" * 64, "size": 9}
BROKEN: Final = b'{"_type": '


class Scene:
    """An image for linux/amd64 with an SBOM of one package under MIT, and room for more."""

    def __init__(self, build: LayoutBuilder) -> None:
        self.build = build
        self.image = build.image()
        self.good = self.attested(self.image, "MIT")

    def sbom(self, license_: str, name: str = "sbom", **more: Any) -> Json:
        """Return an SBOM of one package."""
        package = {"SPDXID": "SPDXRef-p", "name": "p", "versionInfo": "1", "licenseDeclared": license_}
        return {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": name, "packages": [package]} | more

    def statement(self, image: Json, license_: str, **more: Any) -> Json:
        """Store a statement with such an SBOM."""
        return self.build.statement(image, SPDX, self.sbom(license_, **more))

    def attested(self, image: Json, license_: str) -> Json:
        """Store an attestation manifest with such a statement."""
        return self.build.attestation(image, self.statement(image, license_))

    def platform(self) -> tuple[Json, Json]:
        """Add a second platform, whose package is denied."""
        image = self.build.image("arm64")
        return image, self.attested(image, DENIED)

    def index(self, *more: Json) -> str:
        """Tag an index of the good image and of more."""
        return self.build.tag(self.build.index(self.image, self.good, *more))

    def breaking(self, descriptor: Json) -> Json:
        """Let the bytes of a blob be others."""
        self.build.path_of(descriptor).write_bytes(b"x" * descriptor["size"])
        return descriptor

    def deleting(self, descriptor: Json) -> Json:
        """Let a blob be missing."""
        self.build.path_of(descriptor).unlink()
        return descriptor


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(LayoutBuilder(tmp_path / "layout"))


Hide = Callable[[Scene], str]


def nested(scene: Scene, levels: int) -> Json:
    index = scene.build.index(*scene.platform())
    for _ in range(levels):
        index = scene.build.index(index)
    return index


def beside(scene: Scene, *layers: Json, faulty: Json | None = None) -> str:
    """Put more into the attestation manifest of the good SBOM."""
    layers = (scene.statement(scene.image, "MIT"), *layers, *([faulty] if faulty else []))
    return scene.build.tag(scene.build.index(scene.image, scene.build.attestation(scene.image, *layers)))


def plain(scene: Scene, content: bytes, **annotations: str) -> Json:
    """Store a statement's bytes as they are, with or without a word of what they say."""
    return scene.build.blob(content, "application/vnd.in-toto+json", annotations=annotations)


HIDDEN: Final[dict[str, Hide]] = {
    "index missing": lambda at: at.index(at.deleting(nested(at, 0))),
    "index damaged": lambda at: at.index(at.breaking(nested(at, 0))),
    "index of a negative size": lambda at: at.index(nested(at, 0) | {"size": -1}),
    "index under an unknown digest": lambda at: at.index(nested(at, 0) | {"digest": "blake3:" + "0" * 64}),
    "index nested too deep": lambda at: at.index(nested(at, 5)),
    "index that is a manifest of schema 1": lambda at: at.index(
        at.build.json({"schemaVersion": 1}, "application/vnd.oci.image.index.v1+json")
    ),
    "second attestation manifest missing": lambda at: at.index(at.deleting(at.attested(at.image, DENIED))),
    "second attestation manifest damaged": lambda at: at.index(at.breaking(at.attested(at.image, DENIED))),
    "second attestation manifest that is an index": lambda at: at.index(
        at.attested(at.image, DENIED) | {k: v for k, v in at.build.index(at.image).items() if k != "mediaType"}
    ),
    "layer of a negative size": lambda at: beside(at, faulty=at.statement(at.image, DENIED) | {"size": -1}),
    "layer under an unknown digest": lambda at: beside(
        at, faulty=at.statement(at.image, DENIED) | {"digest": "../../etc/passwd"}
    ),
    "layer missing": lambda at: beside(at, at.statement(at.image, DENIED) | MISSING),
    "statement that says nothing of itself and is broken": lambda at: beside(at, plain(at, BROKEN)),
    "unsupported SBOM beside one of a build stage": lambda at: at.build.tag(
        at.build.index(
            at.image,
            at.build.attestation(
                at.image,
                at.statement(at.image, "MIT", name="sbom-build"),
                at.statement(at.image, DENIED, spdxVersion="SPDX-9.9"),
            ),
        )
    ),
}


@pytest.mark.parametrize("hide", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_could_not_be_read_never_passes(scene: Scene, hide: Hide) -> None:
    reference = hide(scene)
    report = report_of("check", reference, "--deny", DENIED, exit_code=6)
    (target,) = report["targets"]
    assert target["verdict"]["status"] == "undetermined"
    assert target["verdict"]["undetermined"]
    assert target["status"] == "incomplete"
    assert [each for each in target["problems"] if each["code"] in target["verdict"]["undetermined"]]


def test_the_same_image_with_nothing_hidden_passes_and_fails_as_it_should(scene: Scene) -> None:
    assert attest("check", scene.index(), "--deny", DENIED).returncode == 0
    assert attest("check", scene.index(*scene.platform()), "--deny", DENIED).returncode == 1
    assert attest("check", scene.index(nested(scene, 3)), "--deny", DENIED).returncode == 1


@pytest.mark.parametrize("word", ["attestation-manifest", "something-else"])
def test_a_platform_that_calls_itself_an_attestation_is_judged(scene: Scene, word: str) -> None:
    image, attestation = scene.platform()
    reference = scene.index(image | {"annotations": {"vnd.docker.reference.type": word}}, attestation)
    result = attest("check", reference, "--deny", DENIED)
    assert result.returncode == 1
    assert "linux/arm64" in result.stdout


def test_an_unreadable_document_that_says_nothing_of_itself_may_be_the_sbom(scene: Scene) -> None:
    image = scene.image
    reference = scene.build.tag(scene.build.index(image, scene.build.attestation(image, plain(scene, BROKEN))))
    assert attest("check", reference, "--deny", DENIED).returncode == 6
    assert attest("packages", reference).returncode == 6


def test_a_layer_that_nobody_can_fetch_is_no_absence(scene: Scene) -> None:
    faulty = scene.statement(scene.image, DENIED) | {"size": -1}
    reference = scene.build.tag(scene.build.index(scene.image, scene.build.attestation(scene.image, faulty)))
    assert attest("check", reference, "--deny", DENIED).returncode == 6


def test_a_single_manifest_without_attachments_has_no_sbom(scene: Scene) -> None:
    reference = scene.build.tag(scene.image)
    assert attest("check", reference, "--deny", DENIED).returncode == 1
    assert attest("packages", reference).returncode == 3


def test_a_single_manifest_named_by_its_digest_may_have_an_index(registry: RegistrySimulator, scene: Scene) -> None:
    scene.index()
    host = registry.load(scene.build.path).rpartition(":")[0]
    result = attest("check", f"{host}@{scene.image['digest']}", "--deny", DENIED)
    assert result.returncode == 6
    assert "sbom-missing" not in result.stdout


def test_an_index_of_which_nothing_can_be_read_does_not_lack_an_sbom(scene: Scene) -> None:
    reference = scene.build.tag(scene.build.index(scene.deleting(nested(scene, 0))))
    result = attest("check", reference, "--deny", DENIED)
    assert result.returncode == 6
    assert "sbom-missing" not in result.stdout


@pytest.mark.parametrize(
    ("status", "exit_code"),
    [pytest.param(403, 4, id="refused"), pytest.param(429, 5, id="throttled"), pytest.param(500, 5, id="failing")],
)
@pytest.mark.parametrize("is_second", [False, True], ids=["only", "second"])
def test_an_attestation_manifest_that_cannot_be_had_ends_with_its_cause(
    registry: RegistrySimulator, scene: Scene, status: int, exit_code: int, *, is_second: bool
) -> None:
    hidden = scene.attested(scene.image, DENIED)
    entries = (scene.image, scene.good, hidden) if is_second else (scene.image, hidden)
    scene.build.tag(scene.build.index(*entries))
    reference = registry.load(scene.build.path)
    registry.knobs.answers[f"/manifests/{hidden['digest']}"] = (status, "application/json", b"{}")
    result = attest("check", reference, "--deny", DENIED, "--retries", "0")
    assert result.returncode == exit_code
    assert "undetermined" in result.stdout.lower()


@pytest.mark.parametrize(
    ("referrers", "exit_code"), [pytest.param("denied", 4, id="refused"), pytest.param("throttled", 5, id="throttled")]
)
def test_referrers_that_nobody_tells_end_with_their_cause(
    registry: RegistrySimulator, scene: Scene, referrers: str, exit_code: int
) -> None:
    scene.build.tag(scene.image)
    reference = registry.load(scene.build.path)
    registry.knobs.referrers = referrers
    assert attest("check", reference, "--deny", DENIED, "--retries", "0").returncode == exit_code
    # what a policy does not judge is not called absent either
    result = attest("get", reference, "--type", "vex", "--retries", "0")
    assert (result.returncode, "whether a vex is attached could not be determined" in result.stderr) == (
        exit_code,
        True,
    )


def test_a_referrer_that_cannot_be_read_is_listed_and_never_passed_over(
    registry: RegistrySimulator, scene: Scene
) -> None:
    layer = scene.statement(scene.image, DENIED)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": "application/vnd.in-toto+json",
        "config": scene.build.blob(b"{}", "application/vnd.oci.empty.v1+json"),
        "layers": [layer],
        "subject": scene.image,
    }
    referrer = scene.build.json(manifest, MANIFEST)
    scene.index()
    reference = registry.load(scene.build.path)
    assert attest("check", reference, "--deny", DENIED).returncode == 1
    registry.knobs.answers[f"/manifests/{referrer['digest']}"] = (500, "application/json", b"{}")
    report = report_of("check", reference, "--deny", DENIED, "--retries", "0", exit_code=5)
    lost = [each for each in report["targets"][0]["evidence"] if not each["readable"]]
    assert [each["digest"] for each in lost] == [referrer["digest"]]


def test_a_statement_that_names_no_subject_is_said_to_be_bound_by_its_place_alone(scene: Scene) -> None:
    content = {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": SPDX}
    layer = scene.build.json(content | {"predicate": scene.sbom("MIT")}, "application/vnd.in-toto+json")
    reference = beside(scene, layer)
    report = report_of("check", reference, "--deny", DENIED)
    assert ["names no subject" in each["message"] for each in report["targets"][0]["problems"]] == [True]


@pytest.mark.parametrize(
    ("name", "limit", "hide"),
    [
        pytest.param("LAYERS", "1", lambda at: beside(at, at.statement(at.image, DENIED)), id="layers"),
        pytest.param(
            "INDEX_ENTRIES", "3", lambda at: at.index(at.build.index(*at.platform(), *at.platform())), id="entries"
        ),
        pytest.param("INDEX_NESTING", "1", lambda at: at.index(nested(at, 1)), id="nesting"),
    ],
)
def test_a_limit_that_is_reached_is_told_with_its_setting_and_never_passed(
    scene: Scene, name: str, limit: str, hide: Hide
) -> None:
    reference = hide(scene)
    assert attest("check", reference, "--deny", DENIED).returncode == 1
    report = report_of("check", reference, "--deny", DENIED, exit_code=6, env={f"ATTEST_MAX_{name}": limit})
    problems = report["targets"][0]["problems"]
    assert ("ATT-EVD-003", f"ATTEST_MAX_{name} sets this limit") in [(each["code"], each["hint"]) for each in problems]


def other_subject(at: Scene) -> Json:
    return at.statement(at.build.image("s390x"), "MIT")


def deep(at: Scene) -> Json:
    return plain(at, b'{"_type": "https://in-toto.io/Statement/v1", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}")


@pytest.mark.parametrize(
    ("code", "layer"),
    [
        pytest.param("ATT-EVD-002", other_subject, id="another subject"),
        pytest.param("ATT-SBOM-003", lambda at: at.statement(at.image, "MIT", packages=[]), id="no package"),
        pytest.param("ATT-SBOM-002", lambda at: at.statement(at.image, "MIT", spdxVersion="SPDX-9"), id="unsupported"),
        pytest.param("ATT-EVD-003", deep, id="too deep"),
        pytest.param("ATT-SRC-002", lambda at: at.deleting(at.statement(at.image, "MIT")), id="missing"),
        pytest.param("ATT-EVD-001", lambda at: at.breaking(at.statement(at.image, "MIT")), id="damaged"),
    ],
)
def test_what_keeps_an_sbom_from_being_read_is_said_with_its_code(
    scene: Scene, code: str, layer: Callable[[Scene], Json]
) -> None:
    image = scene.image
    reference = scene.build.tag(scene.build.index(image, scene.build.attestation(image, layer(scene))))
    result = attest("packages", reference)
    assert result.returncode == 6
    line, hint = result.stderr.splitlines()
    assert line.startswith(f"error[{code}]: ")
    assert hint.startswith("  fix:   ")


def test_get_never_calls_absent_what_is_listed_and_missing(scene: Scene) -> None:
    hidden = scene.deleting(scene.attested(scene.image, DENIED))
    reference = scene.build.tag(scene.build.index(scene.image, hidden))
    result = attest("get", reference, "--type", "sbom")
    assert (result.returncode, "could not be determined" in result.stderr) == (6, True)
