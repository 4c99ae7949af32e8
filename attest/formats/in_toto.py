"""in-toto statements v0.1 and v1; the predicate stays as it was written.

https://github.com/in-toto/attestation/blob/v1.1.2/spec/v1/statement.md
"""

from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.ambiguity import refuse_twice, values_of
from attest.formats.json_text import decode
from attest.model.media_type import IN_TOTO
from attest.model.problem import Problem, ProblemState
from attest.model.statement import Statement, Subject

TYPES: Final = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
MAX_SUBJECTS: Final = 1024
MAX_DIGESTS: Final = 32
MALFORMED: Final = "ATT-PROV-001"


class InToto:
    """Statements about subjects."""

    name = "in-toto"
    media_types = frozenset({IN_TOTO})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return b'"_type"' in head and b"in-toto.io/Statement/" in head

    def decode(self, content: bytes) -> Statement:
        """See `Format.decode`."""
        try:
            values = values_of(content, "statement", MALFORMED)
        except msgspec.ValidationError as error:
            raise MalformedDocumentError("statement: not an object", code=MALFORMED) from error
        refuse_twice(bytes(values.get("subject", b"null")), "subject", MALFORMED)
        type_, predicate_type, subject = (
            decode(bytes(values.get(key, b"null")), object, key, code=MALFORMED)
            for key in ("_type", "predicateType", "subject")
        )
        if type_ not in TYPES:
            raise MalformedDocumentError("not a type of statement that is known", where="/_type", code=MALFORMED)
        if not isinstance(predicate_type, str):
            raise MalformedDocumentError("not a URI", where="/predicateType", code=MALFORMED)
        predicate = bytes(values.get("predicate", b"null"))
        subjects, problems = _subjects(subject)
        return Statement(
            type=str(type_),
            predicate_type=predicate_type,
            subject=subjects,
            predicate=None if predicate == b"null" else predicate,
            problems=problems,
        )


FORMAT: Final = InToto()


def predicate_of(content: bytes) -> bytes:
    """Return the predicate of a statement, byte for byte as it was written.

    Raises:
        MalformedDocumentError: the content is no statement.
    """
    return FORMAT.decode(content).predicate or b"{}"


def _subjects(value: Any) -> tuple[tuple[Subject, ...], tuple[Problem, ...]]:
    """Read the subjects; of a list that is too long the first are read, and the cut is told."""
    if value is None:
        return (), ()
    if not isinstance(value, list):
        raise MalformedDocumentError("not a list", where="/subject", code=MALFORMED)
    subjects = tuple(_subject(each, f"/subject/{position}") for position, each in enumerate(value[:MAX_SUBJECTS]))
    if len(value) <= MAX_SUBJECTS:
        return subjects, ()
    problem = Problem(
        code="ATT-EVD-003",
        state=ProblemState.INCONSISTENT,
        message=f"{len(value)} subjects, of which the first {MAX_SUBJECTS} are read",
        pointer="/subject",
    )
    return subjects, (problem,)


def _subject(value: Any, where: str) -> Subject:
    if not isinstance(value, dict):
        raise MalformedDocumentError("not an object", where=where, code=MALFORMED)
    name, digests = value.get("name"), value.get("digest")
    if digests is None:
        digests = {}
    if not isinstance(digests, dict):
        raise MalformedDocumentError("not an object", where=f"{where}/digest", code=MALFORMED)
    if len(digests) > MAX_DIGESTS:
        raise MalformedDocumentError(f"more than {MAX_DIGESTS} digests", where=f"{where}/digest", code="ATT-EVD-003")
    for key, text in digests.items():
        # left out, it would look as if the statement named nothing
        if not isinstance(text, str):
            raise MalformedDocumentError("not a text", where=f"{where}/digest/{_escaped(key)}", code=MALFORMED)
    return Subject(name=name if isinstance(name, str) and name not in ("", "_") else None, digest=digests)


def _escaped(key: str) -> str:
    """Write a key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
