"""What two readers of JSON could take for different things: keys that occur twice, and keys in another case."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from operator import eq
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.json_text import decode

_KEY: Final = re.compile(rb'\s*(?:,\s*)?("(?:[^"\\]|\\.)*")\s*:\s*', re.DOTALL)
# an entry that could have been dropped, such as `"":1,`
_SHORTEST: Final = 4
# no producer writes a letter or a digit as an escape, but who wants to hide a key might
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[3-7]")


def values_of(content: bytes, what: str, code: str = "ATT-SBOM-001") -> dict[str, msgspec.Raw]:
    """Return the values of an object by key, as they are written.

    Where nothing but these values is in the content, none was dropped. Else each
    key is looked at where it stands, and the values, most of a document, are
    skipped and compared.

    Raises:
        MalformedDocumentError: it is not JSON, nested too deep, or a key occurs twice.
        msgspec.ValidationError: it is JSON of another shape.
    """
    values = decode(content, dict[str, msgspec.Raw], what, code=code)
    known = sum(len(key.encode()) + len('"":,') + len(memoryview(value)) for key, value in values.items())
    if len(content) - known < len("{}") + _SHORTEST:
        return values
    seen: set[str] = set()
    view, position = memoryview(content), content.index(b"{") + 1
    while match := _KEY.match(content, position):
        key = json.loads(match[1].decode(errors="replace"), strict=False)
        value = memoryview(values.get(key, b""))
        position = match.end() + len(value)
        # of a key that occurs twice the last value is known, and the first is met first
        if key in seen or key not in values or not _are_equal(view[match.end() : position], value):
            raise _twice(what, code)
        seen.add(key)
    return values


def object_of(content: bytes, what: str, code: str) -> dict[str, Any]:
    """Decode an object in which no key occurs twice; the objects inside it are not looked at so closely.

    Raises:
        MalformedDocumentError: it is no object, nested too deep, or a key occurs twice.
    """
    try:
        values = values_of(content, what, code)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError(f"{what}: not an object", code=code) from error
    return {key: decode(bytes(value), object, what, code=code) for key, value in values.items()}


def recased(content: bytes, keys: Iterable[str]) -> bytes:
    """Return JSON in which these keys are written as they should be: readers in Go take them in any case."""
    lowered = content.lower()
    wrong = [key for key in keys if lowered.count(f'"{key.lower()}"'.encode()) != content.count(f'"{key}"'.encode())]
    for key in wrong:
        content = re.sub(rb'"%s"(?=\s*:)' % re.escape(key.encode()), f'"{key}"'.encode(), content, flags=re.IGNORECASE)
    return content


def _are_equal(one: memoryview, other: memoryview) -> bool:
    """Compare bytes eight at a time: a memory view compares its items one by one."""
    whole = len(other) & ~7
    return one[:whole].cast("Q") == other[:whole].cast("Q") and one[whole:] == other[whole:]


def stand_plainly(content: bytes, expected: Mapping[str, int], in_any_case: Collection[str]) -> bool:
    """Tell whether no key can stand twice in an object of JSON, and some not even in another case.

    `expected` tells how many objects have each key that matters: it stands so often in the content, and no oftener.
    """
    lowered = content.lower()
    counts = (
        lowered.count(f'"{key.lower()}"'.encode()) if key in in_any_case else content.count(f'"{key}"'.encode())
        for key in expected
    )
    is_counted = bool(expected) and all(map(eq, counts, expected.values()))
    return is_counted and _ESCAPED_LETTER.search(content) is None


def refuse_twice(content: bytes, what: str, code: str = "ATT-SBOM-001") -> None:
    """Refuse JSON in which any object has a key twice.

    Raises:
        MalformedDocumentError: a key occurs twice.
    """

    def checked(pairs: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in pairs}) != len(pairs):
            raise _twice(what, code)

    try:
        json.loads(content.decode(errors="replace"), object_pairs_hook=checked, parse_int=str, strict=False)
    except RecursionError as error:
        raise MalformedDocumentError(f"{what}: nested too deep", code="ATT-EVD-003") from error
    except ValueError as error:
        raise MalformedDocumentError(f"{what}: not JSON", code=code) from error


def _twice(what: str, code: str) -> MalformedDocumentError:
    return MalformedDocumentError(f"{what}: a key occurs twice", code=code)
