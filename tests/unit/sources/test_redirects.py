"""Where a redirect may lead, and what is shown of where it led."""

import pytest

from attest.errors import UnreachableError
from attest.sources.registry.redirects import Routes, origin_of, shown

BLOB = "https://registry.example/v2/app/blobs/sha256:0"


def routes(origin: str = "https://registry.example") -> Routes:
    return Routes(origin, allow_private=False)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/storage/x", "https://registry.example/storage/x"),
        ("x?y=1", "https://registry.example/v2/app/blobs/x?y=1"),
        ("https://storage.example/x", "https://storage.example/x"),
        ("//storage.example/x", "https://storage.example/x"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
    ],
)
def test_a_blob_may_move(location: str, target: str) -> None:
    assert routes().following(BLOB, location, may_move=True) == target


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://registry.example/x", id="to http"),
        pytest.param("http://storage.example/x", id="to http elsewhere"),
        pytest.param("https://user@storage.example/x", id="with a user"),
        pytest.param("https://registry.example@evil.example/x", id="with a host for a user"),
        pytest.param("file:///etc/passwd", id="to a file"),
        pytest.param("https://127.0.0.1/x", id="to this machine"),
        pytest.param("https://[::1]/x", id="to this machine by IPv6"),
        pytest.param("https://192.168.0.1/x", id="to a private network"),
    ],
)
def test_a_blob_may_not_move_anywhere(location: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        routes().following(BLOB, location, may_move=True)
    assert caught.value.code == "ATT-NET-006"


@pytest.mark.parametrize(
    "location", ["https://storage.example/x", "https://registry.example:8443/x", "https://sub.registry.example/x"]
)
def test_nothing_else_may_leave_its_origin(location: str) -> None:
    with pytest.raises(UnreachableError, match="to another origin"):
        routes().following(BLOB, location, may_move=False)


@pytest.mark.parametrize("location", ["https://registry.example:443/x", "https://REGISTRY.example/x", "/x"])
def test_the_same_origin_in_other_words_is_the_same(location: str) -> None:
    assert routes().following(BLOB, location, may_move=False)


def test_manifests_move_where_a_registry_is_known_for_it() -> None:
    url = "https://registry.k8s.io/v2/pause/manifests/3.9"
    target = "https://europe.pkg.example/v2/pause/manifests/3.9"
    assert routes("https://registry.k8s.io").following(url, target, may_move=False) == target


def test_a_port_belongs_to_the_origin() -> None:
    assert origin_of("https://h:8443/x") != origin_of("https://h/x")
    assert origin_of("https://h:443/x") == origin_of("https://H/y")


def test_a_signature_and_a_password_are_never_shown() -> None:
    assert shown("https://user:secret@storage.example/x?signature=secret#secret") == "https://storage.example/x"
