"""Reading values from a predicate without trusting their types; wrong ones are as good as missing."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.ambiguity import refuse_twice
from attest.formats.faults import Faults
from attest.formats.json_text import decode
from attest.model.problem import Problem
from attest.model.statement import Statement

Json = dict[str, Any]

MALFORMED: Final = "ATT-PROV-001"
MAX_MATERIALS: Final = 10_000
MAX_STEPS: Final = 10_000
_HEX: Final = re.compile(r"[0-9a-fA-F]+", re.ASCII)
_DIGEST_LENGTHS: Final = (("sha256", 64), ("sha512", 128), ("sha384", 96))
_TYPE_NAMES: Final[dict[type, str]] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
_COMMIT_LENGTHS: Final = (("gitCommit", (40, 64)), ("sha1", (40,)), ("sha256", (64,)))


def predicate_of(statement: Statement) -> Json:
    """Return the predicate as an object.

    Raises:
        MalformedDocumentError: it is none, or a key occurs twice anywhere in it.
    """
    content = statement.predicate or b"null"
    try:
        predicate = decode(content, Json, "predicate", code=MALFORMED)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError("not an object", where="/predicate", code=MALFORMED) from error
    refuse_twice(content, "predicate", MALFORMED)
    return predicate


def parts_of(predicate: Json, *keys: str) -> tuple[Json, ...]:
    """Return the objects that a predicate is made of; missing, null and empty mean the same.

    Raises:
        MalformedDocumentError: one is no object, or all are empty, so that nothing is stated.
    """
    for key in keys:
        if not isinstance(predicate.get(key), dict | None):
            raise MalformedDocumentError("not an object", where=f"/predicate/{key}", code=MALFORMED)
    if not any(predicate.get(key) for key in keys):
        raise MalformedDocumentError(f"states none of {', '.join(keys)}", where="/predicate", code=MALFORMED)
    return tuple(predicate.get(key) or {} for key in keys)


def misfits(predicate: Json, types: Mapping[str, type]) -> tuple[Problem, ...]:
    """Return what is left out of a predicate for having another type than `types` gives for its pointer."""
    faults = Faults("/predicate")
    for pointer, type_ in types.items():
        *_, key = keys = pointer.removeprefix("/").split("/")
        value = entry(predicate, *keys)
        if not isinstance(value, type_ | None):
            faults.note(MALFORMED, f"{key} is not {_TYPE_NAMES[type_]}", pointer)
        elif isinstance(value, list):
            _note_items(value, pointer, key, faults)
    return faults.problems()


def _note_items(items: list[Any], pointer: str, key: str, faults: Faults) -> None:
    if len(items) > MAX_MATERIALS:
        faults.note("ATT-EVD-003", f"{len(items)} {key}, of which the first {MAX_MATERIALS} are read", pointer)
    for position, each in enumerate(items[:MAX_MATERIALS]):
        if not isinstance(each, dict):
            faults.note(MALFORMED, f"{key} holds what is not an object", f"{pointer}/{position}")
        elif not (a_text(each.get("uri")) or a_text(each.get("name"))):
            faults.note(MALFORMED, f"{key} holds what has no address", f"{pointer}/{position}")


def entry(value: Any, *keys: str) -> Any:
    """Follow `keys` down objects; null where the way ends."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def a_text(value: Any) -> str | None:
    """Return a text that is not empty, else null."""
    return value if isinstance(value, str) and value else None


def a_flag(value: Any) -> bool | None:
    """Return true or false, else null: unknown is not false."""
    return value if isinstance(value, bool) else None


def an_object(value: Any) -> Json:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def a_list(value: Any, limit: int) -> list[Any]:
    """Return a list cut at `limit`, an empty one for anything else."""
    return value[:limit] if isinstance(value, list) else []


def digest_of(digests: Any) -> str | None:
    """Return the strongest usable digest of a digest set, as `algorithm:hex`."""
    if not isinstance(digests, dict):
        return None
    for algorithm, length in _DIGEST_LENGTHS:
        value = digests.get(algorithm)
        if isinstance(value, str) and len(value) == length and _HEX.fullmatch(value):
            return f"{algorithm}:{value.lower()}"
    return None


def commit_of(digests: Any) -> str | None:
    """Return the commit of a git source from its digest set.

    A 40-digit value under `sha256` is a mislabeled SHA-1 that GitLab's runner
    wrote; it names no content and is not trusted.
    """
    if not isinstance(digests, dict):
        return None
    for algorithm, lengths in _COMMIT_LENGTHS:
        value = digests.get(algorithm)
        if isinstance(value, str) and len(value) in lengths and _HEX.fullmatch(value):
            return value.lower()
    return None
