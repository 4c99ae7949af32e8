"""What `docker save` wrote before version 25: an image is there, and whether it has attestations is not known."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from attest.errors import AttestError, IntegrityError, MalformedDocumentError, NotFoundError
from attest.pipeline import inspect
from tests.command import LAYOUTS, attest, report_of


def config_of(architecture: str = "amd64") -> bytes:
    return json.dumps({"os": "linux", "architecture": architecture, "created": "2026-01-01T00:00:00Z"}).encode()


def saved(path: Path, entries: Any, *configs: tuple[str, bytes], mode: str = "w") -> Path:
    """Write such an archive; the layers lie beside their own little configurations."""
    files = {
        "0a1b/VERSION": b"1.0",
        "0a1b/json": b'{"id": "0a1b"}',
        "0a1b/layer.tar": b"\0" * 1024,
        "repositories": b'{"app": {"1.0": "0a1b"}}',
        "manifest.json": json.dumps(entries).encode(),
        **dict(configs),
    }
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def image(config: bytes, *names: str) -> tuple[dict[str, Any], tuple[str, bytes]]:
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    return {"Config": name, "RepoTags": list(names) or None, "Layers": ["0a1b/layer.tar"]}, (name, config)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    entry, config = image(config_of(), "app:1.0")
    return saved(tmp_path / "app.tar", [entry], config)


def test_it_says_which_image_it_is_and_that_nothing_is_known_of_attestations(archive: Path) -> None:
    target = report_of("inspect", f"docker-archive:{archive}")["targets"][0]
    digest = f"sha256:{hashlib.sha256(config_of()).hexdigest()}"
    resolved, (platform,) = target["resolved"], target["platforms"]
    assert (resolved["source"], resolved["digest"], resolved["tag"]) == ("docker-archive", digest, "app:1.0")
    assert (platform["platform"], platform["manifest"]) == ("linux/amd64", None)
    assert set(platform["coverage"].values()) == {"undetermined"}
    assert {each["channel"] for each in target["searched"]} == {"index", "cosign-tag", "layout"}
    assert {(each["status"], each["conclusive"]) for each in target["searched"]} == {("unsupported", False)}
    assert {each["detail"] for each in target["searched"]} == {"this archive format cannot carry attestations"}
    assert (target["status"], target["packages"]) == ("incomplete", None)


@pytest.mark.parametrize("prefix", ["", "docker-archive:", "oci-archive:"])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_it_is_the_same_by_any_name_and_compressed(tmp_path: Path, prefix: str, mode: str) -> None:
    entry, config = image(config_of("arm64"), "app:1.0")
    path = saved(tmp_path / "app.tar", [entry], config, mode=mode)
    inspection = inspect(f"{prefix}{path}")
    assert inspection.resolved.source == "docker-archive"
    assert [each.platform for each in inspection.platforms] == ["linux/arm64"]


@pytest.mark.parametrize(
    "words",
    [
        ("get",),
        ("get", "--type", "vex"),
        ("get", "--digest", "sha256:0"),
        ("packages",),
        ("licenses",),
        ("provenance",),
        ("check", "--deny", "MIT"),
        ("check", "--require", "signature"),
    ],
)
def test_no_gate_and_no_list_takes_it_for_absent(archive: Path, words: tuple[str, ...]) -> None:
    result = attest(*words, f"docker-archive:{archive}")
    assert result.returncode == 6
    assert "cannot carry attestations" in result.stderr + result.stdout


def test_one_of_several_images_is_named_by_its_name_or_tag(tmp_path: Path) -> None:
    old, old_config = image(config_of("amd64"), "example.com:5000/app:1.0")
    new, new_config = image(config_of("arm64"), "example.com:5000/app:2.0", "app:latest")
    path = saved(tmp_path / "app.tar", [old, new], old_config, new_config)
    for name, platform in {
        ":example.com:5000/app:1.0": "linux/amd64",
        ":1.0": "linux/amd64",
        ":app:latest": "linux/arm64",
        "": "linux/arm64",
        f"@sha256:{hashlib.sha256(config_of('arm64')).hexdigest()}": "linux/arm64",
    }.items():
        assert [each.platform for each in inspect(f"docker-archive:{path}{name}").platforms] == [platform]
    with pytest.raises(NotFoundError) as caught:
        inspect(f"docker-archive:{path}:3.0")
    assert caught.value.hint == "names there are: example.com:5000/app:1.0, example.com:5000/app:2.0, app:latest"
    with pytest.raises(NotFoundError, match="not in"):
        inspect(f"docker-archive:{path}@sha256:{'a' * 64}")


def test_a_configuration_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    entry, (name, _) = image(config_of("amd64"))
    with pytest.raises(IntegrityError, match="do not match"):
        inspect(f"docker-archive:{saved(tmp_path / 'app.tar', [entry], (name, config_of('arm64')))}")


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ([], NotFoundError),
        ([{"Config": "none.json"}], NotFoundError),
        ([{"Config": "../../etc/passwd"}], NotFoundError),
        ([{"Config": 1}], MalformedDocumentError),
        ({}, MalformedDocumentError),
        ([{}], MalformedDocumentError),
    ],
)
def test_a_list_of_images_that_is_none_is_refused(tmp_path: Path, entries: Any, error: type[AttestError]) -> None:
    with pytest.raises(error):
        inspect(f"docker-archive:{saved(tmp_path / 'app.tar', entries)}")


def test_a_configuration_that_makes_no_sense_leaves_the_platform_unknown(tmp_path: Path) -> None:
    path = saved(tmp_path / "app.tar", [{"Config": "x.json"}], ("x.json", b"\x1b[31m"))
    assert [each.platform for each in inspect(f"docker-archive:{path}").platforms] == ["unknown"]


def test_what_docker_saves_since_version_25_is_a_layout_with_the_old_list_beside_it(tmp_path: Path) -> None:
    layout = LAYOUTS / "buildkit-edge-min-legacy"
    with tarfile.open(tmp_path / "app.tar", "w") as tar:
        tar.add(layout, ".")
        member = tarfile.TarInfo("manifest.json")
        tar.addfile(member)
    inspection = inspect(f"docker-archive:{tmp_path / 'app.tar'}")
    assert inspection.evidence == inspect(f"oci:{layout}").evidence
    assert inspection.evidence
