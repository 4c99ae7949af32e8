"""Challenges, and the flow by which a token is had."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from attest.errors import AccessDeniedError
from attest.sources import Access
from attest.sources.registry.auth import Ask, Authorizer, Challenge, challenge_of
from attest.sources.registry.credentials import Keyring

REALM = "https://auth.registry.example/token"
BEARER = Challenge("bearer", REALM, "registry.example")
GIVEN = (200, b'{"token": "t1", "expires_in": 300}')


@pytest.mark.parametrize(
    ("headers", "challenge"),
    [
        (['Bearer realm="https://a/t",service="s"'], Challenge("bearer", "https://a/t", "s")),
        (['bearer realm = "https://a/t" , service = s'], Challenge("bearer", "https://a/t", "s")),
        (['Basic realm="x"'], Challenge("basic", "x")),
        (["Basic"], Challenge("basic")),
        (['Basic realm="x", Bearer realm="https://a/t"'], Challenge("bearer", "https://a/t")),
        (['Basic realm="x"', 'Bearer realm="https://a/t"'], Challenge("bearer", "https://a/t")),
        (['Bearer realm="https://a/t", Digest realm="other"'], Challenge("bearer", "https://a/t")),
        (['Bearer realm="https://a/t?x=1,2"'], Challenge("bearer", "https://a/t?x=1,2")),
        (['Negotiate, Digest realm="x"'], None),
        (["Basically no"], None),
        ([""], None),
        ([], None),
        (["Bearer " + "a" * 100_000], None),
    ],
)
def test_a_challenge_is_read(headers: list[str], challenge: Challenge | None) -> None:
    assert challenge_of(headers) == challenge


class TokenServer:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[Ask] = []

    def __call__(self, ask: Ask) -> tuple[int, bytes]:
        """Answer."""
        self.asked.append(ask)
        return self.answers.pop(0)


def authorizer(config: str = "{}", *, trusted: tuple[str, ...] = (), host: str = "registry.example") -> Authorizer:
    environment = {"HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent", "DOCKER_AUTH_CONFIG": config}
    return Authorizer(host, "team/app", Keyring(Access(), environment), trusted)


LOGGED_IN = '{"auths": {"registry.example": {"username": "jane", "password": "secret"}}}'
IDENTITY = '{"auths": {"registry.example": {"identitytoken": "refresh"}}}'


def test_nothing_is_shown_before_it_is_asked_for() -> None:
    assert authorizer(LOGGED_IN).header(TokenServer()) is None


def test_docker_hub_is_known_to_ask() -> None:
    server = TokenServer(GIVEN)
    assert authorizer(host="docker.io").header(server) == "Bearer t1"
    assert server.asked[0].url.startswith("https://auth.docker.io/token?service=registry.docker.io&scope=")


def test_the_scope_is_our_own() -> None:
    server = TokenServer(GIVEN)
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    assert anonymous.header(server) == "Bearer t1"
    (ask,) = server.asked
    assert parse_qs(urlsplit(ask.url).query) == {"service": ["registry.example"], "scope": ["repository:team/app:pull"]}
    assert (ask.method, ask.headers) == ("GET", {})


def test_a_token_is_kept_until_it_is_refused() -> None:
    server = TokenServer(GIVEN, (200, b'{"access_token": "t2"}'))
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    assert [anonymous.header(server), anonymous.header(server)] == ["Bearer t1", "Bearer t1"]
    anonymous.challenged(BEARER, "Bearer an older one")
    assert anonymous.header(server) == "Bearer t1"
    anonymous.challenged(BEARER, "Bearer t1")
    assert anonymous.header(server) == "Bearer t2"


METADATA = "repository:team/app:metadata_read"
INSUFFICIENT = challenge_of(
    [f'Bearer realm="{REALM}",service="registry.example",scope="{METADATA}",error="insufficient_scope"']
)


def scopes_of(ask: Ask) -> list[str]:
    return parse_qs(urlsplit(ask.url).query)["scope"]


def test_a_scope_that_was_insufficient_is_merged_the_new_one_first() -> None:
    server = TokenServer(GIVEN, (200, b'{"token": "t2"}'), (200, b'{"token": "t3"}'))
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    anonymous.header(server)
    assert INSUFFICIENT is not None
    anonymous.challenged(INSUFFICIENT, "Bearer t1")
    assert anonymous.header(server) == "Bearer t2"
    assert scopes_of(server.asked[1]) == [METADATA, "repository:team/app:pull"]
    anonymous.challenged(BEARER, "Bearer t2")
    anonymous.header(server)
    assert scopes_of(server.asked[2]) == scopes_of(server.asked[1])


def test_a_scope_that_somebody_else_needed_meanwhile_is_merged_too() -> None:
    server = TokenServer(GIVEN, (200, b'{"token": "t2"}'))
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    anonymous.header(server)
    assert INSUFFICIENT is not None
    anonymous.challenged(INSUFFICIENT, "Bearer an older one")
    assert anonymous.header(server) == "Bearer t2"


@pytest.mark.parametrize(
    "scope",
    [
        "repository:team/app:pull,push",
        "repository:team/app:delete",
        "repository:team/app:*",
        "registry:catalog:*",
        "nonsense",
        "",
    ],
)
def test_no_more_than_to_read_is_ever_asked_for(scope: str) -> None:
    server = TokenServer(GIVEN)
    challenge = challenge_of([f'Bearer realm="{REALM}",error="insufficient_scope",scope="{scope}"'])
    assert challenge is not None
    anonymous = authorizer()
    anonymous.challenged(challenge, None)
    anonymous.header(server)
    assert scopes_of(server.asked[0]) == ["repository:team/app:pull"]


def test_a_challenge_without_an_error_does_not_choose_the_scope() -> None:
    assert challenge_of([f'Bearer realm="{REALM}",scope="repository:user/image:pull"']) == Challenge("bearer", REALM)


def test_an_identity_token_is_posted_with_every_scope() -> None:
    server = TokenServer(GIVEN)
    known = authorizer(IDENTITY)
    assert INSUFFICIENT is not None
    known.challenged(INSUFFICIENT, None)
    known.header(server)
    assert server.asked[0].form["scope"] == f"{METADATA} repository:team/app:pull"


def test_what_was_asked_for_last_time_is_only_a_guess() -> None:
    environment = {"HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent", "DOCKER_AUTH_CONFIG": "{}"}
    keyring = Keyring(Access(), environment)
    guessing = Authorizer("registry.example", "team/app", keyring, (), BEARER)
    server = TokenServer((500, b""), GIVEN)
    assert guessing.header(server) is None
    guessing.challenged(BEARER, None)
    assert guessing.header(server) == "Bearer t1"


def test_a_token_is_renewed_before_it_is_too_old() -> None:
    server = TokenServer((200, b'{"token": "t1", "expires_in": 11}'), GIVEN)
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    anonymous.header(server)
    time.sleep(1.1)
    anonymous.header(server)
    assert len(server.asked) == 2


def test_an_identity_token_is_posted() -> None:
    server = TokenServer(GIVEN)
    known = authorizer(IDENTITY)
    known.challenged(BEARER, None)
    known.header(server)
    (ask,) = server.asked
    assert (ask.method, ask.url) == ("POST", REALM)
    assert (ask.form["grant_type"], ask.form["refresh_token"]) == ("refresh_token", "refresh")


def test_a_token_server_that_takes_no_post_is_asked_by_get() -> None:
    server = TokenServer((404, b""), GIVEN)
    known = authorizer(IDENTITY)
    known.challenged(BEARER, None)
    assert known.header(server) == "Bearer t1"
    assert [ask.method for ask in server.asked] == ["POST", "GET"]


@pytest.mark.parametrize(
    "realm",
    [
        "https://auth.evil.example/token",
        "https://registry.acme.com.evil.com/token",
        "https://registry.acme.com@evil.com/token",
        "https://203.0.113.9/token",
        "https://example/token",
        "https://[::1/token",
    ],
)
def test_credentials_go_to_no_other_domain(realm: str) -> None:
    server = TokenServer(GIVEN)
    known = authorizer(
        '{"auths": {"registry.acme.com": {"username": "jane", "password": "secret"}}}', host="registry.acme.com"
    )
    known.challenged(Challenge("bearer", realm), None)
    with pytest.raises(AccessDeniedError) as caught:
        known.header(server)
    assert caught.value.code == "ATT-AUTH-003"
    assert server.asked == []


@pytest.mark.parametrize(
    ("host", "realm", "trusted"),
    [
        ("registry.example", "https://registry.example/token", ()),
        ("registry.example:5000", "https://registry.example:5001/token", ()),
        ("registry.acme.com", "https://auth.acme.com/token", ()),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth", ()),
        ("registry.acme.com", "https://login.other.com/token", ("login.other.com",)),
    ],
)
def test_credentials_go_to_the_registrys_own_domain(host: str, realm: str, trusted: tuple[str, ...]) -> None:
    server = TokenServer(GIVEN)
    known = authorizer(f'{{"auths": {{"{host}": {{"username": "j", "password": "s"}}}}}}', host=host, trusted=trusted)
    known.challenged(Challenge("bearer", realm), None)
    assert known.header(server) == "Bearer t1"
    assert server.asked[0].headers["Authorization"].startswith("Basic ")


def test_two_tenants_of_a_country_domain_are_strangers() -> None:
    known = authorizer(LOGGED_IN.replace("registry.example", "r.acme.co.uk"), host="r.acme.co.uk")
    known.challenged(Challenge("bearer", "https://auth.evil.co.uk/token"), None)
    with pytest.raises(AccessDeniedError):
        known.header(TokenServer())


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((401, b""), id="refused"),
        pytest.param((200, b"<html>"), id="a web page"),
        pytest.param((200, b"{}"), id="no token"),
        pytest.param((200, b'{"token": 1}'), id="a number"),
        pytest.param((200, b'{"token": "a\\r\\nX-Evil: 1"}'), id="a header in it"),
        pytest.param((200, b"[" * 100_000), id="nested"),
        pytest.param((500, b"{}"), id="a server error"),
    ],
)
def test_an_answer_without_a_token_is_one_line(answer: tuple[int, bytes]) -> None:
    anonymous = authorizer()
    anonymous.challenged(BEARER, None)
    with pytest.raises(AccessDeniedError) as caught:
        anonymous.header(TokenServer(answer))
    assert str(caught.value).isprintable()
