"""The client against a registry that means harm, or whose network does."""

import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from attest.errors import AccessDeniedError, IntegrityError, InvalidConfigError, UnreachableError
from attest.model.attachment import ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.sources import Access, Source, open_source
from tests.command import LAYOUTS
from tests.registry_simulator import PASSWORD, USER, RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"
QUICK = Access(retries=0, timeout_seconds=2)
SUBJECT = Descriptor(media_type="x", digest=Digest.of(b"subject"), size=7)


def opened(reference: str, **access: object) -> Source:
    return open_source(reference, msgspec.structs.replace(QUICK, **access))


def blob_of(registry: RegistrySimulator, content: bytes = b"0123456789") -> Descriptor:
    digest = Digest.of(content)
    registry.blobs[str(digest)] = content
    return Descriptor(media_type="x", digest=digest, size=len(content))


def paths(registry: RegistrySimulator) -> list[str]:
    return [entry.path for entry in registry.log]


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://[::1/x", id="half an address"),
        pytest.param("http://127.0.0.1:99999/x", id="a port that is none"),
        pytest.param("javascript:alert(1)", id="no web address"),
        pytest.param("http://[64:ff9b::a9fe:a9fe]/x", id="the metadata service behind a translator"),
        pytest.param("http://[::ffff:10.0.0.1]/x", id="a private network in other words"),
        pytest.param("http://2130706434/x", id="an address as one number"),
    ],
)
def test_a_location_that_makes_no_sense_is_one_error(registry: RegistrySimulator, location: str) -> None:
    reference, blob = registry.load(EDGE), blob_of(registry)
    registry.knobs.locations[str(blob.digest)] = location
    with opened(reference) as source, pytest.raises(UnreachableError):
        source.blob(blob)
    assert len(registry.log) == 1


def test_a_redirect_shows_no_terminal_escape(registry: RegistrySimulator) -> None:
    reference, blob = registry.load(EDGE), blob_of(registry)
    registry.knobs.locations[str(blob.digest)] = "ftp://evil\x1b[31m/"
    with opened(reference) as source, pytest.raises(UnreachableError) as caught:
        source.blob(blob)
    assert str(caught.value).isprintable()


def test_a_token_server_sends_nobody_elsewhere(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.locations["/token"] = f"http://{registry.host}/v2/app/stolen"
    with (
        opened(registry.load(EDGE), username=USER, password=PASSWORD) as source,
        pytest.raises(AccessDeniedError, match=r"gave no token|no JSON"),
    ):
        source.resolve()
    assert "/v2/app/stolen" not in paths(registry)


@pytest.mark.parametrize(
    "realm",
    [
        pytest.param("http://[::1/token", id="half an address"),
        pytest.param("", id="nothing"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("http://user:secret@127.0.0.1/token", id="with a password"),
        pytest.param("http://169.254.169.254/token", id="the metadata service"),
        pytest.param("http://10.0.0.1/token", id="a private network"),
    ],
)
def test_a_realm_that_no_registry_needs_is_refused(registry: RegistrySimulator, realm: str) -> None:
    registry.knobs.challenge = f'Bearer realm="{realm}",service="x"'
    with opened(registry.load(EDGE)) as source, pytest.raises(AccessDeniedError) as caught:
        source.resolve()
    assert caught.value.code == "ATT-AUTH-003"
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert len(registry.log) == 1


def test_a_challenge_of_an_unknown_kind_is_a_refusal(registry: RegistrySimulator) -> None:
    registry.knobs.challenge = 'Negotiate abc=, Digest realm="x"'
    with opened(registry.load(EDGE), username=USER, password=PASSWORD) as source, pytest.raises(AccessDeniedError):
        source.resolve()
    assert [entry.authorization for entry in registry.log] == [None]


def test_a_storage_service_that_asks_for_a_password_gets_none(registry: RegistrySimulator) -> None:
    registry.knobs.redirect_blobs = "other"
    registry.knobs.storage_challenge = 'Basic realm="give"'
    reference, blob = registry.load(EDGE), blob_of(registry)
    with opened(reference, username=USER, password=PASSWORD) as source, pytest.raises(AccessDeniedError):
        source.blob(blob)
    assert [entry.authorization for entry in registry.log] == [None, None]


def test_a_token_with_a_line_break_is_named_and_not_shown(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    with opened(registry.load(EDGE), token="s3cr3t\nX-Other: 1") as source, pytest.raises(InvalidConfigError) as caught:  # noqa: S106 - it is nobody's
        source.resolve()
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint} {caught.value.__context__}"


def test_many_threads_hear_of_a_refused_token_after_one_request(registry: RegistrySimulator) -> None:
    registry.knobs.auth = "bearer"
    registry.knobs.anonymous_tokens = False
    reference = registry.load(EDGE)
    with opened(reference) as source, ThreadPoolExecutor(8) as pool:
        blobs = [blob_of(registry, bytes([number])) for number in range(8)]
        failures = [future.exception() for future in [pool.submit(source.blob, blob) for blob in blobs]]
    assert {type(failure) for failure in failures} == {AccessDeniedError}
    assert paths(registry).count("/token") == 1


def test_a_blob_that_trickles_ends_at_the_deadline(registry: RegistrySimulator) -> None:
    registry.knobs.trickle_seconds = 0.05
    reference, blob = registry.load(EDGE), blob_of(registry, b"x" * 1000)
    began = time.monotonic()
    with opened(reference, deadline_seconds=0.5) as source, pytest.raises(UnreachableError) as caught:
        source.blob(blob)
    assert caught.value.code == "ATT-NET-002"
    assert time.monotonic() - began < 2


def test_what_was_cut_short_is_completed_and_not_fetched_again(registry: RegistrySimulator) -> None:
    registry.knobs.cut_times = 1
    reference, blob = registry.load(EDGE), blob_of(registry)
    with opened(reference, retries=3) as source:
        assert source.blob(blob) == b"0123456789"
    assert [entry.asked_range for entry in registry.log] == [None, "bytes=5-"]


@pytest.mark.parametrize("ranges", ["off", "wrong"])
def test_a_rest_that_does_not_fit_is_never_put_together(registry: RegistrySimulator, ranges: str) -> None:
    registry.knobs.cut_times = 1
    registry.knobs.ranges = ranges
    reference, blob = registry.load(EDGE), blob_of(registry)
    with opened(reference, retries=3) as source:
        if ranges == "off":
            assert source.blob(blob) == b"0123456789"
        else:
            with pytest.raises(UnreachableError, match="answered 206"):
                source.blob(blob)


def test_one_blob_is_fetched_once_for_sixteen_threads(registry: RegistrySimulator) -> None:
    registry.knobs.latency_seconds = 0.05
    reference, blob = registry.load(EDGE), blob_of(registry)
    with opened(reference) as source, ThreadPoolExecutor(16) as pool:
        contents = set(pool.map(source.blob, [blob] * 16))
    assert contents == {b"0123456789"}
    assert len(registry.log) == 1


def test_a_wrong_size_does_not_spoil_the_right_one(registry: RegistrySimulator) -> None:
    reference, blob = registry.load(EDGE), blob_of(registry)
    with opened(reference) as source:
        with pytest.raises(IntegrityError):
            source.blob(msgspec.structs.replace(blob, size=3))
        assert source.blob(blob) == b"0123456789"


@pytest.mark.parametrize(("sin", "status"), [("endless", ProbeStatus.ERROR), ("broken-link", ProbeStatus.UNSUPPORTED)])
def test_a_list_without_end_is_never_a_whole_one(registry: RegistrySimulator, sin: str, status: ProbeStatus) -> None:
    registry.knobs.referrers = sin
    with opened(registry.load(EDGE)) as source:
        listing = source.referrers(SUBJECT)
    assert listing.status is status
    assert len(registry.log) <= 50


def test_a_tag_that_was_asked_for_is_the_one_that_is_told(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.tags["other"] = registry.tags["1.0"]
    with opened(reference) as source:
        tagged = source.tagged("other")
    assert tagged is not None
    assert tagged.tag == "other"
