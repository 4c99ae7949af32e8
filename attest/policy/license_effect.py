"""What a policy says of a license expression.

Effects rank allow < warn < review < deny. AND is the worst of its operands, OR
the best one: a fold over the tree as it is, linear in its size, without any
normal form and without recursion.
"""

from collections.abc import Iterator, Sequence

import msgspec

from attest.licenses import And, ExpressionError, Leaf, Tree, category_of, leaves, parse
from attest.model.license import NOASSERTION, Category, Effect
from attest.policy.document import OrChoice
from attest.policy.license_leaf import LeafJudge, LeafJudgement
from attest.policy.policy import RANK


class Judgement(msgspec.Struct, frozen=True):
    """What the policy says of an expression: the choice it made at each OR, and the leaves that carry the effect."""

    effect: Effect
    chosen: Tree
    carriers: tuple[LeafJudgement, ...]


class _Node(msgspec.Struct, frozen=True):
    """A part of an expression and its effect.

    `kept` are the operands that count: all of an AND, the chosen one of an OR.
    `is_open` marks an OR in which only a person may choose. `size` and
    `is_unknown` are about what was chosen.
    """

    effect: Effect
    tree: Tree
    kept: tuple["_Node", ...] = ()
    leaf: LeafJudgement | None = None
    is_open: bool = False
    size: int = 1
    is_unknown: bool = False


def tree_of(expression: str) -> Tree:
    """Read an effective expression; what is none is a license of its own that nobody knows."""
    try:
        return parse(expression or NOASSERTION)
    except ExpressionError:
        return Leaf(expression)


def is_usable(tree: Tree) -> bool:
    """Tell whether every license of an expression is one whose demands are known."""
    return all(category_of(leaf) is not Category.UNKNOWN for leaf in leaves(tree))


class LicenseJudge(LeafJudge):
    """Judges license expressions; each leaf is judged once."""

    def judge(self, tree: Tree) -> Judgement:
        """Return the effect of an expression."""
        node = _folded(tree, self)
        return Judgement(node.effect, _chosen(node), tuple(dict.fromkeys(_carriers(node))))


def _folded(tree: Tree, judge: LeafJudge) -> _Node:
    done: list[_Node] = []
    todo: list[tuple[Tree, bool]] = [(tree, False)]
    while todo:
        each, operands_are_done = todo.pop()
        if isinstance(each, Leaf):
            done.append(_of_leaf(judge.leaf(each)))
        elif operands_are_done:
            start = len(done) - len(each.operands)
            operands = tuple(done[start:])
            del done[start:]
            done.append(_all(each, operands) if isinstance(each, And) else _any(each, operands, judge.policy.or_choice))
        else:
            todo.append((each, True))
            todo.extend((operand, False) for operand in reversed(each.operands))
    return done[0]


def _of_leaf(judged: LeafJudgement) -> _Node:
    is_unknown = category_of(judged.leaf) is Category.UNKNOWN
    return _Node(judged.effect, judged.leaf, leaf=judged, is_unknown=is_unknown)


def _all(tree: Tree, operands: tuple[_Node, ...]) -> _Node:
    return _Node(
        max((each.effect for each in operands), key=RANK.__getitem__),
        tree,
        operands,
        size=sum(each.size for each in operands),
        is_unknown=any(each.is_unknown for each in operands),
    )


def _any(tree: Tree, operands: tuple[_Node, ...], or_choice: OrChoice) -> _Node:
    """Choose the best operand or the worst; asked to ask, only among operands of one effect."""
    best = min(operands, key=lambda each: (RANK[each.effect], *_preference(each)))
    worst = min(operands, key=lambda each: (-RANK[each.effect], *_preference(each)))
    if or_choice == "ask" and best.effect is not worst.effect:
        # never better than the best operand, never worse than the worst one
        effect = sorted((best.effect, Effect.REVIEW, worst.effect), key=RANK.__getitem__)[1]
        return _Node(effect, tree, operands, is_open=True, size=sum(each.size for each in operands), is_unknown=True)
    chosen = worst if or_choice == "worst" else best
    return _Node(chosen.effect, tree, (chosen,), size=chosen.size, is_unknown=chosen.is_unknown)


def _preference(node: _Node) -> tuple[bool, int]:
    """Among operands of one effect prefer one without anything unknown, then the one with fewer licenses."""
    return (node.is_unknown, node.size)


def _chosen(node: _Node) -> Tree:
    """Return the expression after all choices, as one AND; an OR in which nobody chose stays whole."""
    parts: dict[Tree, None] = {}
    stack = [node]
    while stack:
        each = stack.pop()
        if each.leaf is not None or each.is_open:
            parts[each.tree] = None
        else:
            stack.extend(reversed(each.kept))
    return next(iter(parts)) if len(parts) == 1 else And(tuple(parts))


def _carriers(node: _Node) -> Iterator[LeafJudgement]:
    """Yield the leaves that carry the effect; in an open OR all that are not simply allowed do."""
    stack = [node]
    while stack:
        each = stack.pop()
        if each.leaf is not None:
            yield each.leaf
        elif each.is_open:
            counted = (leaf for leaf in _leaves(each.kept) if leaf.effect is not Effect.ALLOW)
            yield from (msgspec.structs.replace(leaf, effect=each.effect) for leaf in counted)
        else:
            stack.extend(part for part in reversed(each.kept) if part.effect is each.effect)


def _leaves(nodes: Sequence[_Node]) -> Iterator[LeafJudgement]:
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node.leaf is not None:
            yield node.leaf
        else:
            stack.extend(reversed(node.kept))


__all__ = ["RANK", "Judgement", "LeafJudgement", "LicenseJudge", "is_usable", "tree_of"]
