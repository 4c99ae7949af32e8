from hypothesis import given, strategies

from attest.licenses import ExpressionError, Leaf, Normalizer, Tree, leaves, parse
from attest.licenses.expression import all_of, any_of, replaced

IDS = strategies.sampled_from(["MIT", "ISC", "Apache-2.0", "GPL-2.0-only", "LicenseRef-x", "NOASSERTION", "0BSD"])
LEAVES = strategies.builds(
    Leaf, IDS, or_later=strategies.booleans(), exception=strategies.sampled_from([None, None, "LLVM-exception"])
)


def _grown(trees: strategies.SearchStrategy[Tree]) -> strategies.SearchStrategy[Tree]:
    operands = strategies.lists(trees, min_size=1, max_size=4)
    return operands.map(all_of) | operands.map(any_of)


TREES: strategies.SearchStrategy[Tree] = strategies.recursive(LEAVES, _grown, max_leaves=40)
PIECES = strategies.sampled_from(["(", ")", " AND ", " OR ", " with ", "MIT", "GPL-2.0+", "x", " ", "+", ":"])


@given(TREES)
def test_what_is_printed_is_read_as_the_same(tree: Tree) -> None:
    assert parse(str(tree)) == tree


@given(TREES)
def test_replacing_nothing_changes_nothing(tree: Tree) -> None:
    assert replaced(tree, lambda leaf: leaf) == tree


@given(strategies.lists(PIECES, max_size=20).map("".join) | strategies.text())
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert parse(str(tree)) == tree


@given(TREES, strategies.sampled_from([str.lower, str.upper, str.title]))
def test_case_does_not_matter(tree: Tree, spelled: type[str]) -> None:
    same, other = Normalizer().normalize(str(tree)), Normalizer().normalize(spelled(str(tree)))
    assert other.expression.lower() == same.expression.lower()


@given(TREES)
def test_normalizing_keeps_every_license_that_is_known(tree: Tree) -> None:
    normalized = {leaf.id for leaf in leaves(Normalizer().normalize(str(tree)).tree)}
    # the one becomes `-or-later` before a `+`, the other is no license that could have one
    assert {leaf.id for leaf in leaves(tree)} - {"GPL-2.0-only", "NOASSERTION"} <= normalized
