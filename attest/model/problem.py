"""What is wrong with a piece of evidence, short of failing the run."""

from enum import StrEnum
from typing import Final, Self

import msgspec

from attest.errors import AttestError, DocumentError, IntegrityError, NotFoundError, UnsupportedDocumentError
from attest.model.attachment import Channel

SUBJECT_MISMATCH: Final = "ATT-EVD-002"


class ProblemState(StrEnum):
    """In which way something is wrong."""

    UNREADABLE = "unreadable"
    INCONSISTENT = "inconsistent"
    UNSUPPORTED = "unsupported"
    UNDETERMINED = "undetermined"

    @classmethod
    def of(cls, error: AttestError) -> Self:
        """Tell whether something that is listed is of no use, or only could not be had."""
        if isinstance(error, UnsupportedDocumentError):
            return cls.UNSUPPORTED
        is_known = isinstance(error, DocumentError | IntegrityError | NotFoundError)
        return cls.UNREADABLE if is_known else cls.UNDETERMINED


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
    def of(cls, error: AttestError) -> Self:
        """Turn the error by which something could not be read into a problem of the result."""
        return cls(
            code=error.code,
            state=ProblemState.of(error),
            message=error.message,
            hint=error.hint,
            pointer=getattr(error, "where", None) or None,
        )

    @property
    def hides_content(self) -> bool:
        """True if something that is listed could not be read, so that nobody knows what it says."""
        return self.state in (ProblemState.UNREADABLE, ProblemState.UNDETERMINED)

    @property
    def spoils_evidence(self) -> bool:
        """True if the evidence is of no use: nobody knows what it says, or it is not about this image."""
        return self.hides_content or self.state is ProblemState.UNSUPPORTED or self.code == SUBJECT_MISMATCH
