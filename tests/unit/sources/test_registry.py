"""The client against a registry that misbehaves."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from attest.errors import (
    AccessDeniedError,
    AttestError,
    IntegrityError,
    NotFoundError,
    RateLimitedError,
    UnreachableError,
)
from attest.model.attachment import ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.sources import Access, Source, open_source
from tests.command import LAYOUTS
from tests.registry_simulator import PASSWORD, TOKEN, USER, RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"


def opened(reference: str, **access: object) -> Source:
    return open_source(reference, Access(retries=0, timeout_seconds=2, **access))  # type: ignore[arg-type]


def first_blob(registry: RegistrySimulator) -> Descriptor:
    digest = next(each for each in registry.blobs if each not in registry.manifests)
    return Descriptor(media_type="x", digest=Digest.parse(digest), size=len(registry.blobs[digest]))


def test_an_image_is_resolved_by_its_tag(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    with opened(reference) as source:
        root = source.resolve()
    assert str(root.descriptor.digest) == json.loads((EDGE / "index.json").read_text())["manifests"][0]["digest"]
    assert (root.registry, root.repository, root.tag) == (registry.host, "app", "1.0")


def test_no_request_is_made_before_it_is_needed(registry: RegistrySimulator) -> None:
    with opened(registry.load(EDGE)):
        assert registry.log == []


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_credentials_open_a_private_repository(
    registry: RegistrySimulator, auth: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    registry.knobs.auth = auth
    registry.knobs.anonymous_tokens = False
    reference = registry.load(EDGE)
    config = {"auths": {registry.host: {"username": USER, "password": PASSWORD}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with opened(reference) as source:
        assert source.resolve().content


def test_an_anonymous_token_opens_a_public_repository(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    with opened(registry.load(EDGE)) as source:
        source.resolve()
        source.blob(first_blob(registry))
    paths = [entry.path for entry in registry.log]
    assert paths.count("/token") == 1
    assert [entry.status for entry in registry.log].count(401) == 1


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_refused_credentials_are_denied_and_not_asked_for_forever(registry: RegistrySimulator, auth: str) -> None:
    registry.knobs.auth = auth
    with (
        opened(registry.load(EDGE), username=USER, password="wrong") as source,  # noqa: S106 - it is nobody's
        pytest.raises(AccessDeniedError) as caught,
    ):
        source.resolve()
    assert caught.value.code == "ATT-AUTH-001"
    assert "wrong" not in str(caught.value) + str(caught.value.hint)
    assert len(registry.log) <= 3


def test_a_registry_that_always_asks_again_is_denied(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.knobs.auth = "bearer"
    registry.knobs.answers["/token"] = (200, "application/json", b'{"token": "another"}')
    with opened(reference) as source, pytest.raises(AccessDeniedError):
        source.resolve()
    assert len(registry.log) == 3


def test_credentials_do_not_follow_a_redirect_to_another_origin(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.redirect_blobs = "other"
    with opened(registry.load(EDGE)) as source:
        source.resolve()
        source.blob(first_blob(registry))
    stored = [entry for entry in registry.log if entry.path.startswith("/storage/")]
    assert [entry.authorization for entry in stored] == [None]


def test_credentials_stay_on_a_redirect_within_the_registry(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.redirect_blobs = "same"
    with opened(registry.load(EDGE)) as source:
        source.resolve()
        source.blob(first_blob(registry))
    stored = [entry for entry in registry.log if entry.path.startswith("/storage/")]
    assert [entry.authorization for entry in stored] == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("loop", id="a loop"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="the metadata service"),
        pytest.param("http://10.1.2.3/blob", id="a private network"),
        pytest.param("http://[fe80::1]/blob", id="a link-local address"),
        pytest.param("http://0.0.0.0/blob", id="no address"),
        pytest.param("ftp://127.0.0.1/blob", id="another protocol"),
        pytest.param("http://user:secret@127.0.0.1/blob", id="with a password"),
    ],
)
def test_a_redirect_that_no_registry_needs_is_refused(registry: RegistrySimulator, target: str) -> None:
    registry.knobs.redirect_blobs = target
    with opened(registry.load(EDGE)) as source, pytest.raises(UnreachableError) as caught:
        source.blob(first_blob(registry))
    assert caught.value.code == "ATT-NET-006"
    assert "secret" not in str(caught.value)


def test_a_manifest_is_never_fetched_from_elsewhere(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.knobs.redirect_blobs = "other"
    digest = registry.tags["1.0"]
    registry.knobs.answers["/manifests/1.0"] = (307, "text/plain", b"")
    with opened(reference) as source, pytest.raises(AttestError):
        source.resolve()
    assert digest not in [entry.path.rpartition("/")[2] for entry in registry.log]


def test_credentials_go_to_no_realm_of_another_domain(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.realm = f"http://localhost:{registry.host.rpartition(':')[2]}/token"
    with (
        opened(registry.load(EDGE), username=USER, password=PASSWORD) as source,
        pytest.raises(AccessDeniedError) as caught,
    ):
        source.resolve()
    assert caught.value.code == "ATT-AUTH-003"
    assert "/token" not in [entry.path for entry in registry.log]


def test_a_realm_that_the_user_trusts_gets_them(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.realm = f"http://localhost:{registry.host.rpartition(':')[2]}/token"
    reference = registry.load(EDGE)
    with opened(reference, username=USER, password=PASSWORD, trusted_realms=("localhost",)) as source:
        assert source.resolve().content


def test_a_blob_that_is_not_what_its_digest_says_is_refused(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    blob = first_blob(registry)
    registry.blobs[str(blob.digest)] = b"x" * blob.size
    with opened(reference) as source, pytest.raises(IntegrityError, match="do not match the digest"):
        source.blob(blob)


def test_a_blob_of_another_size_is_refused(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    blob = first_blob(registry)
    registry.blobs[str(blob.digest)] += b"more"
    with opened(reference) as source, pytest.raises(IntegrityError):
        source.blob(blob)


def test_a_body_that_is_cut_short_is_unreachable(registry: RegistrySimulator) -> None:
    registry.knobs.cut_blobs = True
    with opened(registry.load(EDGE)) as source, pytest.raises(UnreachableError):
        source.blob(first_blob(registry))


def test_a_body_without_end_is_left_at_its_announced_size(registry: RegistrySimulator) -> None:
    registry.knobs.endless_blobs = True
    with opened(registry.load(EDGE)) as source, pytest.raises(IntegrityError, match="more than the"):
        source.blob(first_blob(registry))


def test_a_body_that_was_encoded_unasked_is_checked_decoded(registry: RegistrySimulator) -> None:
    registry.knobs.coding = "gzip"
    with opened(registry.load(EDGE)) as source:
        blob = first_blob(registry)
        assert blob.digest.matches(source.blob(blob))


def test_codings_one_inside_the_other_are_refused(registry: RegistrySimulator) -> None:
    registry.knobs.coding = "gzip,gzip"
    with opened(registry.load(EDGE)) as source, pytest.raises(UnreachableError, match="nobody asked for"):
        source.blob(first_blob(registry))


def test_a_coded_bomb_is_left_at_the_announced_size(registry: RegistrySimulator) -> None:
    registry.knobs.coding = "gzip"
    reference = registry.load(EDGE)
    blob = first_blob(registry)
    registry.blobs[str(blob.digest)] = b"0" * 50_000_000
    with opened(reference) as source, pytest.raises(IntegrityError, match="more than the"):
        source.blob(blob)


def test_a_blob_over_the_limit_is_refused_before_it_is_asked_for(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    with opened(reference, max_blob_bytes=10) as source, pytest.raises(IntegrityError) as caught:
        source.blob(first_blob(registry))
    assert caught.value.code == "ATT-EVD-003"
    assert registry.log == []


def test_a_web_page_is_no_manifest(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.knobs.answers["/manifests/1.0"] = (200, "text/html", b"<html>Sign in</html>")
    with opened(reference) as source, pytest.raises(UnreachableError, match="a web page instead of a manifest"):
        source.resolve()


def test_a_tag_that_is_not_there_is_not_found(registry: RegistrySimulator) -> None:
    registry.load(EDGE)
    with opened(f"{registry.host}/app:nothing") as source, pytest.raises(NotFoundError) as caught:
        source.resolve()
    assert caught.value.code == "ATT-SRC-001"


def test_a_missing_tag_is_told_from_a_refusal(registry: RegistrySimulator) -> None:
    registry.load(EDGE)
    with opened(f"{registry.host}/app:1.0") as source:
        assert source.tagged("nothing") is None


def test_a_server_error_that_passes_is_not_noticed(registry: RegistrySimulator) -> None:
    registry.knobs.fail_times = 2
    with open_source(registry.load(EDGE), Access(retries=3)) as source:
        assert source.resolve().content
    assert [entry.status for entry in registry.log] == [503, 503, 200]


def test_a_throttled_request_waits_as_long_as_it_is_told(registry: RegistrySimulator) -> None:
    registry.knobs.throttle_times = 1
    registry.knobs.retry_after = "1"
    with open_source(registry.load(EDGE), Access(retries=3)) as source:
        source.resolve()
    first, second = registry.log
    assert second.began - first.ended >= 0.9


@pytest.mark.parametrize("throttle_times", [0, 1, 4])
def test_half_as_much_is_asked_at_once_after_a_throttled_request(
    registry: RegistrySimulator, throttle_times: int
) -> None:
    registry.knobs.latency_seconds = 0.1
    registry.knobs.throttle_times = throttle_times
    registry.knobs.retry_after = "0"
    registry.load(LAYOUTS / "docker-hub-alpine-3.23.2")
    blobs = [
        Descriptor(media_type="x", digest=Digest.parse(digest), size=len(content))
        for digest, content in list(registry.blobs.items())[:24]
    ]
    with (
        open_source(f"{registry.host}/app", Access(retries=3, jobs=8)) as source,
        ThreadPoolExecutor(4 if throttle_times == 4 else 8) as pool,
    ):
        contents = list(pool.map(source.blob, blobs[:4]))
        contents += list(pool.map(source.blob, blobs[4:]))
    assert [len(content) for content in contents] == [blob.size for blob in blobs]
    throttled = [entry.ended for entry in registry.log if entry.status == 429]
    at_once = registry.concurrency(since=max(throttled, default=0.0))
    # four that were refused at the same time halve it once
    assert at_once > 4 if not throttled else 2 < at_once <= 4


def test_a_wait_of_hours_is_an_error_at_once(registry: RegistrySimulator) -> None:
    registry.knobs.throttle_times = 9
    registry.knobs.retry_after = "21600"
    with open_source(registry.load(EDGE), Access(retries=3)) as source, pytest.raises(RateLimitedError):
        source.resolve()
    assert len(registry.log) == 1


def test_nobody_listening_is_one_line() -> None:
    with opened("127.0.0.1:1/app") as source, pytest.raises(UnreachableError, match="connection refused"):
        source.resolve()


def test_the_strict_registry_gets_every_type_it_wants(registry: RegistrySimulator) -> None:
    registry.knobs.strict_accept = True
    with opened(registry.load(EDGE)) as source:
        assert source.resolve().content


def subject(registry: RegistrySimulator) -> Descriptor:
    digest = registry.tags["3.2.0"]
    return Descriptor(media_type="x", digest=Digest.parse(digest), size=1609)


BUNDLES = LAYOUTS.parent / "unpacked" / "cosign-bundles-ledger"


@pytest.mark.parametrize("page_size", [0, 1, 2])
def test_every_page_of_the_referrers_is_read(registry: RegistrySimulator, page_size: int) -> None:
    registry.knobs.page_size = page_size
    with opened(registry.load(BUNDLES)) as source:
        listing = source.referrers(subject(registry))
    assert listing.status is ProbeStatus.FOUND
    assert len(listing.descriptors) == 3


@pytest.mark.parametrize(
    ("sin", "status"),
    [
        ("off", ProbeStatus.UNSUPPORTED),
        ("html", ProbeStatus.UNSUPPORTED),
        ("denied", ProbeStatus.DENIED),
        ("throttled", ProbeStatus.RATE_LIMITED),
    ],
)
def test_a_list_that_is_refused_is_never_an_empty_list(
    registry: RegistrySimulator, sin: str, status: ProbeStatus
) -> None:
    registry.knobs.referrers = sin
    with opened(registry.load(BUNDLES)) as source:
        assert source.referrers(subject(registry)).status is status


def test_a_list_that_goes_on_elsewhere_is_not_followed(registry: RegistrySimulator) -> None:
    registry.knobs.page_size = 1
    registry.knobs.referrers = "foreign-link"
    with opened(registry.load(BUNDLES)) as source:
        listing = source.referrers(subject(registry))
    assert listing.status is not ProbeStatus.FOUND
    assert len(listing.descriptors) == 1


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ("sorted", ProbeStatus.FOUND),
        ("all", ProbeStatus.FOUND),
        ("unsorted", ProbeStatus.UNSUPPORTED),
        ("refused", ProbeStatus.UNSUPPORTED),
    ],
)
def test_one_look_at_the_tags_shows_all_of_a_digest(
    registry: RegistrySimulator, tags: str, status: ProbeStatus
) -> None:
    registry.knobs.tags = tags
    reference = registry.load(LAYOUTS.parent / "unpacked" / "cosign-tags-ledger")
    stem = registry.tags["3.2.0"].replace(":", "-")
    with opened(reference) as source:
        found = source.tags(stem)
    assert found.status is status
    if status is ProbeStatus.FOUND:
        assert found.names == (f"{stem}.att", f"{stem}.sbom", f"{stem}.sig")
    assert len(registry.log) == 1


def test_a_list_that_needs_another_scope_is_asked_for_with_both(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.tags_scope = "repository:app:metadata_read"
    reference = registry.load(LAYOUTS.parent / "unpacked" / "cosign-tags-ledger")
    stem = registry.tags["3.2.0"].replace(":", "-")
    with opened(reference) as source:
        source.resolve()
        assert source.tags(stem).status is ProbeStatus.FOUND
        source.blob(first_blob(registry))
    tokens = [entry.query for entry in registry.log if entry.path == "/token"]
    assert [query.count("scope=") for query in tokens] == [1, 2]
    assert [entry.status for entry in registry.log].count(401) == 2
