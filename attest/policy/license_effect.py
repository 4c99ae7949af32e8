"""What a policy says of one license expression.

Effects rank allow < warn < review < deny. AND is the worst of its operands, OR
the best one: a fold over the tree as it is, without any normal form.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from attest.licenses import SCANCODE_PREFIX, And, Leaf, Or, Tree, category_of, is_known, later_versions, leaves
from attest.model.license import NOASSERTION, Category, Effect
from attest.model.package import Package
from attest.policy.document import When
from attest.policy.pattern import Pattern
from attest.policy.policy import LIST_ORDER, CompiledRule, Policy

RANK: Final = {effect: rank for rank, effect in enumerate(Effect)}
# an exception for linking lifts none of what these demand
_BEYOND_EXCEPTIONS: Final = frozenset(
    {Category.NETWORK_COPYLEFT, Category.SOURCE_AVAILABLE, Category.NON_COMMERCIAL, Category.PROPRIETARY}
)


class LeafJudgement(msgspec.Struct, frozen=True):
    """What the policy says of one license and which of its lines says so."""

    leaf: Leaf
    effect: Effect
    reason: str
    is_missing: bool = False
    is_nonstandard: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """What the policy says of an expression: the choice it made at each OR, and the leaves that carry the effect."""

    effect: Effect
    chosen: Tree
    carriers: tuple[LeafJudgement, ...]


class LicenseJudge:
    """Judges the license expressions of one package."""

    def __init__(self, policy: Policy, package: Package | None = None) -> None:
        self._policy = policy
        self._package = package

    def judge(self, tree: Tree) -> Judgement:
        """Return the effect of an expression. Linear in its size; trees are at most 200 deep."""
        if isinstance(tree, Leaf):
            judged = self.leaf(tree)
            return Judgement(judged.effect, tree, (judged,))
        operands = [self.judge(each) for each in tree.operands]
        return _all(operands) if isinstance(tree, And) else self._any(tree, operands)

    def leaf(self, leaf: Leaf) -> LeafJudgement:
        """Return what the policy says of one license."""
        if leaf.id in (NOASSERTION, "NONE"):
            return LeafJudgement(leaf, self._policy.missing, "licenses.missing", is_missing=True)
        named = self._by_pair(leaf) or self._by_lists(leaf) or self._by_later_versions(leaf)
        if named is not None:
            return named
        if not _is_standard(leaf.id):
            return LeafJudgement(leaf, self._policy.nonstandard, "licenses.nonstandard", is_nonstandard=True)
        return LeafJudgement(leaf, self._policy.default, "licenses.default")

    def _any(self, tree: Or, operands: Sequence[Judgement]) -> Judgement:
        """Choose: the best operand, the worst, or nobody may choose but a person."""
        best = min(operands, key=_preference)
        worst = max(operands, key=lambda each: RANK[each.effect])
        if self._policy.or_choice == "worst":
            return worst
        if self._policy.or_choice == "best" or best.effect is worst.effect:
            return best
        effect = min(worst.effect, max(Effect.REVIEW, best.effect, key=RANK.__getitem__), key=RANK.__getitem__)
        carriers = tuple(msgspec.structs.replace(leaf, effect=effect) for each in operands for leaf in each.carriers)
        return Judgement(effect, tree, carriers)

    def _by_pair(self, leaf: Leaf) -> LeafJudgement | None:
        if leaf.exception is None:
            return None
        for rule in self._policy.rules:
            if any(each.names_pair(leaf) for each in rule.licenses) and self._applies(rule.rule.when):
                return LeafJudgement(leaf, rule.rule.effect, _rule_name(rule))
        for effect in LIST_ORDER:
            for pattern in self._policy.lists[effect]:
                if pattern.names_pair(leaf):
                    return LeafJudgement(leaf, effect, f"licenses.{effect}: {pattern.text}")
        if leaf.exception in self._policy.exceptions_ok and category_of(leaf) not in _BEYOND_EXCEPTIONS:
            return LeafJudgement(leaf, Effect.ALLOW, f"licenses.exceptions_ok: {leaf.exception}")
        return None

    def _by_lists(self, leaf: Leaf) -> LeafJudgement | None:
        """Look a leaf up in the rules, then in the lists; what may be a later version only by its name."""
        is_range = _is_range(leaf)

        def matches(pattern: Pattern) -> bool:
            return pattern.names(leaf) if is_range else pattern.covers(leaf)

        for rule in self._policy.rules:
            if self._rule_matches(rule, matches, leaf, is_range=is_range):
                return LeafJudgement(leaf, rule.rule.effect, _rule_name(rule))
        for effect in LIST_ORDER:
            for pattern in self._policy.lists[effect]:
                if matches(pattern):
                    return LeafJudgement(leaf, effect, f"licenses.{effect}: {pattern.text}")
        return None

    def _by_later_versions(self, leaf: Leaf) -> LeafJudgement | None:
        """Give the licensee the best of the versions that an or-later license lets it choose."""
        if not _is_range(leaf):
            return None
        found = []
        for id_ in later_versions(leaf.id, or_later=True):
            version = Leaf(id_, exception=leaf.exception)
            named = self._by_lists(version)
            found.append(named or LeafJudgement(version, self._policy.default, "licenses.default"))
        best = min(found, key=lambda each: RANK[each.effect])
        return LeafJudgement(leaf, best.effect, f"{best.reason} ({best.leaf})")

    def _rule_matches(
        self, rule: CompiledRule, matches: Callable[[Pattern], bool], leaf: Leaf, *, is_range: bool
    ) -> bool:
        when = rule.rule.when
        if rule.licenses and not any(matches(each) for each in rule.licenses):
            return False
        categories = _words(when.category)
        if categories and (is_range or str(category_of(leaf)) not in categories):
            return False
        return self._applies(when)

    def _applies(self, when: When) -> bool:
        """Tell whether the package is one that a rule is about; a rule for packages never fits a bare license."""
        package = self._package
        conditions = (when.name, when.purl, when.type, when.origin, when.platform)
        if package is None:
            return not any(conditions)
        return (
            _fits(package.name, when.name)
            and _fits(package.purl or "", when.purl)
            and _fits(package.type, when.type)
            and _fits(str(package.origin), when.origin)
            and (not when.platform or all(_fits(each, when.platform) for each in package.platforms))
        )


def _is_standard(id_: str) -> bool:
    """Tell an id of the SPDX list, or ScanCode's key of a text whose demands are known, from anything else."""
    if id_.startswith(SCANCODE_PREFIX):
        return category_of(Leaf(id_)) is not Category.UNKNOWN
    return is_known(id_)


def is_usable(tree: Tree) -> bool:
    """Tell whether every license of an expression is one whose demands are known."""
    return all(category_of(leaf) is not Category.UNKNOWN for leaf in leaves(tree))


def _all(operands: Sequence[Judgement]) -> Judgement:
    effect = max((each.effect for each in operands), key=RANK.__getitem__)
    chosen: dict[Tree, None] = {}
    for each in operands:
        for part in each.chosen.operands if isinstance(each.chosen, And) else (each.chosen,):
            chosen[part] = None
    carriers = tuple(leaf for each in operands if each.effect is effect for leaf in each.carriers)
    return Judgement(effect, next(iter(chosen)) if len(chosen) == 1 else And(tuple(chosen)), carriers)


def _preference(judgement: Judgement) -> tuple[int, int, int]:
    """Rank an operand of OR: the best effect, then nothing unknown in it, then few licenses."""
    found = list(leaves(judgement.chosen))
    unknown = sum(category_of(leaf) is Category.UNKNOWN for leaf in found)
    return (RANK[judgement.effect], int(unknown > 0), len(found))


def _is_range(leaf: Leaf) -> bool:
    return leaf.or_later or leaf.id.endswith("-or-later")


def _rule_name(rule: CompiledRule) -> str:
    return f"licenses.rule {rule.rule.id}" if rule.rule.id else "licenses.rule"


def _words(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _fits(value: str, wanted: str | list[str]) -> bool:
    words = _words(wanted)
    return not words or any(fnmatchcase(value.lower(), word.lower()) for word in words)
