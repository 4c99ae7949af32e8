"""References: every row of the grammar's table, and the tables that the reference implementation publishes."""

import json
from typing import Any

import pytest

from attest.errors import InvalidReferenceError
from attest.model.reference import LocalKind, LocalReference, Reference, local_kind, without_registry_prefix
from tests.command import LAYOUTS

A64 = "a" * 64
IRF = "invalid reference format"
VECTORS = LAYOUTS.parent / "vectors"

ACCEPTED = [
    ("ubuntu", "docker.io", "library/ubuntu", "latest", None),
    ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", None),
    ("library/ubuntu", "docker.io", "library/ubuntu", "latest", None),
    ("docker.io/ubuntu", "docker.io", "library/ubuntu", "latest", None),
    ("index.docker.io/ubuntu", "docker.io", "library/ubuntu", "latest", None),
    ("registry-1.docker.io/library/ubuntu", "registry-1.docker.io", "library/ubuntu", "latest", None),
    ("acme/app", "docker.io", "acme/app", "latest", None),
    ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", "latest", None),
    ("ghcr.io/acme/app:1.0", "ghcr.io", "acme/app", "1.0", None),
    ("quay.io/a/b/c/d:x", "quay.io", "a/b/c/d", "x", None),
    ("localhost", "docker.io", "library/localhost", "latest", None),
    ("localhost/app", "localhost", "app", "latest", None),
    ("localhost:5000/app:dev", "localhost:5000", "app", "dev", None),
    ("127.0.0.1:5000/a/b", "127.0.0.1:5000", "a/b", "latest", None),
    ("[::1]:5000/app", "[::1]:5000", "app", "latest", None),
    ("192.168.0.1:80", "docker.io", "library/192.168.0.1", "80", None),
    ("ghcr.io", "docker.io", "library/ghcr.io", "latest", None),
    ("ghcr.io:443", "docker.io", "library/ghcr.io", "443", None),
    ("UPPER/app", "UPPER", "app", "latest", None),
    ("Registry.example.COM/app", "Registry.example.COM", "app", "latest", None),
    ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", None),
    ("foo_bar/app", "docker.io", "foo_bar/app", "latest", None),
    ("a--b/c__d/e.f", "docker.io", "a--b/c__d/e.f", "latest", None),
    ("ubuntu:_x", "docker.io", "library/ubuntu", "_x", None),
    ("ubuntu:" + "a" * 128, "docker.io", "library/ubuntu", "a" * 128, None),
    (f"ubuntu@sha256:{A64}", "docker.io", "library/ubuntu", None, f"sha256:{A64}"),
    (f"ubuntu:22.04@sha256:{A64}", "docker.io", "library/ubuntu", "22.04", f"sha256:{A64}"),
    ("ubuntu@sha512:" + "a" * 128, "docker.io", "library/ubuntu", None, "sha512:" + "a" * 128),
    ("ubuntu@sha384:" + "a" * 96, "docker.io", "library/ubuntu", None, "sha384:" + "a" * 96),
    (f"{A64}:x", "docker.io", f"library/{A64}", "x", None),
    (f"acme/{A64}", "docker.io", f"acme/{A64}", "latest", None),
    (f"docker.io/{A64}", "docker.io", f"library/{A64}", "latest", None),
    ("docker.io/" + "a" * 247, "docker.io", "library/" + "a" * 247, "latest", None),
]


@pytest.mark.parametrize(("text", "domain", "path", "tag", "digest"), ACCEPTED)
def test_parse_accepts(text: str, domain: str, path: str, tag: str | None, digest: str | None) -> None:
    assert Reference.parse(text) == Reference(domain, path, tag, digest)


REFUSED = [
    *[
        (text, IRF)
        for text in (
            "[fe80::1%25eth0]/app",
            "foo.bar_baz/app",
            "-x.io/app",
            "x-.io/app",
            "localhost:/app",
            "example.com:abc/app",
            "a___b",
            "a..b",
            "a.-b",
            "-a",
            "a-",
            "_a",
            "a//b",
            "/a",
            "a/",
            "docker.io/",
            "",
            "é/x",
            " ubuntu",
            "ubuntu ",
            "ubuntu\n",
            "ubuntu:",
            "ubuntu:.x",
            "a:b:c",
            "a@b",
            "ubuntu:" + "a" * 129,
            f"ubuntu@sha256:{A64}:1",
            f"ubuntu:22.04@{A64}",
            "ubuntu@sha256:abc",
            "https://ghcr.io/acme/app",
        )
    ],
    ("Ubuntu", f"{IRF}: repository name (library/Ubuntu) must be lowercase"),
    ("ghcr.io/Acme/app", f"{IRF}: repository name (Acme/app) must be lowercase"),
    (f"ubuntu@SHA256:{A64}", f"{IRF}: repository name (library/ubuntu@SHA256) must be lowercase"),
    ("ubuntu@sha256:" + "A" * 64, "invalid checksum digest format"),
    ("ubuntu:1@MD5:" + "a" * 32, "invalid checksum digest format"),
    ("ubuntu@sha256:" + "a" * 63, "invalid checksum digest length"),
    ("ubuntu@sha256:" + "A" * 63, "invalid checksum digest length"),
    ("ubuntu@md5:" + "a" * 32, "unsupported digest algorithm"),
    (f"ubuntu@blake3:{A64}", "unsupported digest algorithm"),
    (A64, f"invalid repository name ({A64}), cannot specify 64-byte hexadecimal strings"),
    ("docker.io/library/" + "a" * 257, "repository name must not be more than 255 characters"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_parse_refuses(text: str, message: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        Reference.parse(text)
    assert str(caught.value) == message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("https://ghcr.io/acme/app", "ghcr.io/acme/app"),
        ("ubuntu ", "white space"),
        ("ghcr.io/Acme/app", "ghcr.io/acme/app"),
        ("Ubuntu", "ubuntu"),
        ("REGISTRY.example/APP:LATEST", "REGISTRY.example/app:LATEST"),
        ("library/Ubuntu", "library/ubuntu"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(text: str, hint: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        Reference.parse(text)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("ubuntu", "ubuntu"),
        ("acme/app", "acme/app"),
        ("docker.io/library/foo/bar", "library/foo/bar"),
        ("ghcr.io/acme/app", "ghcr.io/acme/app"),
    ],
)
def test_the_familiar_name_leaves_out_what_docker_hub_implies(text: str, familiar: str) -> None:
    assert Reference.parse(text).familiar == familiar


@pytest.mark.parametrize("text", ["localhost", "ghcr.io", "ghcr.io:443", "192.168.0.1:80"])
def test_the_name_of_a_registry_alone_is_warned_about(text: str) -> None:
    assert Reference.parse(text).warning


def test_a_plain_name_is_not_warned_about() -> None:
    assert Reference.parse("ubuntu").warning is None


def published_parses(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((VECTORS / "reference-parse.json").read_text())["cases"][table]
    return rows


# These tables are of functions that do not normalize: there the first of several parts is always the host.
# The reference implementation's tests do not link SHA-512 and so refuse it; here it is known.
UNLINKED = "digest.ErrDigestUnsupported"
PARSES = published_parses("TestReferenceParse")


@pytest.mark.parametrize("row", [row for row in PARSES if "err" not in row], ids=lambda row: row["input"][:40])
def test_the_published_parses_agree(row: dict[str, Any]) -> None:
    parsed = Reference.parse(row["input"])
    host = row.get("domain", "")
    if any(mark in host for mark in ".:"):
        assert f"{parsed.domain}/{parsed.path}" == row["repository"]
    else:
        assert (parsed.domain, parsed.path.removeprefix("library/")) == ("docker.io", row["repository"])
    assert row.get("tag", parsed.tag) == parsed.tag
    assert parsed.digest == row.get("digest")


@pytest.mark.parametrize(
    "row",
    [
        *[row for row in PARSES if "err" in row and "@sha512:" not in row["input"]],
        # the row with a tag is refused only where a bare name is asked for
        *[row for row in published_parses("TestWithNameFailure") if not row["input"].endswith("repo:tag")],
    ],
    ids=lambda row: row["input"][:40],
)
def test_what_is_published_as_wrong_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(InvalidReferenceError):
        Reference.parse(row["input"])


def test_sha512_is_refused_only_where_it_is_not_linked() -> None:
    (row,) = [row for row in PARSES if "@sha512:" in row["input"]]
    assert row["err"]["id"] == UNLINKED
    assert Reference.parse(row["input"]).digest == row["input"].partition("@")[2]


def published(table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((VECTORS / "reference-normalize.json").read_text())["cases"][table]
    return [row for row in rows if "refStrings" not in row]  # a list the test code loops over


@pytest.mark.parametrize("row", published("TestParseDockerRef"), ids=lambda row: row["name"])
def test_the_published_references_are_normalized_alike(row: dict[str, Any]) -> None:
    parsed = Reference.parse(row["input"])
    if "@" in row["expected"]:
        # that function drops the tag beside a digest; here it is kept, and the digest decides
        assert f"{parsed.domain}/{parsed.path}@{parsed.digest}" == row["expected"]
    else:
        assert str(parsed) == row["expected"]


@pytest.mark.parametrize("row", published("TestNormalizedSplitHostname"), ids=lambda row: row["input"])
def test_the_published_hosts_are_split_alike(row: dict[str, Any]) -> None:
    parsed = Reference.parse(row["input"])
    assert (parsed.domain, parsed.path) == (row["domain"], row["path"])


NAMES = published("TestValidateReferenceName")


@pytest.mark.parametrize("text", NAMES[0]["validRepoNames"])
def test_the_published_names_are_accepted(text: str) -> None:
    assert Reference.parse(text).tag


@pytest.mark.parametrize("text", NAMES[1]["invalidRepoNames"])
def test_the_published_wrong_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidReferenceError):
        Reference.parse(text)


@pytest.mark.parametrize("row", published("TestParseRepositoryInfo"), ids=lambda row: row["FullName"])
def test_the_published_names_have_the_same_parts(row: dict[str, str]) -> None:
    for text in filter(None, (row.get("AmbiguousName"), row["FullName"], row["FamiliarName"])):
        parsed = Reference.parse(text)
        assert parsed.path == row["RemoteName"]
        assert parsed.domain == row["Domain"]
        assert parsed.familiar == row["FamiliarName"]


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("oci:out:1.0", LocalKind.LAYOUT, "out:1.0"),
        ("oci-layout://out:1.0", LocalKind.LAYOUT, "out:1.0"),
        ("oci-dir://out", LocalKind.LAYOUT, "out"),
        ("oci-archive:x.tar", LocalKind.OCI_ARCHIVE, "x.tar"),
        ("archive://x.tar", LocalKind.OCI_ARCHIVE, "x.tar"),
        ("docker-archive:x.tar", LocalKind.DOCKER_ARCHIVE, "x.tar"),
        ("sbom://x.json", LocalKind.DOCUMENT, "x.json"),
    ],
)
def test_a_prefix_names_the_kind_of_source(text: str, kind: LocalKind, rest: str) -> None:
    assert local_kind(text) == (kind, rest)


def test_other_text_has_no_such_prefix() -> None:
    assert local_kind("ubuntu:22.04") is None
    assert without_registry_prefix("docker://ghcr.io/acme/app") == "ghcr.io/acme/app"
    assert without_registry_prefix("registry://ubuntu") == "ubuntu"
    assert without_registry_prefix("ubuntu") is None


@pytest.mark.parametrize(
    ("text", "existing", "path", "name", "digest"),
    [
        ("out", {"out"}, "out", None, None),
        ("out:1.0", {"out"}, "out", "1.0", None),
        (f"out:1.0@sha256:{A64}", {"out"}, "out", "1.0", f"sha256:{A64}"),
        (f"out@sha256:{A64}", {"out"}, "out", None, f"sha256:{A64}"),
        ("C:\\img:1.0", {"C:\\img"}, "C:\\img", "1.0", None),
        ("C:\\img", set(), "C:\\img", None, None),
        ("a:b:c", {"a", "a:b"}, "a:b", "c", None),
        ("none:1.0", set(), "none", "1.0", None),
        ("out:registry.example.com/app:1.0", {"out"}, "out", "registry.example.com/app:1.0", None),
    ],
)
def test_a_path_is_told_from_a_name(
    text: str, existing: set[str], path: str, name: str | None, digest: str | None
) -> None:
    assert LocalReference.split(text, existing.__contains__) == LocalReference(path=path, name=name, digest=digest)
