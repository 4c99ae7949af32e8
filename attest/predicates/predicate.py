"""What every reader of a predicate offers: from a statement to a value of the model."""

from typing import Protocol

import msgspec

from attest.model.problem import Problem
from attest.model.provenance import Provenance
from attest.model.sbom import Sbom
from attest.model.statement import Statement


class Normalized(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement says, null where no reader knows its predicate type, and what is odd about it."""

    content: Sbom | Provenance | None
    problems: tuple[Problem, ...] = ()


class Predicate(Protocol):
    """One family of predicates."""

    @property
    def name(self) -> str:
        """The family's name, as its module's name."""
        ...

    def takes(self, predicate_type: str) -> bool:
        """Tell whether predicates of this type are of the family."""
        ...

    def normalize(self, statement: Statement) -> Normalized:
        """Read the predicate of a statement.

        Raises:
            DocumentError: the predicate cannot be understood.
        """
        ...
