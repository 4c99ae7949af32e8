"""What is asked for once, however many threads want it."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Final, Generic, TypeVar

from attest.model.descriptor import Descriptor
from attest.model.digest import Digest

KEPT_BYTES: Final = 64 * 1024 * 1024

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """One answer for each key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._futures: dict[K, Future[V]] = {}

    def of(self, key: K, ask: Callable[[], V]) -> V:
        """Return the answer, calling `ask` unless someone else has or does; its error is everyone's."""
        with self._lock:
            future = self._futures.get(key)
            is_mine = future is None
            if future is None:
                future = self._futures[key] = Future()
        if is_mine:
            try:
                future.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - raised again below, here and for everyone who waits
                future.set_exception(error)
        return future.result()

    def forget(self, key: K) -> None:
        """Let the next one ask again."""
        with self._lock:
            self._futures.pop(key, None)


class Flights:
    """Content by its digest and announced size; of what has arrived, the latest `kept_bytes` stay at hand.

    The size belongs to the key because it limits what is read: who announces a
    wrong one must not spoil the content for who announces the right one.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._lock = Lock()
        self._once: Once[tuple[Digest, int], bytes] = Once()
        self._arrived: dict[tuple[Digest, int], int] = {}

    def once(self, descriptor: Descriptor, fetch: Callable[[], bytes]) -> bytes:
        """Return the content, calling `fetch` unless someone else has or does; its error is everyone's."""
        key = descriptor.digest, descriptor.size
        content = self._once.of(key, fetch)
        self._trim(key)
        return content

    def _trim(self, key: tuple[Digest, int]) -> None:
        """Let go of the oldest content when there is too much."""
        with self._lock:
            self._arrived.setdefault(key, key[1])
            while sum(self._arrived.values()) > self._kept_bytes and len(self._arrived) > 1:
                oldest = next(iter(self._arrived))
                del self._arrived[oldest]
                self._once.forget(oldest)
