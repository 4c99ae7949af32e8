import pytest

from attest.predicates.redaction import redact

TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        pytest.param("build-arg:API_TOKEN", "9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d65", id="32 hex"),
        pytest.param("build-arg:GITHUB_TOKEN", "01234567" * 5, "0123456701234567", id="40 hex"),
        pytest.param("build-arg:DB_PASSWORD", "1.2.3-hunter2", "hunter2", id="looks like a version"),
        pytest.param("build-arg:PASSWORD", "abc", "abc", id="three characters"),
        pytest.param("id", TOKEN, TOKEN[8:], id="under id"),
        pytest.param("cmdline", f"--auth {TOKEN} --fast", TOKEN[8:], id="inside a command line"),
        pytest.param("build-arg:URL", "https://h/x?access_token=abcdef123456", "abcdef123456", id="in a query"),
        pytest.param("build-arg:URL", "https://user:hunter2@h/x", "hunter2", id="in userinfo"),
    ],
)
def test_secret_is_not_shown(name: str, value: str, secret: str) -> None:
    assert secret not in redact({name: value})[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("build-arg:KEY_DIGEST", "sha256:" + "0f" * 32, id="digest"),
        pytest.param("build-arg:KEY_FILE", "/run/secrets/key", id="path"),
        pytest.param(
            "label:org.opencontainers.image.revision", "2bcaa7495e1cbd11fbd4f598d857b3a6f18df933", id="commit"
        ),
        pytest.param("build-arg:VERSION", "3.2.0", id="version"),
        pytest.param("id", "registry_token", id="name of a secret"),
    ],
)
def test_what_is_no_secret_stays(name: str, value: str) -> None:
    assert redact({name: value}) == {name: value}
