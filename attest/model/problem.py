"""What is wrong with a piece of evidence, short of failing the run."""

from enum import StrEnum
from typing import Self

import msgspec

from attest.errors import AttestError
from attest.model.attachment import Channel


class ProblemState(StrEnum):
    """In which way something is wrong."""

    UNREADABLE = "unreadable"
    INCONSISTENT = "inconsistent"
    UNSUPPORTED = "unsupported"
    UNDETERMINED = "undetermined"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the evidence that a reader must know.

    `code` is one of the stable error codes; `evidence` and `pointer` say where,
    `platforms` are the keys of the platforms concerned.
    """

    code: str
    state: ProblemState
    message: str
    hint: str | None = None
    evidence: str | None = None
    channel: Channel | None = None
    platforms: tuple[str, ...] = ()
    pointer: str | None = None

    @classmethod
    def of(cls, error: AttestError, state: ProblemState, pointer: str | None = None) -> Self:
        """Turn an error into a problem of the result."""
        return cls(
            code=error.code,
            state=state,
            message=error.message,
            hint=error.hint,
            pointer=pointer or getattr(error, "where", None) or None,
        )
