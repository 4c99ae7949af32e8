"""What `attest doctor` finds out: the document `attest.doctor/1.0`."""

from enum import StrEnum
from typing import Final, Self

import msgspec

from attest.errors import AttestError, exit_code_of

DOCTOR_SCHEMA: Final = "attest.doctor/1.0"


class CheckStatus(StrEnum):
    """How a check went. `skipped` means that another has to succeed first."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at: what was seen, and what to do about it. No secret is part of it."""

    name: str
    status: CheckStatus
    message: str
    hint: str | None = None
    code: str | None = None

    @classmethod
    def failed(cls, name: str, error: AttestError) -> Self:
        """Return the check that ended in an error."""
        return cls(name=name, status=CheckStatus.FAIL, message=error.message, hint=error.hint, code=error.code)


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """Every check of one run, in the order in which a connection is made; `ref` is as typed."""

    schema: str = DOCTOR_SCHEMA
    version: str
    ref: str
    registry: str
    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """The code of the first check that failed; 0 if none did."""
        return next((exit_code_of(each.code or "") for each in self.checks if each.status is CheckStatus.FAIL), 0)
