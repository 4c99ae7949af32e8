"""Which addresses a registry may send us to, and how long it is waited for."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address

import pytest

from attest.errors import RateLimitedError, UnreachableError
from attest.sources.registry.addresses import is_local_name, literal_address, refusal
from attest.sources.registry.retry import Deadline, Turns, seconds_of

PUBLIC, PRIVATE, HERE = (ip_address("8.8.8.8"),), (ip_address("10.0.0.5"),), (ip_address("127.0.0.1"),)

INSIDE = ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1"]
INSIDE_IN_OTHER_WORDS = ["::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "64:ff9b::a00:1"]
INSIDE_IN_OTHER_WORDS += ["2002:7f00:1::"]
METADATA = ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "::ffff:169.254.169.254"]
METADATA += ["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"]
NOWHERE = ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255"]  # noqa: S104 - nobody listens there


def refused(text: str, registry: tuple[object, ...], *, allow_private: bool = False) -> bool:
    address = literal_address(text)
    assert address is not None
    return refusal(address, registry, allow_private=allow_private) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700::1111", "[2606:4700::1111]", "64:ff9b::101:101"])
def test_anybody_may_send_us_to_a_public_address(text: str) -> None:
    assert not refused(text, PUBLIC)
    assert not refused(text, ())


@pytest.mark.parametrize("text", [*INSIDE, *INSIDE_IN_OTHER_WORDS])
def test_a_public_registry_sends_us_nowhere_inside(text: str) -> None:
    assert refused(text, PUBLIC)
    assert refused(text, ())
    assert refused(text, PUBLIC + HERE + PRIVATE)


@pytest.mark.parametrize("text", [*METADATA, *NOWHERE])
def test_nobody_sends_us_to_a_metadata_service_or_to_no_address(text: str) -> None:
    for registry in (PUBLIC, PRIVATE, HERE):
        assert refused(text, registry, allow_private=True)


def test_who_is_inside_may_send_us_inside() -> None:
    assert not refused("192.168.1.1", PRIVATE)
    assert not refused("127.0.0.1", HERE)
    assert refused("127.0.0.1", PRIVATE)
    assert refused("192.168.1.1", HERE)


def test_a_private_network_is_open_if_the_user_says_so() -> None:
    assert not refused("192.168.1.1", PUBLIC, allow_private=True)
    assert refused("127.0.0.1", PUBLIC, allow_private=True)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("localhost", True),
        ("registry.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("10.0.0.1", False),
    ],
)
def test_this_machine_is_known_by_name(host: str, *, is_local: bool) -> None:
    assert is_local_name(host) is is_local


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7.0), (" 0 ", 0.0), ("soon", None), ("-1", None), ("٣", None), ("", None), ("1e3", None)],
)
def test_a_retry_after_is_read(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert seconds_of(soon) == pytest.approx(30, abs=2)
    assert seconds_of("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize("header", ["61", "9" * 400])
def test_nobody_waits_for_long(header: str) -> None:
    with pytest.raises(RateLimitedError):
        Turns("host", Deadline("host", 120), 16).back_off(0, header)


def test_nobody_waits_beyond_the_deadline() -> None:
    with pytest.raises(RateLimitedError):
        Turns("host", Deadline("host", 5), 16).back_off(0, "10")


def test_behind_the_deadline_nothing_is_begun() -> None:
    deadline = Deadline("host", 0)
    assert not deadline.allows(0)
    turns = Turns("host", deadline, 16)
    with pytest.raises(UnreachableError, match="host: not done after 0 seconds"), turns.turn():
        pytest.fail("begun")
