"""What people call licenses, as a table: `data/aliases.tsv`."""

from functools import cache
from typing import Final, NamedTuple

from attest.licenses.resources import resource

ANY: Final = "*"


class Alias(NamedTuple):
    """One row: a whole text in lower case, where it is used (`*`: anywhere), what it means, and why."""

    name: str
    ecosystem: str
    expression: str
    reason: str


def meaning(text: str, ecosystem: str | None = None) -> str | None:
    """Return the expression that a whole text stands for in an ecosystem, else anywhere."""
    table = _table()
    lowered = text.lower()
    return (table.get((lowered, ecosystem)) if ecosystem else None) or table.get((lowered, ANY))


def rows() -> tuple[Alias, ...]:
    """Return the whole table."""
    text = resource("aliases.tsv").decode()
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(Alias(*line.split("\t")) for line in lines)


@cache
def _table() -> dict[tuple[str, str | None], str]:
    return {(row.name, row.ecosystem): row.expression for row in rows()}
