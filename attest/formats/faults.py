"""The faults of one document: one problem for each kind, with the count and where the first is."""

import re
from typing import Final

from attest.model.problem import Problem, ProblemState

# RFC 3339, with the offsets and fractions that producers write
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII)


class Faults:
    """Collects what is wrong with a document that stands at the JSON pointer `prefix`."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._found: dict[tuple[str, str], tuple[int, str]] = {}

    def note(self, code: str, message: str, pointer: str) -> None:
        """Count one more fault of a kind."""
        count, first = self._found.get((code, message), (0, pointer))
        self._found[code, message] = (count + 1, first)

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem for each kind of fault, in the order they were met."""
        return tuple(
            Problem(
                code=code,
                state=ProblemState.INCONSISTENT,
                message=message if count == 1 else f"{message} ({count} times)",
                pointer=f"{self.prefix}{first}",
            )
            for (code, message), (count, first) in self._found.items()
        )

    def time(self, text: str | None, pointer: str) -> str | None:
        """Return an RFC 3339 time in UTC with whole seconds; one that cannot be read is null."""
        if text is None:
            return None
        normalized = utc(text)
        if normalized is None:
            self.note("ATT-SBOM-004", "a time cannot be read", pointer)
        return normalized


def replaced_text(content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Return content as text; what is not UTF-8 in it is replaced, which is a problem."""
    try:
        return content.decode(), ()
    except UnicodeDecodeError:
        faults = Faults()
        faults.note("ATT-SBOM-004", "what is not UTF-8 was replaced", "")
        return content.decode(errors="replace"), faults.problems()


def utc(text: str) -> str | None:
    """Return an RFC 3339 time in UTC with whole seconds, or null if it is none."""
    from datetime import UTC, datetime, timedelta

    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, sign, hours, minutes = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}+00:00")
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
