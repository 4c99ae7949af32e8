import json
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
