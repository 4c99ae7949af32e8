import tomllib
from pathlib import Path
from typing import Any

import pytest

from attest.licenses import Normalizer, Tree, parse
from attest.model.license import Effect
from attest.policy.license_effect import Judgement, LicenseJudge
from tests.unit.policy.conftest import Write

TABLE = tomllib.loads(Path(__file__).with_name("truth_table.toml").read_text(encoding="utf-8"))
CELLS = [(row["expression"], name, row[name]) for row in TABLE["row"] for name in "ADRPC"]


def tree_of(text: str) -> Tree:
    return Normalizer().normalize(text).tree


@pytest.mark.parametrize(("expression", "policy", "effect"), CELLS)
def test_a_policy_says_of_an_expression(write: Write, expression: str, policy: str, effect: str) -> None:
    judge = LicenseJudge(write(TABLE["policies"][policy]))
    assert judge.judge(tree_of(expression)).effect == effect


def judged(write: Write, policy: str, expression: str) -> Judgement:
    return LicenseJudge(write(policy)).judge(tree_of(expression))


@pytest.mark.parametrize(
    ("policy", "expression", "effect"),
    [
        pytest.param('allow = ["MIT"]\ndefault = "deny"', "MIT OR GPL-3.0-only", "allow", id="anchore/grant#500"),
        pytest.param(
            'deny = ["GPL-3.0-only"]\ndefault = "allow"',
            "MIT OR GPL-3.0-only",
            "allow",
            id="actions/dependency-review-action#692",
        ),
        pytest.param(
            'deny = ["GPL-3.0-only"]\ndefault = "allow"',
            "MIT AND GPL-3.0-only",
            "deny",
            id="actions/dependency-review-action#263",
        ),
        pytest.param(
            'deny = ["GPL-3.0-only"]\ndefault = "allow"\nnonstandard = "warn"',
            "GPL-3.0-only AND LicenseRef-x",
            "deny",
            id="an unknown operand hides no denial",
        ),
        pytest.param(
            'allow = ["GPL-2.0-only WITH Classpath-exception-2.0"]\ndefault = "deny"',
            "GPL-2.0-with-classpath-exception",
            "allow",
            id="DependencyTrack/dependency-track#5204",
        ),
        pytest.param(
            'allow = ["GPL-3.0-only"]\ndefault = "deny"', "GPL-2.0-or-later", "allow", id="a later version is a choice"
        ),
        pytest.param('default = "allow"\nnonstandard = "review"', "MIT AND (", "review", id="anchore/syft#1837"),
        pytest.param('default = "allow"\nmissing = "deny"', "", "deny", id="google/osv-scanner#3023"),
        pytest.param('allow = ["BSD-3-Clause"]\ndefault = "deny"', "MIT", "deny", id="never by substring"),
        pytest.param('deny = ["gpl-3.0-ONLY"]\ndefault = "allow"', "GPL-3.0-only", "deny", id="case does not matter"),
        pytest.param('deny = ["GPL-2.0"]\ndefault = "allow"', "GPL-2.0-or-later", "deny", id="an old id covers both"),
    ],
)
def test_what_peers_got_wrong(write: Write, policy: str, expression: str, effect: str) -> None:
    assert judged(write, f"[licenses]\n{policy}", expression).effect == effect


def test_the_choice_that_was_made_is_kept(write: Write) -> None:
    judgement = judged(write, '[licenses]\nallow = ["MIT", "Apache-2.0"]', "(MIT OR GPL-3.0-only) AND Apache-2.0")
    assert str(judgement.chosen) == "MIT AND Apache-2.0"


def test_of_equal_operands_the_one_that_is_known_is_chosen(write: Write) -> None:
    judgement = judged(
        write, '[licenses]\ndefault = "allow"\nnonstandard = "allow"', "LicenseRef-x OR (MIT AND ISC) OR Zlib"
    )
    assert str(judgement.chosen) == "Zlib"


def test_the_leaves_that_carry_the_effect_are_named(write: Write) -> None:
    policy = '[licenses]\ndefault = "allow"\ndeny = ["GPL-3.0-only", "AGPL-*"]'
    judgement = judged(write, policy, "MIT AND GPL-3.0-only AND AGPL-3.0-only")
    assert [str(each.leaf) for each in judgement.carriers] == ["GPL-3.0-only", "AGPL-3.0-only"]


@pytest.mark.parametrize(
    ("choice", "expression", "effect"),
    [
        ("best", "MIT OR GPL-3.0-only", "allow"),
        ("worst", "MIT OR GPL-3.0-only", "deny"),
        ("ask", "MIT OR GPL-3.0-only", "review"),
        ("ask", "MIT OR ISC", "allow"),
        ("ask", "GPL-3.0-only OR AGPL-3.0-only", "deny"),
        ("ask", "MIT OR LGPL-2.1-only", "warn"),
    ],
)
def test_who_chooses(write: Write, choice: str, expression: str, effect: str) -> None:
    policy = (
        f'[licenses]\ndefault = "allow"\nor_choice = "{choice}"\nwarn = ["LGPL-*"]\ndeny = ["GPL-3.0-only", "AGPL-*"]'
    )
    assert judged(write, policy, expression).effect == effect


def test_a_rule_decides_before_the_lists(write: Write) -> None:
    policy = """
[groups]
userland = ["GPL-2.0-*", "GPL-3.0-*"]
[licenses]
deny = ["GPL-*"]
[[licenses.rule]]
id = "mere aggregation"
when = { license = "group:userland" }
effect = "allow"
"""
    assert judged(write, policy, "GPL-2.0-only").effect is Effect.ALLOW
    assert judged(write, policy, "GPL-1.0-only").effect is Effect.DENY


def test_a_wide_and_deep_expression_is_judged_leaf_by_leaf(write: Write) -> None:
    """Peers expand this into 2^40 alternatives."""
    expression = " AND ".join(f"(LicenseRef-a{n} OR LicenseRef-b{n})" for n in range(40))
    judgement = LicenseJudge(write("[licenses]")).judge(parse(expression))
    assert len(judgement.carriers) == 40


def test_the_table_has_every_row(write: Write) -> None:
    rows: list[dict[str, Any]] = TABLE["row"]
    assert len(rows) == 26
    assert write(TABLE["policies"]["C"]).default is Effect.REVIEW
