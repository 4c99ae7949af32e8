from hypothesis import given, strategies

from attest.licenses import Leaf, Tree, parse
from attest.licenses.expression import all_of, any_of
from attest.policy import Lists, load
from attest.policy.license_effect import RANK, LicenseJudge

LEAVES = [
    Leaf("MIT"),
    Leaf("GPL-2.0-only"),
    Leaf("GPL-2.0-or-later"),
    Leaf("AGPL-3.0-only"),
    Leaf("Apache-2.0", or_later=True),
    Leaf("GPL-3.0-only", exception="GCC-exception-3.1"),
    Leaf("LicenseRef-attest-GPL"),
    Leaf("LicenseRef-x"),
    Leaf("NOASSERTION"),
]
TREES = strategies.recursive(
    strategies.sampled_from(LEAVES),
    lambda inner: strategies.lists(inner, min_size=1, max_size=3).flatmap(
        lambda operands: strategies.sampled_from([all_of(tuple(operands)), any_of(tuple(operands))])
    ),
    max_leaves=12,
)
POLICIES = [
    load([], Lists(deny=("GPL-*", "category:network-copyleft"), warn=("category:copyleft-weak",)))[0],
    load(["builtin:base"])[0],
    load(["builtin:permissive"], Lists(review=("MIT",)))[0],
]


@given(TREES, TREES, strategies.sampled_from(POLICIES))
def test_another_alternative_never_makes_it_worse(tree: Tree, other: Tree, policy: object) -> None:
    judge = LicenseJudge(policy)  # type: ignore[arg-type]
    assert RANK[judge.judge(any_of((tree, other))).effect] <= RANK[judge.judge(tree).effect]


@given(TREES, TREES, strategies.sampled_from(POLICIES))
def test_another_condition_never_makes_it_better(tree: Tree, other: Tree, policy: object) -> None:
    judge = LicenseJudge(policy)  # type: ignore[arg-type]
    assert RANK[judge.judge(all_of((tree, other))).effect] >= RANK[judge.judge(tree).effect]


@given(TREES)
def test_asking_is_between_the_best_and_the_worst_choice(tree: Tree) -> None:
    from msgspec.structs import replace

    policy = POLICIES[0]
    best, ask, worst = (
        RANK[LicenseJudge(replace(policy, or_choice=choice)).judge(tree).effect] for choice in ("best", "ask", "worst")
    )
    assert best <= ask <= worst


@given(TREES)
def test_what_is_printed_is_parsed_again(tree: Tree) -> None:
    assert parse(str(tree)) == tree
