import time

import pytest
from license_expression import (  # type: ignore[import-untyped]  # it ships no types
    ExpressionError as RefusedElsewhere,
)
from license_expression import Licensing

from attest.licenses import And, ExpressionError, Leaf, Or, Tree, parse
from attest.licenses.expression import MAX_NESTING, MAX_OPERANDS, replaced

EXPRESSIONS = [
    "MIT",
    "MIT OR Apache-2.0",
    "MIT AND Apache-2.0 OR ISC",
    "MIT OR Apache-2.0 AND ISC",
    "(MIT OR Apache-2.0) AND ISC",
    "MIT AND (ISC OR Apache-2.0) AND Zlib",
    "MIT AND (ISC OR (Apache-2.0 AND Zlib))",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT OR ISC",
    "(MIT)",
    "((MIT OR ISC))",
    "LicenseRef-one AND MIT",
    "DocumentRef-a:LicenseRef-b OR MIT",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression_means_the_same_to_another_parser(text: str) -> None:
    ours, theirs = parse(text), Licensing().parse(text)
    assert Licensing().parse(str(ours)) == theirs


@pytest.mark.parametrize("text", ["", "MIT AND", "OR MIT", "(MIT", "MIT)", "MIT WITH", "MIT (ISC)", "AND"])
def test_what_another_parser_refuses_is_refused(text: str) -> None:
    try:
        accepted_elsewhere = Licensing().parse(text) is not None
    except RefusedElsewhere:
        accepted_elsewhere = False
    assert not accepted_elsewhere
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("mit and isc or zlib", "mit AND isc OR zlib", id="operators in any case"),
        pytest.param("MIT AND (ISC AND Zlib)", "MIT AND ISC AND Zlib", id="needless parentheses"),
        pytest.param("MIT OR ISC OR MIT", "MIT OR ISC", id="twice the same"),
        pytest.param("MIT AND MIT", "MIT", id="nothing but the same"),
        pytest.param("(MIT OR ISC) AND MIT", "(MIT OR ISC) AND MIT", id="no absorption"),
        pytest.param("Apache-2.0+ with LLVM-exception", "Apache-2.0+ WITH LLVM-exception", id="later, with exception"),
    ],
)
def test_expression_has_one_form(text: str, printed: str) -> None:
    assert str(parse(text)) == printed


def test_and_binds_more_than_or() -> None:
    mit, isc, zlib = Leaf("MIT"), Leaf("ISC"), Leaf("Zlib")
    assert parse("MIT OR ISC AND Zlib") == Or((mit, And((isc, zlib))))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * (MAX_NESTING + 1) + "MIT" + ")" * (MAX_NESTING + 1), id="levels"),
        pytest.param("(" * 1_000_000, id="a megabyte of parentheses"),
        pytest.param(" AND ".join(f"LicenseRef-{number}" for number in range(MAX_OPERANDS + 1)), id="operands"),
        pytest.param("MIT AND MIT\x00", id="control character"),
        pytest.param("()", id="nothing in parentheses"),
        pytest.param("MIT ISC", id="no operator"),
        pytest.param("MIT +", id="stray plus"),
        pytest.param("DocumentRef-a:MIT", id="a document's license without its prefix"),
        pytest.param("(MIT) WITH LLVM-exception", id="exception to a group"),
        pytest.param("MIT AND OR", id="operator for an id"),
        pytest.param("MIT WITH AND", id="operator for an exception"),
    ],
)
def test_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_expression_at_the_bounds_is_read_and_printed() -> None:
    depth = MAX_NESTING - 1
    text = (
        "".join(f"LicenseRef-{level} {'AND' if level % 2 else 'OR'} (" for level in range(depth)) + "MIT" + ")" * depth
    )
    tree = parse(text)
    assert parse(str(tree)) == tree


def test_choices_below_each_other_are_not_multiplied_out() -> None:
    text = " AND ".join(f"(LicenseRef-a{number} OR LicenseRef-b{number})" for number in range(40))
    start = time.process_time()
    assert str(parse(text)) == text
    assert time.process_time() - start < 0.05


def test_leaves_are_replaced_where_they_stand() -> None:
    others: dict[str, Tree | None] = {"A": parse("X OR Y"), "B": None, "C": Leaf("C")}
    found = replaced(parse("A AND B AND (C OR B)"), lambda leaf: others[leaf.id])
    assert str(found) == "(X OR Y) AND C"
    assert replaced(parse("B OR B AND B"), lambda leaf: others[leaf.id]) is None
