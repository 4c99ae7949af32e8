"""How long a registry is waited for, and when it is asked again."""

import random
import time
from threading import Lock
from typing import Final

from attest.errors import RateLimitedError, UnreachableError

MAX_RETRY_AFTER_SECONDS: Final = 60.0
_FIRST_WAIT_SECONDS: Final = 0.3

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
    """When a host may be asked next; the wait is shared by all threads."""

    def __init__(self, host: str, deadline: Deadline) -> None:
        self._host = host
        self._deadline = deadline
        self._lock = Lock()
        self._not_before = 0.0

    def wait(self) -> None:
        """Wait while the host asked everyone to.

        Raises:
            UnreachableError: the deadline has passed.
        """
        with self._lock:
            seconds = self._not_before - time.monotonic()
        if seconds > 0:
            time.sleep(seconds)
        self._deadline.within(None)

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
        with self._lock:
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
