import pytest

from attest.errors import InvalidPolicyError
from attest.licenses import Leaf, leaves, parse
from attest.policy.license_effect import LeafJudgement, LicenseJudge
from attest.policy.pattern import Pattern
from tests.unit.policy.conftest import Write
from tests.unit.policy.test_license_effect import judged, tree_of


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        pytest.param("GPL-2.0-with-classpath-exception", "GPL-2.0-with-classpath-exception", id="an old pair"),
        pytest.param("eCos-2.0", "eCos-2.0", id="an old id that became a pair"),
        pytest.param("BSD-2-Clause-FreeBSD", "BSD-2-Clause", id="an old id that became another"),
        pytest.param(
            "GPL-2.0-or-later WITH GCC-exception-3.1", "GPL-3.0-only WITH GCC-exception-3.1", id="a range of pairs"
        ),
        pytest.param("Apache-1.0+", "Apache-2.0", id="a range written with a plus"),
        pytest.param("GPL-2.0+", "GPL-3.0-only", id="an old range"),
        pytest.param("GPL*", "GPL", id="a family without a version"),
        pytest.param("LicenseRef-acme", "LicenseRef-acme", id="a license of one's own"),
        pytest.param("CATEGORY:network-copyleft", "AGPL-3.0-only", id="a category in any case"),
    ],
)
def test_a_denied_pattern_denies(write: Write, pattern: str, expression: str) -> None:
    assert judged(write, f'[licenses]\ndefault = "allow"\ndeny = ["{pattern}"]', expression).effect == "deny"


@pytest.mark.parametrize("pattern", ["GLP-*", "GPL-2.0-with-*", "GPL-* WITH Clspath-*", "GPL"])
def test_a_pattern_that_can_match_nothing_is_refused(write: Write, pattern: str) -> None:
    with pytest.raises(InvalidPolicyError) as caught:
        write(f'[licenses]\ndeny = ["{pattern}"]')
    assert caught.value.code == "ATT-POL-002"


def test_a_glob_over_ids_does_not_allow_what_carries_no_license(write: Write) -> None:
    assert judged(write, '[licenses]\nallow = ["*"]\nmissing = "deny"', "NOASSERTION").effect == "deny"


@pytest.mark.parametrize("expression", ["GPL-2.0-only", "GPL-2.0-or-later"])
def test_an_entry_in_allow_is_no_exception_to_a_denied_category(write: Write, expression: str) -> None:
    policy = '[licenses]\nallow = ["GPL-2.0-or-later"]\ndeny = ["category:copyleft-strong"]'
    assert judged(write, policy, expression).effect == "deny"
    rule = '[[licenses.rule]]\nwhen = { license = "GPL-2.0-or-later" }\neffect = "allow"\n'
    assert judged(write, rule + policy, expression).effect == "allow"


def test_every_condition_of_a_rule_for_a_pair_must_hold(write: Write) -> None:
    rule = '[[licenses.rule]]\nwhen = { license = "GPL-* WITH *", category = "permissive" }\neffect = "allow"\n'
    policy = '[licenses]\ndefault = "deny"\n' + rule
    assert judged(write, policy, "GPL-2.0-only WITH Classpath-exception-2.0").effect == "deny"


def test_asked_to_ask_only_what_is_not_allowed_is_a_finding(write: Write) -> None:
    policy = '[licenses]\nor_choice = "ask"\ndefault = "deny"\nallow = ["MIT"]'
    judgement = judged(write, policy, "MIT OR GPL-3.0-only")
    assert [str(each.leaf) for each in judgement.carriers] == ["GPL-3.0-only"]
    assert str(judgement.chosen) == "MIT OR GPL-3.0-only"


def test_the_deepest_expression_there_may_be_is_judged(write: Write) -> None:
    judge = LicenseJudge(write('[licenses]\ndefault = "allow"'))
    assert judge.judge(parse("MIT OR ISC AND (" * 197 + "Zlib" + ")" * 197)).effect == "allow"


class Counting(LicenseJudge):
    """Counts how often a leaf is judged."""

    count = 0

    def leaf(self, leaf: Leaf) -> LeafJudgement:
        """See `LeafJudge.leaf`."""
        self.count += 1
        return super().leaf(leaf)


def test_each_leaf_is_judged_once(write: Write) -> None:
    judge = Counting(write("[licenses]"))
    judge.judge(tree_of(" AND ".join(f"(LicenseRef-a{n} OR LicenseRef-b{n})" for n in range(40))))
    assert judge.count == 80


def test_an_id_does_not_name_the_family_that_is_called_so() -> None:
    (like,) = leaves(parse("LicenseRef-attest-MIT-like"))
    assert not Pattern.parse("MIT", "x").covers(like)
    assert Pattern.parse("MIT*", "x").covers(like)
