"""Reading values of the wrong type: what can be kept is kept, and the rest is noted."""

import re
from typing import Any, Final, TypeVar

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.faults import Faults
from attest.formats.json_text import decode
from attest.model.wire import decoder_of

T = TypeVar("T")

MAX_REPAIRS: Final = 1000
# how msgspec says what is wrong and where: "Expected `str`, got `int` - at `$.licenses[0].license.id`"
_PLACE: Final = re.compile(r"(?s)(.*) - at `\$(.*)`")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def decoded(content: bytes, type_: type[T], what: str, faults: Faults) -> T | Any:
    """Decode JSON as it should be; else, untyped, as it is; what is not UTF-8 is replaced and noted.

    Raises:
        MalformedDocumentError: it is not JSON, or nested too deep.
    """
    try:
        return decode(content, type_, what)
    except msgspec.ValidationError:
        return decode(content, object, what)
    except MalformedDocumentError:
        replaced = content.decode(errors="replace").encode()
        if replaced == content:
            raise
    faults.note("ATT-SBOM-004", "what is not UTF-8 was replaced", "")
    return decoded(replaced, type_, what, faults)


def repaired(value: dict[str, Any], type_: type[T], where: str, faults: Faults) -> T:
    """Make a `type_` of an untyped object whose values may have wrong types; those are left out and noted.

    A number where a text should be becomes one.
    """
    for _ in range(MAX_REPAIRS):
        try:
            return decoder_of(type_).decode(msgspec.json.encode(value))
        except msgspec.ValidationError as error:
            _leave_out(value, str(error), where, faults)
    faults.lose("ATT-SBOM-004", f"an object with more than {MAX_REPAIRS} faults is not read", where)
    return type_()


def _leave_out(value: dict[str, Any], fault: str, where: str, faults: Faults) -> None:
    found = _PLACE.fullmatch(fault)
    steps = [name or int(position) for name, position in _STEP.findall(found[2])] if found else []
    if found is None or not steps:
        faults.lose("ATT-SBOM-004", "an object cannot be read", where)
        value.clear()
        return
    parent: Any = value
    for step in steps[:-1]:
        parent = parent[step]
    last, pointer = steps[-1], "/".join([where, *map(str, steps)])
    if "Expected `str" in found[1] and isinstance(parent[last], int | float):
        faults.note("ATT-SBOM-004", f"{last} has a wrong type", pointer)
        parent[last] = str(parent[last])
    else:
        faults.drop(f"{last} has a wrong type", pointer)
        del parent[last]


def text(value: dict[str, Any], key: str, where: str, faults: Faults) -> str | None:
    """Return the text under `key`; a number becomes text, anything else null."""
    found = value.get(key)
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, int | float):
        faults.note("ATT-SBOM-004", f"{key} is not a text", f"{where}/{key}")
        return str(found)
    faults.drop(f"{key} is not a text", f"{where}/{key}")
    return None


def texts(value: dict[str, Any], key: str, where: str, faults: Faults) -> list[str]:
    """Return the texts in the list under `key`; a lone text is a list of one."""
    found = value.get(key)
    if found is None:
        return []
    if isinstance(found, str):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return [found]
    if not isinstance(found, list):
        faults.drop(f"{key} is not a list", f"{where}/{key}")
        return []
    kept = [each for each in found if isinstance(each, str)]
    if len(kept) != len(found):
        faults.drop(f"{key} holds what is not a text", f"{where}/{key}")
    return kept


def objects(value: dict[str, Any], key: str, where: str, faults: Faults) -> list[tuple[str, dict[str, Any]]]:
    """Return the objects in the list under `key`, each with its pointer; a lone object is a list of one."""
    found = value.get(key)
    if found is None:
        return []
    if isinstance(found, dict):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return [(f"{where}/{key}", found)]
    if not isinstance(found, list):
        faults.drop(f"{key} is not a list", f"{where}/{key}")
        return []
    kept = [(f"{where}/{key}/{n}", each) for n, each in enumerate(found) if isinstance(each, dict)]
    if len(kept) != len(found):
        faults.drop(f"{key} holds what is not an object", f"{where}/{key}")
    return kept
