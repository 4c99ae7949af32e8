"""Strict decoding of small JSON documents that a registry or a layout names.

Duplicate keys, a byte order mark, trailing bytes, and nesting deeper than 200
are refused: two readers could understand such a document differently.
"""

import json
from functools import cache
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

from attest.errors import MalformedDocumentError

MAX_DEPTH: Final = 200

T = TypeVar("T")

_making: Final = Lock()


def decoder_of(type_: type[T]) -> msgspec.json.Decoder[T]:
    """Return the decoder of a type, made by one thread while the others wait.

    msgspec finds out about a type when it is first used, and a thread that uses
    it before that is done crashes the process (seen with 0.22).
    """
    key: Any = type_
    with _making:
        return _decoder(key)


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


def decode_strictly(content: bytes, type_: type[T], what: str) -> T:
    """Decode `content`, which people call `what`, into `type_`.

    Raises:
        MalformedDocumentError: it is not JSON, not of that shape, or ambiguous.
    """
    try:
        json.loads(content.decode("utf-8"), object_pairs_hook=_without_duplicates)
        if _depth(content) > MAX_DEPTH:
            raise MalformedDocumentError(f"{what}: nested deeper than {MAX_DEPTH} levels", code="ATT-EVD-003")
        return decoder_of(type_).decode(content)
    except RecursionError as error:
        raise MalformedDocumentError(f"{what}: nested deeper than {MAX_DEPTH} levels", code="ATT-EVD-003") from error
    except (ValueError, msgspec.DecodeError) as error:
        raise MalformedDocumentError(f"{what}: {_reason(content, error)}", code="ATT-EVD-001") from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return keys


def _depth(content: bytes) -> int:
    """Measure the nesting; an upper bound, for brackets inside strings count too."""
    if content.count(b"[") + content.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for byte in content:
        if in_string:
            in_string = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            in_string, escaped = True, False
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _reason(content: bytes, error: Exception) -> str:
    if content[:1] == b"<":
        return "HTML or XML instead of JSON"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    text = " ".join(str(error).split())
    return f"not the JSON expected ({text})"
