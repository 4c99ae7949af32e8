"""What a policy says of one license: the rules first, then the lists from deny down to allow, then the defaults."""

from collections.abc import Sequence
from typing import Final

import msgspec

from attest.licenses import SCANCODE_PREFIX, Leaf, category_of, is_known, later_versions
from attest.model.license import NOASSERTION, NONE, Category, Effect
from attest.policy.policy import LIST_ORDER, RANK, CompiledRule, Policy

# an exception for linking lifts none of what these demand
BEYOND_EXCEPTIONS: Final = frozenset(
    {Category.NETWORK_COPYLEFT, Category.SOURCE_AVAILABLE, Category.NON_COMMERCIAL, Category.PROPRIETARY}
)


class LeafJudgement(msgspec.Struct, frozen=True):
    """What the policy says of one license and which of its lines says so."""

    leaf: Leaf
    effect: Effect
    reason: str
    is_nonstandard: bool = False

    @property
    def is_missing(self) -> bool:
        """True when this is no license but the statement that none is known."""
        return self.leaf.id in (NOASSERTION, NONE)


class LeafJudge:
    """Judges single licenses by a policy and those of its rules that are about the package at hand.

    Without `rules` there is no package, and only rules about licenses count.
    """

    def __init__(self, policy: Policy, rules: Sequence[CompiledRule] | None = None) -> None:
        self.policy = policy
        self._rules = [each for each in policy.rules if not each.is_about_packages] if rules is None else rules
        self._known: dict[Leaf, LeafJudgement] = {}

    def leaf(self, leaf: Leaf) -> LeafJudgement:
        """Return what the policy says of one license."""
        known = self._known.get(leaf)
        if known is None:
            known = self._known[leaf] = self._by_pair(leaf) or self._alone(leaf)
        return known

    def _by_pair(self, leaf: Leaf) -> LeafJudgement | None:
        """Look up `X WITH E`: only patterns that name an exception themselves can match the pair."""
        if leaf.exception is None:
            return None
        for rule in self._rules:
            named = any(each.names_pair(leaf) for each in rule.licenses)
            if named and _category_fits(rule, leaf):
                return LeafJudgement(leaf, rule.rule.effect, rule.title)
        for effect in LIST_ORDER:
            for pattern in self.policy.lists[effect]:
                if pattern.names_pair(leaf):
                    return LeafJudgement(leaf, effect, f"licenses.{effect}: {pattern.text}")
        if leaf.exception in self.policy.exceptions_ok and category_of(leaf) not in BEYOND_EXCEPTIONS:
            return LeafJudgement(leaf, Effect.ALLOW, f"licenses.exceptions_ok: {leaf.exception}")
        return None

    def _alone(self, leaf: Leaf) -> LeafJudgement:
        """Look up `X` by itself, although with the category of the whole leaf."""
        if leaf.or_later or leaf.id.endswith("-or-later"):
            return self._by_name(leaf) or self._by_later_versions(leaf)
        return self._by_rules_and_lists(leaf) or self._by_default(leaf)

    def _by_rules_and_lists(self, leaf: Leaf) -> LeafJudgement | None:
        for rule in self._rules:
            named = not rule.licenses or any(each.covers(leaf) for each in rule.licenses)
            if named and _category_fits(rule, leaf):
                return LeafJudgement(leaf, rule.rule.effect, rule.title)
        for effect in LIST_ORDER:
            for pattern in self.policy.lists[effect]:
                if pattern.covers(leaf):
                    return LeafJudgement(leaf, effect, f"licenses.{effect}: {pattern.text}")
        return None

    def _by_name(self, leaf: Leaf) -> LeafJudgement | None:
        """Look up a range by its name.

        A name behind a line that covers the range's category says nothing: an
        exception to a denied category is a rule before it, not an entry in `allow`.
        """
        for rule in self._rules:
            is_unconditional = not rule.licenses and not rule.categories
            named = is_unconditional or any(each.names(leaf) for each in rule.licenses)
            if named and _category_fits(rule, leaf):
                return LeafJudgement(leaf, rule.rule.effect, rule.title)
            if _category_fits(rule, leaf) and (not rule.licenses or any(each.covers(leaf) for each in rule.licenses)):
                return None
        for effect in LIST_ORDER:
            for pattern in self.policy.lists[effect]:
                if pattern.names(leaf):
                    return LeafJudgement(leaf, effect, f"licenses.{effect}: {pattern.text}")
            if any(pattern.covers(leaf) for pattern in self.policy.lists[effect]):
                return None
        return None

    def _by_later_versions(self, leaf: Leaf) -> LeafJudgement:
        """Give the licensee the best of the versions that an or-later license lets it choose."""
        versions = (Leaf(id_, exception=leaf.exception) for id_ in later_versions(leaf.id, or_later=True))
        found = [self._by_rules_and_lists(each) or self._by_default(each) for each in versions]
        best = min(found, key=lambda each: RANK[each.effect])
        return LeafJudgement(leaf, best.effect, f"{best.reason} ({best.leaf})", best.is_nonstandard)

    def _by_default(self, leaf: Leaf) -> LeafJudgement:
        if leaf.id in (NOASSERTION, NONE):
            return LeafJudgement(leaf, self.policy.missing, "licenses.missing")
        if not _is_standard(leaf.id):
            return LeafJudgement(leaf, self.policy.nonstandard, "licenses.nonstandard", is_nonstandard=True)
        return LeafJudgement(leaf, self.policy.default, "licenses.default")


def _category_fits(rule: CompiledRule, leaf: Leaf) -> bool:
    return not rule.categories or category_of(leaf) in rule.categories


def _is_standard(id_: str) -> bool:
    """Tell an id of the SPDX list, or ScanCode's key of a text whose demands are known, from anything else."""
    if id_.startswith(SCANCODE_PREFIX):
        return category_of(Leaf(id_)) is not Category.UNKNOWN
    return is_known(id_)
