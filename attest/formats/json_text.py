"""Typed decoding of large JSON documents, with their faults in one line."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, TypeVar

import msgspec

from attest.errors import MalformedDocumentError
from attest.model.wire import decoder_of

T = TypeVar("T")

_lock: Final = Lock()
_decoding: Final = [0]


@contextmanager
def paused_gc() -> Iterator[None]:
    """Hold the cyclic garbage collector while many small objects are made.

    It looks for cycles each few hundred objects and finds none in a document,
    which doubles the time. The collector is one for the process, so that the
    last of several decoders lets it go.
    """
    with _lock:
        _decoding[0] += 1
        enabled = gc.isenabled()
        if _decoding[0] == 1 and enabled:
            gc.disable()
            _decoding.append(1)
    try:
        yield
    finally:
        with _lock:
            _decoding[0] -= 1
            if _decoding[0] == 0 and len(_decoding) > 1:
                _decoding.pop()
                gc.enable()


def decode(content: bytes, type_: type[T], what: str, *, code: str = "ATT-SBOM-001") -> T:
    """Decode JSON into `type_`.

    Raises:
        MalformedDocumentError: it is not JSON, or nested too deep.
        msgspec.ValidationError: it is JSON of another shape.
    """
    try:
        with paused_gc():
            return decoder_of(type_).decode(content)
    except msgspec.ValidationError as error:
        if type_ is object:
            # of no type at all, and still none: a number that no reader holds
            raise MalformedDocumentError(f"{what}: {' '.join(str(error).split())}", code=code) from error
        raise
    except RecursionError as error:
        raise MalformedDocumentError(f"{what}: nested too deep", code="ATT-EVD-003") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise MalformedDocumentError(f"{what}: not JSON ({reason})", code=code) from error
