"""in-toto statements v0.1 and v1; the predicate stays as it was written.

https://github.com/in-toto/attestation/blob/v1.1.2/spec/v1/statement.md
"""

import json
from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats.json_text import decode
from attest.model.media_type import IN_TOTO
from attest.model.problem import Problem, ProblemState
from attest.model.statement import Statement, Subject

TYPES: Final = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
MAX_SUBJECTS: Final = 1024
MAX_DIGESTS: Final = 32
MALFORMED: Final = "ATT-PROV-001"
# a value longer than this is cut out before the keys around it are read a second time
_LONG: Final = 4096


class _Wire(msgspec.Struct, rename={"predicate_type": "predicateType", "type": "_type"}):
    type: Any = None
    subject: msgspec.Raw = msgspec.Raw(b"")
    predicate_type: Any = None
    predicate: msgspec.Raw = msgspec.Raw(b"")


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
            wire = decode(content, _Wire, "statement", code=MALFORMED)
        except msgspec.ValidationError as error:
            raise MalformedDocumentError("statement: not an object", code=MALFORMED) from error
        if wire.type not in TYPES:
            raise MalformedDocumentError("not a type of statement that is known", where="/_type", code=MALFORMED)
        if not isinstance(wire.predicate_type, str):
            raise MalformedDocumentError("not a URI", where="/predicateType", code=MALFORMED)
        predicate, subject = bytes(wire.predicate), bytes(wire.subject)
        _refuse_ambiguity(content, (predicate, subject))
        subjects, problems = _subjects(decode(subject or b"null", object, "subject", code=MALFORMED))
        return Statement(
            type=wire.type,
            predicate_type=wire.predicate_type,
            subject=subjects,
            predicate=None if predicate in (b"", b"null") else predicate,
            problems=problems,
        )


FORMAT: Final = InToto()


def predicate_of(content: bytes) -> bytes:
    """Return the predicate of a statement, byte for byte as it was written.

    Raises:
        MalformedDocumentError: the content is no statement.
    """
    return FORMAT.decode(content).predicate or b"{}"


def _refuse_ambiguity(content: bytes, values: tuple[bytes, ...]) -> None:
    """Refuse a key that occurs twice in the statement itself: two readers could take a different one.

    The long values are cut out first, so that a large predicate is not read twice.
    A value that is an object or a list is no part of a key, and one cut out of
    a text leaves a text.
    """
    for value in values:
        if len(value) > _LONG and value[:1] in (b"{", b"["):
            before, _, after = content.rpartition(value)
            content = before + b"null" + after
    try:
        text = content.decode(errors="replace")
        pairs = json.loads(text, object_pairs_hook=list, parse_int=str, parse_float=str, strict=False)
    except (ValueError, RecursionError) as error:
        raise MalformedDocumentError("statement: not JSON", code=MALFORMED) from error
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise MalformedDocumentError("statement: a key occurs twice", code=MALFORMED)


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
    name, digests = value.get("name"), value.get("digest") or {}
    if not isinstance(digests, dict):
        raise MalformedDocumentError("not an object", where=f"{where}/digest", code=MALFORMED)
    if len(digests) > MAX_DIGESTS:
        raise MalformedDocumentError(f"more than {MAX_DIGESTS} digests", where=f"{where}/digest", code="ATT-EVD-003")
    return Subject(
        name=name if isinstance(name, str) and name not in ("", "_") else None,
        digest={key: text for key, text in digests.items() if isinstance(text, str)},
    )
