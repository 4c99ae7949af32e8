"""Each rule by which a value is taken for a secret, or is not."""

from typing import Any

import pytest

from attest.predicates.redaction import is_secret, redact, redact_text

LONG = "a1B2" * 9


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN",
        "build-arg:NPM_TOKEN",
        "clientSecret",
        "db.password",
        "label:org.x.passwd",
        "API-KEY",
        "apiKey",
        "TOKENS",
        "DBPASSWORD",
        "APIKEY",
    ],
)
def test_a_value_is_a_secret_by_its_name(name: str) -> None:
    assert is_secret("hunter2", name)


@pytest.mark.parametrize("name", ["MONKEY", "TOKENIZER", "SECRETARY", "KEYBOARD", "VERSION", ""])
def test_a_word_inside_another_names_no_secret(name: str) -> None:
    assert not is_secret("hunter2", name)


@pytest.mark.parametrize(
    "value", ["", "/run/secrets/key", "./key.pem", "https://example.org/key", "sha256:" + "0f" * 32]
)
def test_what_is_empty_a_path_an_address_or_a_digest_is_no_secret_in_spite_of_its_name(value: str) -> None:
    assert not is_secret(value, "KEY")


@pytest.mark.parametrize(
    "prefix",
    [
        "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "AKIA", "ASIA", "xoxb-", "xoxp-", "sk_live_", "npm_",
        "pypi-", "dckr_pat_", "-----BEGIN", "eyJhbGciOi",
    ],
)  # fmt: skip
def test_a_value_is_a_secret_by_its_prefix(prefix: str) -> None:
    assert is_secret(f"{prefix}{LONG}", "anything")
    if not prefix.startswith("-"):
        assert LONG not in redact_text(f"run --with {prefix}{LONG} now")


def test_a_long_random_value_is_a_secret() -> None:
    assert is_secret("q7Xv2LmZ9kPd4TsW8yRb")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("q7Xv2LmZ9kPd4TsW8yR", id="19 characters"),
        pytest.param("aA1" * 10, id="little entropy"),
        pytest.param("0f" * 20, id="a commit"),
        pytest.param("sha256:" + "0f" * 32, id="a digest"),
        pytest.param("123e4567-e89b-12d3-a456-426614174000", id="a UUID"),
        pytest.param("v1.2.3-20260102030405AbCdEf", id="a version"),
        pytest.param("some-long-name-of-a-thing", id="words"),
        pytest.param("https://example.org/Path/With/Numbers/123", id="an address"),
    ],
)
def test_what_is_short_regular_or_known_is_no_secret(value: str) -> None:
    assert not is_secret(value)


def test_of_a_long_secret_four_characters_and_the_length_are_shown() -> None:
    assert redact_text("ghp_" + LONG) == "ghp_… (40 characters redacted)"


def test_of_a_short_secret_nothing_is_shown() -> None:
    assert redact_text("hunter2", "PASSWORD") == "… (7 characters redacted)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://user:pass@example.org/x", "https://…@example.org/x"),
        ("https://example.org/x?access_token=abc&a=1", "https://example.org/x?access_token=…&a=1"),
        ("https://example.org/x?a=1", "https://example.org/x?a=1"),
    ],
)
def test_an_address_keeps_all_but_its_credentials(value: str, shown: str) -> None:
    assert redact_text(value) == shown


def test_secrets_are_found_at_every_depth_and_the_rest_stays() -> None:
    value = {"args": {"build-arg:TOKEN": "hunter2", "build-arg:N": "1"}, "list": [{"KEY": "hunter2"}, 7, None, True]}
    assert redact(value) == {
        "args": {"build-arg:TOKEN": "… (7 characters redacted)", "build-arg:N": "1"},
        "list": [{"KEY": "… (7 characters redacted)"}, 7, None, True],
    }


def test_the_values_of_a_list_have_the_name_of_the_list() -> None:
    assert redact({"names": ["a"], "passwords": ["a"]}) == {
        "names": ["a"],
        "passwords": ["… (1 characters redacted)"],
    }


def test_what_lies_deeper_than_16_levels_is_cut() -> None:
    value: Any = "TOKEN=x"
    for _ in range(100):
        value = {"a": value}
    assert str(redact(value)).count("{") == 17
