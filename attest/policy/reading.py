"""Reading the text of a policy file: whatever is not understood is an error that says where it stands."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from attest.errors import InvalidPolicyError
from attest.model.license import Effect
from attest.policy.document import SCHEMA, Document, WaiverDocument

DocumentT = TypeVar("DocumentT", Document, WaiverDocument)

# What later versions evaluate. Ignoring a condition would pass what it forbids.
_LATER_TABLES: Final = ("base", "image")
_LATER_KEYS: Final = {
    "provenance": (
        "mode",
        "builders",
        "sources",
        "source_refs",
        "frontends",
        "require_commit",
        "require_pinned_materials",
        "require_complete_materials",
        "hermetic",
        "forbid",
        "max_age",
        "min_slsa_level",
    ),
    "signature": ("via_index", "identities"),
}
_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$?\.?(?P<place>[^`]*)`)?$", re.DOTALL)
_CHOICES: Final = {
    "or_choice": "best, worst, ask",
    "require": "none, any, all",
    "origin": "all, added in [scope]; base, added, unknown in [[test]]",
}


def read(text: str, where: str, kind: type[DocumentT]) -> DocumentT:
    """Read the text of a file that people know as `where`.

    Raises:
        InvalidPolicyError: it is not TOML, has a key nobody knows, or a value of the wrong kind.
    """
    try:
        raw = msgspec.toml.decode(text)
    except (msgspec.DecodeError, ValueError) as error:
        raise InvalidPolicyError(f"{where}: not TOML ({_line(error)})", hint="https://toml.io/en/v1.0.0") from error
    except RecursionError as error:
        raise InvalidPolicyError(f"{where}: nested too deeply", hint="a policy nests three levels deep") from error
    _refuse_later_keys(raw, where)
    for key, known in unknown_keys(raw, kind):
        raise InvalidPolicyError(f"{where}: {key} is not a key of a policy", hint=near(key.rpartition(".")[2], known))
    try:
        document = msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise _explained(error, where) from error
    if document.schema != SCHEMA:
        raise InvalidPolicyError(f'{where}: schema is not "{SCHEMA}"', hint="this version reads no other")
    return document


def near(text: str, choices: tuple[str, ...]) -> str:
    """Say which of the right words was likely meant, else which there are."""
    if not choices:
        return "none is defined"
    spellings = {choice.lower(): choice for choice in choices}
    found = get_close_matches(text.lower(), spellings, n=1)
    return f"did you mean {spellings[found[0]]}?" if found else f"one of {', '.join(choices)}"


def unknown_keys(raw: object, kind: type) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield where in `raw` a key stands that `kind` does not have, and the keys it has there."""
    for place, key, known in _unknown_keys(raw, inspect.type_info(kind), ""):
        yield _joined(place, key), known


def _refuse_later_keys(raw: dict[str, Any], where: str) -> None:
    later: list[str] = [table for table in _LATER_TABLES if table in raw]
    for table, keys in _LATER_KEYS.items():
        written = raw.get(table)
        later += [f"{table}.{key}" for key in keys if isinstance(written, dict) and key in written]
    if later:
        raise InvalidPolicyError(
            f"{where}: {later[0]} is not supported by this version",
            hint="leave it out: a condition that is not evaluated must not look as if it were met",
        )


def _unknown_keys(raw: object, kind: inspect.Type, place: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield the table, the key, and the keys the table has, for each key that no version knows."""
    if isinstance(kind, inspect.StructType) and isinstance(raw, dict):
        known = {field.encode_name: field.type for field in kind.fields}
        for key, value in raw.items():
            if key not in known:
                yield place, str(key), tuple(known)
            else:
                yield from _unknown_keys(value, known[key], _joined(place, str(key)))
    elif isinstance(kind, inspect.DictType) and isinstance(raw, dict):
        for key, value in raw.items():
            yield from _unknown_keys(value, kind.value_type, _joined(place, str(key)))
    elif isinstance(kind, inspect.ListType) and isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _unknown_keys(value, kind.item_type, f"{place}[{number}]")


def _explained(error: msgspec.ValidationError, where: str) -> InvalidPolicyError:
    match = _AT.match(_line(error))
    what, place = (match["what"], match["place"] or "") if match else (_line(error), "")
    hint = None
    if what.startswith("Invalid enum value"):
        hint = f"one of {_CHOICES.get(place.rpartition('.')[2], ', '.join(Effect))}"
    elif what.startswith("Expected `array`"):
        hint = 'write a list, such as ["MIT"]'
    what = what[:1].lower() + what[1:]
    return InvalidPolicyError(f"{where}: {place}: {what}" if place else f"{where}: {what}", hint=hint)


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
