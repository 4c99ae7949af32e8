"""Every error that attest raises on purpose, and the exit code it ends a run with.

```
AttestError                     70  a bug: nobody decided what this means
├── UsageError                   2  the caller asked for something impossible
│   ├── InvalidReferenceError
│   ├── InvalidConfigError
│   ├── InvalidPolicyError
│   └── OutputError
├── SourceError                     the bytes could not be had
│   ├── NotFoundError            3
│   ├── AccessDeniedError        4
│   ├── UnreachableError         5  (RateLimitedError is one)
│   ├── IntegrityError           6  they are not the ones the digest names
│   └── EvidenceError               as its code says: evidence is there and of no use
├── DocumentError                6  the bytes could not be understood
│   ├── MalformedDocumentError
│   └── UnsupportedDocumentError
└── TrustError                   7  the trust material could not be used
```

Exit code 1 belongs to an unmet condition alone and is never an error.
"""

from typing import ClassVar, Final

_EXITS: Final = {
    "USE": 2,
    "REF": 2,
    "CFG": 2,
    "POL": 2,
    "OUT": 2,
    "SRC": 3,
    "AUTH": 4,
    "NET": 5,
    "EVD": 6,
    "SBOM": 6,
    "PROV": 6,
    "SIG": 6,
    "TRUST": 7,
}


def exit_code_of(code: str) -> int:
    """Return what an error code (`ATT-NET-001`) ends a run with; 70 for a code nobody knows."""
    return _EXITS.get(code.partition("-")[2].partition("-")[0], 70)


class AttestError(Exception):
    """Something went wrong that one line can explain.

    `code` is stable (`ATT-AUTH-001`); the message names the thing first, in one
    line, without credentials; `hint` is the next thing to try.
    """

    exit_code: int = 70
    default_code: ClassVar[str] = "ATT-INT-001"

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint


class UsageError(AttestError):
    """The caller asked for something impossible."""

    exit_code = 2
    default_code = "ATT-USE-001"


class InvalidReferenceError(UsageError):
    """The text names no image."""

    default_code = "ATT-REF-001"


class InvalidConfigError(UsageError):
    """The configuration cannot be used."""

    default_code = "ATT-CFG-001"


class InvalidPolicyError(UsageError):
    """The policy cannot be used."""

    default_code = "ATT-POL-001"


class OutputError(UsageError):
    """The result cannot be written where or how the caller asked."""

    default_code = "ATT-OUT-001"


class SourceError(AttestError):
    """The bytes could not be had."""


class NotFoundError(SourceError):
    """The image, tag, digest, platform, file or evidence does not exist."""

    exit_code = 3
    default_code = "ATT-SRC-001"


class AccessDeniedError(SourceError):
    """The registry refused access."""

    exit_code = 4
    default_code = "ATT-AUTH-001"


class UnreachableError(SourceError):
    """The registry could not be reached, or did not answer usefully."""

    exit_code = 5
    default_code = "ATT-NET-001"


class RateLimitedError(UnreachableError):
    """The registry throttles this client."""

    default_code = "ATT-NET-003"


class IntegrityError(SourceError):
    """The bytes are not the ones that the digest names."""

    exit_code = 6
    default_code = "ATT-EVD-001"


class EvidenceError(SourceError):
    """No selected platform has evidence that could be used; its code is the first cause's."""

    exit_code = 6
    default_code = "ATT-EVD-001"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str | None = None, exit_code: int | None = None
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.exit_code = exit_code or exit_code_of(self.code)


class DocumentError(AttestError):
    """The bytes could not be understood."""

    exit_code = 6
    default_code = "ATT-SBOM-001"


class MalformedDocumentError(DocumentError):
    """A document breaks its own specification.

    `where` is the JSON pointer of the offending value inside the document, such
    as `/packages/3/licenseConcluded`.
    """

    def __init__(self, message: str, *, where: str = "", code: str | None = None, hint: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message, code=code, hint=hint)
        self.where = where


class UnsupportedDocumentError(DocumentError):
    """A document is of a kind or version that attest does not read."""

    default_code = "ATT-SBOM-002"


class TrustError(AttestError):
    """The trust material could not be used."""

    exit_code = 7
    default_code = "ATT-TRUST-001"
