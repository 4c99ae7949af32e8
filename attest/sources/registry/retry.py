"""How long a registry is waited for, and when it is asked again."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from attest.errors import RateLimitedError, UnreachableError

MAX_RETRY_AFTER_SECONDS: Final = 60.0
_FIRST_WAIT_SECONDS: Final = 0.3
# how often those who wait for a place look at the time; they are woken when there is one
_CROWDED_SECONDS: Final = 10.0

PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 522})
"""The statuses of answers that may be another if asked again."""


class Deadline:
    """The moment at which a registry is given up, however busy it still is.

    A server that sends a byte now and then never runs into a read timeout; it
    runs into this.
    """

    def __init__(self, host: str, seconds: float) -> None:
        self._host = host
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def within(self, seconds: float | None) -> float:
        """Return how long something may take that has a timeout of its own.

        Raises:
            UnreachableError: there is no time left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise UnreachableError(
                f"{self._host}: not done after {self._seconds:.0f} seconds",
                code="ATT-NET-002",
                hint="try again; what was slow may be in a cache now",
            )
        return left if seconds is None else min(left, seconds)

    def allows(self, seconds: float) -> bool:
        """Tell whether there is time for a wait."""
        return time.monotonic() + seconds < self._end


class Turns:
    """When a host may be asked next, and by how many at once; all threads share the wait and the number."""

    def __init__(self, host: str, deadline: Deadline, at_once: int) -> None:
        self._host = host
        self._deadline = deadline
        self._changed = Condition()
        self._at_once = at_once
        self._busy = 0
        self._slowed = 0.0
        self._not_before = 0.0

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Wait until the host may be asked, and keep the place while the block runs; gives the time it began.

        Raises:
            UnreachableError: the deadline has passed.
        """
        with self._changed:
            while (seconds := self._seconds_to_wait()) > 0:
                self._changed.wait(self._deadline.within(seconds))
            self._deadline.within(None)
            self._busy += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def slow_down(self, began: float) -> None:
        """Ask half as much at once from now on; those who `began` before the last time are told nothing new."""
        with self._changed:
            if began >= self._slowed:
                self._at_once = max(1, self._at_once // 2)
                self._slowed = time.monotonic()

    def _seconds_to_wait(self) -> float:
        early = self._not_before - time.monotonic()
        return early if self._busy < self._at_once else max(early, _CROWDED_SECONDS)

    def back_off(self, attempt: int, retry_after: str | None) -> None:
        """Let everyone wait, as long as a `Retry-After` header says or else longer with every attempt.

        Raises:
            RateLimitedError: that is too long.
        """
        asked = seconds_of(retry_after)
        # full jitter keeps many clients from coming back at once
        seconds = random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt) if asked is None else asked  # noqa: S311
        if seconds > MAX_RETRY_AFTER_SECONDS or not self._deadline.allows(seconds):
            raise RateLimitedError(
                f"{self._host}: asks to come back after {seconds:.0f} seconds", hint="try again later, or log in"
            )
        with self._changed:
            self._not_before = max(self._not_before, time.monotonic() + seconds)


def seconds_of(header: str | None) -> float | None:
    """Read a `Retry-After` header, seconds or a date; null if it says nothing."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
