"""The faults of one document: one problem for each kind, with the count and where the first is."""

import re
from typing import Final

from attest.model.problem import Problem, ProblemState

# RFC 3339, with the offsets and fractions that producers write
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII)

# keys under which licenses stand, and those of lists of packages, in any format
_LICENSES: Final = frozenset(
    {
        "licenseDeclared",
        "licenseConcluded",
        "licenses",
        "hasExtractedLicensingInfos",
        "relationshipType",
        "from",
        "to",
        "simplelicensing_licenseExpression",
        "licenseExpression",
        "expandedlicensing_member",
        "expandedlicensing_subjectLicense",
        "expandedlicensing_subjectExtendableLicense",
    }
)
_LISTS: Final = frozenset({"packages", "components", "artifacts", "@graph"})


class Faults:
    """Collects what is wrong with a document that stands at the JSON pointer `prefix`."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._found: dict[tuple[str, str, ProblemState], tuple[int, str]] = {}

    def note(self, code: str, message: str, pointer: str) -> None:
        """Count one more fault of a kind, with which all is known that the document says."""
        self._count(code, message, ProblemState.INCONSISTENT, pointer)

    def lose(self, code: str, message: str, pointer: str) -> None:
        """Count one more fault of a kind, for which nobody knows all that the document says of licenses."""
        self._count(code, message, ProblemState.UNREADABLE, pointer)

    def drop(self, message: str, pointer: str) -> None:
        """Count a value that cannot be used: a loss where it lists packages, or says what their licenses are."""
        segments = pointer.split("/")
        loses = segments[-1] in _LISTS or not _LICENSES.isdisjoint(segments)
        (self.lose if loses else self.note)("ATT-SBOM-004", message, pointer)

    def _count(self, code: str, message: str, state: ProblemState, pointer: str) -> None:
        count, first = self._found.get((code, message, state), (0, pointer))
        self._found[code, message, state] = (count + 1, first)

    def problems(self) -> tuple[Problem, ...]:
        """Return one problem for each kind of fault, in the order they were met."""
        return tuple(
            Problem(
                code=code,
                state=state,
                message=message if count == 1 else f"{message} ({count} times)",
                pointer=f"{self.prefix}{first}",
            )
            for (code, message, state), (count, first) in self._found.items()
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
