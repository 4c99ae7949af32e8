import json
import time
from typing import Any

import msgspec
import pytest

from attest.model.statement import Statement
from attest.predicates import normalize
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
        pytest.param("build-arg:LOGIN", "jane:hunter2", "hunter2", id="a user and a password"),
        pytest.param("build-arg:npmtoken", "hunter2-abc", "hunter2", id="a word without a joint"),
        pytest.param("cmdline", "--build-arg npmtoken=hunter2 --fast", "hunter2", id="an assignment"),
        pytest.param("cmdline", "//npm.example.com/:_authToken=hunter2", "hunter2", id="an npm setting"),
        pytest.param("header", "Authorization: Basic amFuZTpodW50ZXIy", "amFuZTpo", id="Basic"),
        pytest.param("header", "authorization: bearer abc.def-ghi~jk", "abc.def", id="Bearer"),
        pytest.param("url", "https://h/x?X-Amz-Signature=0123abcd", "0123abcd", id="a signed address"),
        pytest.param("url", "https://h/x?auth=hunter2", "hunter2", id="auth in a query"),
        pytest.param("url", "https://h/x?a=1&pwd=hunter2", "hunter2", id="pwd in a query"),
        pytest.param("url", "https://jane:hun@ter2@h/x", "ter2", id="a password with @"),
        pytest.param("url", "https://jane:hun/ter2@h/x", "ter2", id="a password with a slash"),
        pytest.param("header", "Authorization: Basic 'YWJjOmRlZg=='", "YWJj", id="Basic in quotes"),
        pytest.param("header", "use Basic YTpi", "YTpi", id="a short Basic"),
        pytest.param("cmdline", "AUTH=jane:hunter2 make", "hunter2", id="an assigned pair"),
        pytest.param("cmdline", "curl USERPWD=jane:hunter2", "hunter2", id="curl's pair"),
        pytest.param("cmdline", "AWS_SECRET_ACCESS_KEY=hunter2 make", "hunter2", id="an assigned key"),
        pytest.param("config", '{"token":"hunter2"}', "hunter2", id="JSON in a text"),
        pytest.param("config", "npmtoken: hunter2", "hunter2", id="YAML in a text"),
        pytest.param("build-arg:npmtoken2", "hunter2", "hunter2", id="a numbered name"),
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
        pytest.param("url", "https://github.com/pypi/pypi-attestations", id="a project named like a token"),
        pytest.param("npm_config_registry", "https://npm.example.com", id="a setting named like a token"),
        pytest.param("context:base", f"docker-image://alpine:3.22@sha256:{'0f' * 32}", id="an image by digest"),
        pytest.param("url", "https://h/x?tag=1&author=jane", id="an ordinary query"),
        pytest.param("image", "localhost:5000/acme/secret:1.0", id="an image named like a secret"),
    ],
)
def test_what_is_no_secret_stays(name: str, value: str) -> None:
    assert redact({name: value}) == {name: value}


def test_a_secret_that_is_a_name_is_not_shown_and_no_entry_is_lost() -> None:
    parameters = {TOKEN: 1, TOKEN.replace("a1", "z9"): 2, "https://user:hunter2@h/x": 3}
    shown = redact(parameters)
    assert list(shown.values()) == [1, 2, 3]
    assert not any(secret in name for name in shown for secret in (TOKEN[8:], "hunter2"))


SECRETS = ("hunter2", TOKEN[8:])
URL = f"https://jane:hunter2@h/x?token={TOKEN}"
V0_2 = {
    "builder": {"id": URL},
    "buildType": URL,
    "invocation": {"configSource": {"uri": f"git+{URL}@refs/heads/{TOKEN}", "entryPoint": URL}},
    "metadata": {"buildInvocationId": URL},
    "materials": [{"uri": URL}],
}
V1 = {
    "buildDefinition": {
        "buildType": URL,
        "externalParameters": {"workflow": {"repository": URL, "ref": TOKEN, "path": URL}},
        "resolvedDependencies": [{"uri": URL}],
    },
    "runDetails": {"builder": {"id": URL}, "metadata": {"invocationId": URL}},
}


@pytest.mark.parametrize("build_type", ["https://mobyproject.org/buildkit@v1", URL])
@pytest.mark.parametrize(
    ("version", "predicate"), [pytest.param("v0.2", V0_2, id="v0.2"), pytest.param("v1", V1, id="v1")]
)
def test_no_field_of_provenance_shows_a_secret(version: str, predicate: dict[str, Any], build_type: str) -> None:
    text = json.dumps(predicate).replace(
        json.dumps({"buildType": URL})[1:-1], json.dumps({"buildType": build_type})[1:-1]
    )
    statement = Statement(
        type="", predicate_type=f"https://slsa.dev/provenance/{version}", subject=(), predicate=text.encode()
    )
    shown = msgspec.json.encode(normalize(statement).content).decode()
    assert "https://…@h/x" in shown
    assert not any(secret in shown for secret in SECRETS)


def test_a_number_that_is_named_like_a_secret_is_not_shown() -> None:
    assert "12345678" not in str(redact({"PASSWORD": 12345678}))
    assert redact({"PASSWORD": True, "level": 3}) == {"PASSWORD": True, "level": 3}


def test_a_random_name_is_not_shown() -> None:
    (name,) = redact({"wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLE1": 1})
    assert name == "wJal… (37 characters redacted)"


@pytest.mark.parametrize(
    "piece",
    [
        ".",
        "a",
        "?",
        "-",
        "@",
        " ",
        "?token",
        "&key=",
        "a://",
        "a://b:c",
        "a://b@",
        "token",
        "token= ",
        "basic ",
        '"auth"',
    ],
)
def test_redacting_a_hostile_text_takes_no_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    assert redact({"a": text})
    assert time.process_time() - start < 1
