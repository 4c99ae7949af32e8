"""SPDX license expressions: parsed into a tree, printed in one canonical form.

The grammar is that of the specification, read tolerantly where people write it
so: operators in any case, `_` within an id, and `+` behind one.
https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/

Nothing here recurses: how deep an expression nests is for its author to say.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

MAX_NESTING: Final = 200
MAX_OPERANDS: Final = 4096

_ID: Final = r"(?:DocumentRef-[\w.-]+:(?=LicenseRef-))?[A-Za-z0-9][\w.-]*\+?"
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<operator>AND|OR)(?![\w.:+-])"
    rf"|(?P<id>{_ID})(?![^\s()])(?:\s+WITH\s+(?P<exception>{_ID})(?![^\s()]))?)\s*",
    re.ASCII | re.IGNORECASE,
)
_OPERATORS: Final = frozenset({"AND", "OR", "WITH"})


class Leaf(msgspec.Struct, frozen=True):
    """One license: an id, or a later version of it (`or_later`, written `+`), with an exception or none."""

    id: str
    or_later: bool = False
    exception: str | None = None

    def __str__(self) -> str:
        plus = "+" if self.or_later else ""
        return f"{self.id}{plus}" + (f" WITH {self.exception}" if self.exception else "")


class And(msgspec.Struct, frozen=True):
    """All of its operands apply."""

    operands: tuple["Tree", ...]

    def __str__(self) -> str:
        return _printed(self)


class Or(msgspec.Struct, frozen=True):
    """The licensee chooses one of its operands."""

    operands: tuple["Tree", ...]

    def __str__(self) -> str:
        return _printed(self)


Tree = Leaf | And | Or


class ExpressionError(ValueError):
    """The text is no license expression."""


def parse(text: str) -> Tree:
    """Read an expression; ids are taken as they are written.

    Raises:
        ExpressionError: it is none, or beyond 200 levels or 4,096 operands.
    """
    groups = [_Group()]
    operands = 0
    for token in _tokens(text):
        match token.lastgroup:
            case "open":
                groups[-1].expect_operand("(")
                groups.append(_Group())
            case "close":
                _close(groups)
            case "operator":
                groups[-1].join(token["operator"].upper())
            case _:
                groups[-1].add(_leaf(token))
                operands += 1
        if operands > MAX_OPERANDS or len(groups) > MAX_NESTING:
            raise ExpressionError(f"more than {MAX_OPERANDS} operands, or nested deeper than {MAX_NESTING}")
    if len(groups) > 1:
        raise ExpressionError("a parenthesis is not closed")
    return groups[0].tree()


def all_of(operands: Iterable[Tree]) -> Tree:
    """Join by AND: nested ones are flattened, what occurs twice is kept once, in order of first appearance."""
    return _joined(And, operands)


def any_of(operands: Iterable[Tree]) -> Tree:
    """Join by OR; see `all_of`."""
    return _joined(Or, operands)


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every leaf, from left to right."""
    stack: list[Tree] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            yield node
        else:
            stack.extend(reversed(node.operands))


def replaced(tree: Tree, replacement: Callable[[Leaf], Tree | None]) -> Tree | None:
    """Return a tree with another in the place of each leaf; null in the place of one removes it."""
    finished: list[list[Tree]] = [[]]
    stack: list[Tree | type[And | Or]] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, type):
            operands = finished.pop()
            finished[-1] += [_joined(node, operands)] if operands else []
        elif isinstance(node, Leaf):
            other = replacement(node)
            finished[-1] += [] if other is None else [other]
        else:
            finished.append([])
            stack += [type(node), *reversed(node.operands)]
    return finished[0][0] if finished[0] else None


def _joined(kind: type[And | Or], operands: Iterable[Tree]) -> Tree:
    flat: dict[Tree, None] = {}
    for operand in operands:
        for each in operand.operands if isinstance(operand, kind) else (operand,):
            flat[each] = None
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _printed(tree: Tree) -> str:
    printed: list[str] = []
    stack: list[Tree | str] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, str | Leaf):
            printed.append(str(node))
            continue
        operator = " AND " if isinstance(node, And) else " OR "
        pieces: list[Tree | str] = []
        for each in node.operands:
            is_grouped = isinstance(node, And) and isinstance(each, Or)
            pieces += [operator, "(", each, ")"] if is_grouped else [operator, each]
        stack += reversed(pieces[1:])
    return "".join(printed)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ExpressionError(f"unexpected {text[position : position + 20]!r}")
        yield token
        position = token.end()


def _leaf(token: re.Match[str]) -> Leaf:
    id_, exception = token["id"], token["exception"]
    if id_.upper() in _OPERATORS or (exception or "").upper() in _OPERATORS:
        raise ExpressionError(f"unexpected {token[0].strip()!r}")
    return Leaf(id_.removesuffix("+"), id_.endswith("+"), exception)


def _close(groups: list["_Group"]) -> None:
    if len(groups) == 1:
        raise ExpressionError("unexpected ')'")
    inner = groups.pop().tree()
    groups[-1].add(inner)


class _Group:
    """One level of parentheses: what AND joins so far, and the alternatives before it."""

    def __init__(self) -> None:
        self._alternatives: list[Tree] = []
        self._factors: list[Tree] = []
        self._is_complete = False

    def expect_operand(self, token: str) -> None:
        if self._is_complete:
            raise ExpressionError(f"an operator is missing before {token!r}")

    def add(self, operand: Tree) -> None:
        if self._is_complete:
            self.expect_operand(str(operand))
        self._factors.append(operand)
        self._is_complete = True

    def join(self, operator: str) -> None:
        if not self._is_complete:
            raise ExpressionError(f"unexpected {operator!r}")
        if operator == "OR":
            self._alternatives.append(all_of(self._factors))
            self._factors = []
        self._is_complete = False

    def tree(self) -> Tree:
        if not self._is_complete:
            raise ExpressionError("something is missing at the end")
        return any_of((*self._alternatives, all_of(self._factors)))
