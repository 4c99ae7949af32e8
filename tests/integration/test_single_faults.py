"""Whatever one answer of a registry, or one file of a layout, is in place of what it should be: no gate passes for it.

One of two platforms has a denied license. Each answer that the check needs is
replaced, one at a time, by every wrong one.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from attest.errors import AttestError
from attest.pipeline import Options, inspect
from attest.policy import Policy, evaluate, load_policy
from attest.sources import Access
from tests.layout_builder import IN_TOTO, MANIFEST, Json, LayoutBuilder
from tests.registry_simulator import RegistrySimulator

SPDX: Final = "https://spdx.dev/Document"
EMPTY: Final = "application/vnd.oci.empty.v1+json"
LICENSES: Final = {"amd64": "MIT", "arm64": "GPL-3.0-only"}
ANSWERS: Final = {
    "missing": (404, "text/plain", b"404 page not found"),
    "forbidden": (403, "application/json", b"{}"),
    "unauthorized": (401, "", b""),
    "not allowed": (405, "", b""),
    "throttled": (429, "", b""),
    "broken": (500, "", b""),
    "a page": (200, "text/html", b"<html>"),
    "an object": (200, "application/json", b"{}"),
    "a list": (200, "application/json", b"[]"),
    "null": (200, "application/json", b"null"),
    "nothing": (200, "application/json", b""),
    "no manifests": (200, "application/vnd.oci.image.index.v1+json", b'{"schemaVersion":2,"manifests":[]}'),
    "no tags": (200, "application/json", b'{"tags":[]}'),
}
DAMAGES: Final[dict[str, Callable[[bytes], bytes | None]]] = {
    "missing": lambda _: None,
    "cut": lambda content: content[:-3],
    "an object": lambda _: b"{}",
    "a bit": lambda content: (
        content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1]) + content[len(content) // 2 + 1 :]
    ),
}


class Scene:
    """An image with two platforms; each way of attaching returns what the tags of its repository name."""

    def __init__(self, folder: Path) -> None:
        self.build = LayoutBuilder(folder)
        self.images = {architecture: self.build.image(architecture) for architecture in LICENSES}

    def sbom(self, architecture: str) -> Json:
        """Store an SBOM of one package."""
        package = {"SPDXID": "SPDXRef-p", "name": architecture, "licenseDeclared": LICENSES[architecture]}
        document = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "packages": [package]}
        return self.build.statement(self.images[architecture], SPDX, document)

    def attested(self, architecture: str) -> Json:
        """Store an attestation manifest with the SBOM of a platform."""
        return self.build.attestation(self.images[architecture], self.sbom(architecture))

    def named(self, *entries: Json) -> dict[str, str]:
        """Let the layout name an index."""
        root = self.build.index(*entries)
        self.build.tag(root)
        return {"latest": root["digest"]}

    def by_buildkit(self) -> dict[str, str]:
        """Attach as BuildKit does."""
        return self.named(*self.images.values(), *map(self.attested, LICENSES))

    def in_an_inner_index(self) -> dict[str, str]:
        """Attach the denied one inside an inner index."""
        inner = self.build.index(self.images["arm64"], self.attested("arm64"))
        return self.named(self.images["amd64"], self.attested("amd64"), inner)

    def as_referrers(self) -> dict[str, str]:
        """Attach by subjects, which a list under a tag names, too."""
        tags = {}
        for architecture, image in self.images.items():
            subject = {key: image[key] for key in ("mediaType", "digest", "size")}
            listed = self.build.index(self.carrier(self.sbom(architecture), subject))
            tags[image["digest"].replace(":", "-")] = listed["digest"]
        return tags | self.named(*self.images.values())

    def under_tags(self) -> dict[str, str]:
        """Attach under cosign's tags."""
        tags = {
            image["digest"].replace(":", "-") + ".att": self.carrier(self.sbom(architecture), None)["digest"]
            for architecture, image in self.images.items()
        }
        return tags | self.named(*self.images.values())

    def carrier(self, layer: Json, subject: Json | None) -> Json:
        """Store a manifest that carries a document."""
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": self.build.json({}, EMPTY), "layers": [layer]}
        return self.build.json(manifest | ({"subject": subject, "artifactType": IN_TOTO} if subject else {}), MANIFEST)


WAYS: Final = [Scene.by_buildkit, Scene.in_an_inner_index, Scene.as_referrers, Scene.under_tags]


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text('[licenses]\ndefault = "allow"\ndeny = ["GPL-3.0-only"]\n[sbom]\nrequire = true\n')
    return load_policy(str(path))


def verdict(reference: str, policy: Policy) -> str:
    try:
        inspection = inspect(reference, Options(access=Access(retries=0)))
    except AttestError as error:
        return error.code
    return evaluate(inspection, policy).verdict.status


@pytest.mark.parametrize("referrers", ["on", "off"])
@pytest.mark.parametrize("way", WAYS)
def test_no_wrong_answer_of_a_registry_opens_the_gate(
    registry: RegistrySimulator, tmp_path: Path, policy: Policy, way: Callable[[Scene], dict[str, str]], referrers: str
) -> None:
    tags = way(Scene(tmp_path / "layout"))
    reference = registry.load(tmp_path / "layout")
    registry.tags, registry.knobs.referrers = tags, referrers
    assert verdict(reference, policy) == "fail"
    paths = sorted({entry.path for entry in registry.log})
    assert len(paths) > 8
    for path in paths:
        for name, answer in ANSWERS.items():
            registry.knobs.answers = {path: answer}
            assert verdict(reference, policy) != "pass", f"{path} is {name}"


@pytest.mark.parametrize("way", WAYS[:3])
def test_no_damaged_file_of_a_layout_opens_the_gate(
    tmp_path: Path, policy: Policy, way: Callable[[Scene], dict[str, str]]
) -> None:
    way(Scene(tmp_path / "layout"))
    reference = f"oci:{tmp_path / 'layout'}"
    assert verdict(reference, policy) == "fail"
    for path in sorted((tmp_path / "layout" / "blobs" / "sha256").iterdir()):
        content = path.read_bytes()
        for name, damage in DAMAGES.items():
            damaged = damage(content)
            path.unlink() if damaged is None else path.write_bytes(damaged)
            assert verdict(reference, policy) != "pass", f"{json.dumps(content[:80].decode())} is {name}"
            path.write_bytes(content)
