from pathlib import Path

import pytest

from attest.errors import InvalidPolicyError
from attest.model.license import Effect
from attest.policy import Lists, load, load_policy
from tests.unit.policy.conftest import Write


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        pytest.param("[licenses", "ATT-POL-001", "not TOML", "", id="not TOML"),
        pytest.param("[licences]", "ATT-POL-001", "licences is not a key", "licenses", id="unknown table"),
        pytest.param('[licenses]\ndefalt = "deny"', "ATT-POL-001", "defalt is not a key", "default", id="unknown key"),
        pytest.param('[licenses]\ndefault = "maybe"', "ATT-POL-001", "maybe", "", id="unknown effect"),
        pytest.param('[licenses]\nor_choice = "mine"', "ATT-POL-001", "or_choice", "best", id="unknown choice"),
        pytest.param('[licenses]\ndeny = ["MTI"]', "ATT-POL-002", "MTI is not an id", "MIT", id="unknown id"),
        pytest.param(
            '[licenses]\ndeny = ["category:x"]', "ATT-POL-002", "x is not a category", "permissive", id="category"
        ),
        pytest.param(
            '[licenses]\ndeny = ["group:x"]', "ATT-POL-002", "no group x", "none is defined", id="unknown group"
        ),
        pytest.param('[licenses]\nexceptions_ok = ["x"]', "ATT-POL-002", "x is not an exception", "", id="exception"),
        pytest.param(
            '[effects]\nlicense-denyed = "warn"', "ATT-POL-002", "no rule", "[licenses]", id="unknown license rule"
        ),
        pytest.param('[effects]\nsbom-mising = "warn"', "ATT-POL-002", "no rule", "sbom-missing", id="unknown rule"),
        pytest.param('[licenses]\ndeny = "MIT"', "ATT-POL-001", "licenses.deny", 'list, such as ["MIT"]', id="no list"),
        pytest.param('schema = "other/1"', "ATT-POL-001", "schema is not", "", id="another schema"),
        pytest.param('extends = ["builtin:none"]', "ATT-POL-001", "no such policy", "base", id="unknown builtin"),
        pytest.param('extends = ["policy.toml"]', "ATT-POL-001", "extend each other", "", id="a circle"),
        pytest.param('extends = ["oci://x/y"]', "ATT-POL-005", "not supported", "", id="a policy from a registry"),
        pytest.param('[provenance]\nbuilders = ["x"]', "ATT-POL-001", "not supported", "", id="not evaluated yet"),
        pytest.param('[base]\nallow = ["x"]', "ATT-POL-001", "not supported", "", id="a table not evaluated yet"),
        pytest.param('[check]\nfail_on = ["allow"]', "ATT-POL-001", "cannot fail", "deny", id="failing on nothing"),
        pytest.param('[[waiver]]\nreason = "x"', "ATT-POL-003", "no owner and no expires", "", id="half a waiver"),
    ],
)
def test_what_cannot_be_meant_is_refused(write: Write, text: str, code: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidPolicyError, match=message) as caught:
        write(text)
    assert caught.value.code == code
    assert hint in (caught.value.hint or "")


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidPolicyError, match="cannot be read"):
        load_policy("no/such/policy.toml")


def test_lists_append_and_other_values_override(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text('[licenses]\ndefault = "deny"\nallow = ["MIT"]\nwarn = ["ISC"]\n')
    (tmp_path / "above.toml").write_text('extends = ["below.toml"]\n[licenses]\ndefault = "warn"\nallow = ["Zlib"]\n')
    policy = load_policy(str(tmp_path / "above.toml"))
    assert policy.default is Effect.WARN
    assert [each.text for each in policy.lists[Effect.ALLOW]] == ["MIT", "Zlib"]
    assert [each.text for each in policy.lists[Effect.WARN]] == ["ISC"]


def test_a_policy_may_switch_off_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('extends = ["builtin:base"]\n[sbom]\nrequire = false\n')
    assert load_policy("builtin:base").require_sbom
    assert not load_policy(str(tmp_path / "policy.toml")).require_sbom


def test_without_policy_and_lists_it_is_the_base_policy() -> None:
    (policy,) = load([])
    assert (policy.stamp.source, policy.stamp.builtin) == ("builtin:base", True)


def test_lists_alone_decide_alone() -> None:
    (policy,) = load([], Lists(deny=("AGPL-3.0-only",)))
    assert policy.default is Effect.ALLOW
    assert policy.stamp.source == "command line"
    assert not policy.stamp.builtin


def test_lists_go_on_top_of_a_policy() -> None:
    (policy,) = load(["builtin:base"], Lists(deny=("MIT",), require=("provenance",)))
    assert "MIT" in [each.text for each in policy.lists[Effect.DENY]]
    assert "category:network-copyleft" in [each.text for each in policy.lists[Effect.DENY]]
    assert policy.require_provenance


def test_nothing_else_can_be_required() -> None:
    with pytest.raises(InvalidPolicyError, match="nothing that can be required"):
        load([], Lists(require=("magic",)))


def test_an_older_policy_with_the_same_text_has_the_same_digest(write: Write) -> None:
    assert write("[licenses]").stamp.digest == write("[licenses]").stamp.digest != write("[sbom]").stamp.digest


def test_what_fails_on_review_fails_on_denial_too(write: Write) -> None:
    assert set(write('[check]\nfail_on = ["review"]').fail_on) == {Effect.DENY, Effect.REVIEW}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("[[licenses.rule]]\nwhen = {}\neffect = 'allow'", "no condition", "default", id="no condition"),
        pytest.param(
            "[[licenses.rule]]\nwhen = { category = 'copyleft' }\neffect = 'deny'", "not a category", "", id="category"
        ),
        pytest.param("[[licenses.rule]]\nwhen = { licence = 'MIT' }", r"rule\[0\].when.licence", "license", id="place"),
        pytest.param("[effects]\nlicense-denied = 'warn'", "no rule", "", id="the effect of a license rule"),
        pytest.param("[effects]\nsbom-missing = 'allow'", "allowed away", "warn", id="a rule switched off"),
        pytest.param("[sbom]\nmin_license_rate = 90.0", "min_license_rate", "", id="percent"),
        pytest.param("[sbom]\nformats = ['spxd']", "not a format", "spdx", id="format"),
        pytest.param("[scope]\nplatforms = ['amd64']", "not a platform", "linux/arm64", id="platform"),
        pytest.param("[check]\nmax_warn = -1", "max_warn", "", id="a negative limit"),
        pytest.param("groups = " + "[" * 5000, "nested too deeply", "", id="deep"),
    ],
)
def test_what_would_be_ignored_is_refused(write: Write, text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidPolicyError, match=message) as caught:
        write(text)
    assert hint in (caught.value.hint or "")


def test_a_policy_does_not_take_the_name_of_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text('name = "below"\n')
    (tmp_path / "above.toml").write_text('extends = ["below.toml"]\n')
    assert load_policy(str(tmp_path / "above.toml")).stamp.name == "above"


def test_other_lists_give_another_digest() -> None:
    first, second = (load([], Lists(deny=(each,)))[0].stamp.digest for each in ("MIT", "ISC"))
    assert first != second
