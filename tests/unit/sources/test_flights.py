"""Content in flight: fetched once, an error is everyone's, and what is kept has a bound."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from attest.errors import UnreachableError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.sources.registry.flights import Flights


def described(content: bytes) -> Descriptor:
    return Descriptor(media_type="x", digest=Digest.of(content), size=len(content))


class Counted:
    """Content that counts how often it is fetched."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.fetched = 0

    def __call__(self) -> bytes:
        """Fetch it."""
        self.fetched += 1
        return self.content


def test_an_error_is_heard_by_everyone_who_waits() -> None:
    flights, everyone_waits, calls = Flights(), Barrier(8), []

    def fail() -> bytes:
        calls.append(1)
        raise UnreachableError("gone")

    def ask() -> None:
        everyone_waits.wait()
        flights.once(described(b"x"), fail)

    with ThreadPoolExecutor(8) as pool:
        errors = [future.exception() for future in [pool.submit(ask) for _ in range(8)]]
    assert [str(error) for error in errors] == ["gone"] * 8
    assert len(calls) == 1


def test_the_oldest_content_makes_room_for_new() -> None:
    flights = Flights(kept_bytes=10)
    contents = [Counted(bytes([number]) * 5) for number in range(3)]
    for each in [*contents, contents[2], contents[1], contents[0]]:
        flights.once(described(each.content), each)
    assert [each.fetched for each in contents] == [2, 1, 1]


def test_content_larger_than_the_room_is_still_given() -> None:
    flights, large = Flights(kept_bytes=1), Counted(b"large")
    assert flights.once(described(large.content), large) == b"large"


def test_an_interrupt_does_not_leave_others_waiting() -> None:
    flights = Flights()

    def interrupt() -> bytes:
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            flights.once(described(b"x"), interrupt)
