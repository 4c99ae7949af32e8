"""What people call licenses, as a table: `data/aliases.tsv`."""

from functools import cache
from importlib.resources import files
from typing import Final

ANY: Final = "*"


def alias(text: str, ecosystem: str | None = None) -> str | None:
    """Return the expression that a whole text stands for in an ecosystem, else anywhere."""
    table = _table()
    lowered = text.lower()
    return (table.get((lowered, ecosystem)) if ecosystem else None) or table.get((lowered, ANY))


def rows() -> tuple[tuple[str, str, str, str], ...]:
    """Return the table: alias, ecosystem or `*`, expression, reason."""
    text = (files("attest") / "licenses" / "data" / "aliases.tsv").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, ecosystem, expression, reason = line.split("\t")
            found.append((name, ecosystem, expression, reason))
    return tuple(found)


@cache
def _table() -> dict[tuple[str, str | None], str]:
    return {(name, ecosystem): expression for name, ecosystem, expression, _ in rows()}
