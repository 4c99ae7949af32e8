"""Sizes and durations, as people write them."""

import os
import re
from typing import Final

from attest.errors import InvalidConfigError, UsageError

_BYTES: Final = {"": 1, "b": 1, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_QUANTITY: Final = re.compile(r"([0-9]{1,15})\s*([A-Za-z]*)", re.ASCII)


def bytes_of(text: str, name: str) -> int:
    """Read a size such as `200MiB`, which is called `name`.

    Raises:
        UsageError: it is none.
    """
    return _read(text, name, _BYTES, "a size", "write bytes, or a number with KiB, MiB or GiB")


def seconds_of(text: str, name: str) -> int:
    """Read a duration such as `30d`, which is called `name`.

    Raises:
        UsageError: it is none.
    """
    return _read(text, name, _SECONDS, "a time", "write a number with s, m, h, d or w, such as 30d")


def bytes_set_by(variable: str, default: int) -> int:
    """Read a size from the environment.

    Raises:
        InvalidConfigError: it is none.
    """
    text = os.environ.get(variable, "").strip()
    try:
        return bytes_of(text, variable) if text else default
    except UsageError as error:
        raise InvalidConfigError(error.message, hint=error.hint) from error


def shown_bytes(size: int) -> str:
    """Return a size for people, such as `12.5 MiB`."""
    for unit in ("KiB", "MiB"):
        size_in_unit = size / _BYTES[unit.lower()]
        if size_in_unit < 1000:
            return f"{size_in_unit:.1f} {unit}"
    return f"{size / _BYTES['gib']:.1f} GiB"


def _read(text: str, name: str, units: dict[str, int], what: str, hint: str) -> int:
    match = _QUANTITY.fullmatch(text.strip())
    factor = units.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise UsageError(f"{name}: {text} is not {what}", hint=hint)
    return int(match[1]) * factor
