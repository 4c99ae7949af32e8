"""in-toto statements: subjects, a predicate type, and the predicate as it was written."""

import msgspec

from attest.model.problem import Problem


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement is about; only its digests identify it, the name is free text."""

    name: str | None = None
    digest: dict[str, str] = {}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A claim about subjects. `predicate` is its raw JSON, null where there is none."""

    type: str
    predicate_type: str
    subject: tuple[Subject, ...]
    predicate: bytes | None
    problems: tuple[Problem, ...] = ()
