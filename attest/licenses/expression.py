"""SPDX license expressions: parsed into a tree, printed in one canonical form.

The grammar is that of the specification, read tolerantly where people write it
so: operators in any case, and `+` behind an id.
https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

MAX_NESTING: Final = 200
MAX_OPERANDS: Final = 4096
_TOKEN: Final = re.compile(r"\s*(?:(\()|(\))|([A-Za-z0-9][A-Za-z0-9.:_+-]*|[^\s()]+))", re.ASCII)
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
        return " AND ".join(f"({each})" if isinstance(each, Or) else str(each) for each in self.operands)


class Or(msgspec.Struct, frozen=True):
    """The licensee chooses one of its operands."""

    operands: tuple["Tree", ...]

    def __str__(self) -> str:
        return " OR ".join(str(each) for each in self.operands)


Tree = Leaf | And | Or


class ExpressionError(ValueError):
    """The text is no license expression."""


def parse(text: str) -> Tree:
    """Read an expression; ids are taken as they are written.

    Raises:
        ExpressionError: it is none, or beyond 200 levels or 4,096 operands.
    """
    tokens = _tokens(text)
    parser = _Parser(tokens)
    tree = parser.disjunction(0)
    if parser.position != len(tokens):
        raise ExpressionError(f"unexpected {tokens[parser.position]!r}")
    return tree


def all_of(operands: Iterator[Tree] | tuple[Tree, ...]) -> Tree:
    """Join by AND: nested ones are flattened, what occurs twice is kept once, in order of first appearance."""
    return _joined(And, tuple(operands))


def any_of(operands: Iterator[Tree] | tuple[Tree, ...]) -> Tree:
    """Join by OR; see `all_of`."""
    return _joined(Or, tuple(operands))


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every leaf, from left to right."""
    stack: list[Tree] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Leaf):
            yield node
        else:
            stack.extend(reversed(node.operands))


def _joined(kind: type[And] | type[Or], operands: tuple[Tree, ...]) -> Tree:
    flat: dict[Tree, None] = {}
    for operand in operands:
        for each in operand.operands if isinstance(operand, kind) else (operand,):
            flat[each] = None
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError("not a license expression")
        token = match[1] or match[2] or match[3]
        tokens.append(token.upper() if token.upper() in _OPERATORS else token)
        position = match.end()
        if len(tokens) > 4 * MAX_OPERANDS:
            raise ExpressionError(f"more than {MAX_OPERANDS} operands")
    if not tokens:
        raise ExpressionError("empty")
    return tokens


class _Parser:
    """Recursive descent: one method for each level of precedence."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.position = 0
        self.operands = 0

    def disjunction(self, depth: int) -> Tree:
        if depth > MAX_NESTING:
            raise ExpressionError(f"nested deeper than {MAX_NESTING}")
        operands = [self._conjunction(depth)]
        while self._take("OR"):
            operands.append(self._conjunction(depth))
        return any_of(tuple(operands))

    def _conjunction(self, depth: int) -> Tree:
        operands = [self._operand(depth)]
        while self._take("AND"):
            operands.append(self._operand(depth))
        return all_of(tuple(operands))

    def _operand(self, depth: int) -> Tree:
        if self._take("("):
            tree = self.disjunction(depth + 1)
            if not self._take(")"):
                raise ExpressionError("a parenthesis is not closed")
            return tree
        id_ = self._id()
        exception = self._id() if self._take("WITH") else None
        return Leaf(id_.removesuffix("+"), id_.endswith("+") and len(id_) > 1, exception)

    def _id(self) -> str:
        if self.position >= len(self.tokens):
            raise ExpressionError("something is missing at the end")
        token = self.tokens[self.position]
        if token in _OPERATORS or token in ("(", ")"):
            raise ExpressionError(f"unexpected {token!r}")
        self.position += 1
        self.operands += 1
        if self.operands > MAX_OPERANDS:
            raise ExpressionError(f"more than {MAX_OPERANDS} operands")
        return token

    def _take(self, word: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position] == word:
            self.position += 1
            return True
        return False
