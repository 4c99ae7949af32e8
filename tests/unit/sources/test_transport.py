"""Connections: which address, which certificate, how long, and through which proxy."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from attest.errors import InvalidConfigError, UnreachableError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.sources import Access, open_source
from attest.sources.registry.addresses import Address, addresses_of
from attest.sources.registry.redirects import Routes
from attest.sources.registry.retry import Deadline
from attest.sources.registry.tls import Tls
from attest.sources.registry.transport import Backend, proxy_of
from tests.command import LAYOUTS
from tests.registry_simulator import RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"
CONTENT = b"0123456789"
BLOB = Descriptor(media_type="x", digest=Digest.of(CONTENT), size=len(CONTENT))
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


class _Storage(BaseHTTPRequestHandler):
    asked: list[str]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the content, whatever is asked for."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that does not like the certificate."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*words, *names, "-keyout", str(path), "-out", str(path) + ".crt"], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@contextmanager
def tls_server(certificate: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve over TLS as `localhost`; give the origin and the list of what was asked for."""
    asked: list[str] = []
    server = _Server(("127.0.0.1", 0), type("Bound", (_Storage,), {"asked": asked}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"https://localhost:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_a_registry_without_tls_does_not_excuse_others_from_it(registry: RegistrySimulator, certificate: Path) -> None:
    reference = registry.load(EDGE)
    with tls_server(certificate) as (origin, asked):
        registry.knobs.redirect_blobs = f"{origin}/blob"
        access = Access(retries=0, insecure=(registry.host, "127.0.0.1"))
        with open_source(reference, access) as source, pytest.raises(UnreachableError, match="is not trusted"):
            source.blob(BLOB)
    assert asked == []


def test_an_authority_that_the_user_names_is_trusted(registry: RegistrySimulator, certificate: Path) -> None:
    reference = registry.load(EDGE)
    with tls_server(certificate) as (origin, asked):
        registry.knobs.redirect_blobs = f"{origin}/blob"
        with open_source(reference, Access(retries=0, ca_file=f"{certificate}.crt")) as source:
            assert source.blob(BLOB) == CONTENT
    assert asked == ["/blob"]


def test_a_server_without_tls_is_told_so(registry: RegistrySimulator) -> None:
    reference = registry.load(EDGE)
    registry.knobs.redirect_blobs = f"https://localhost:{registry.storage.rpartition(':')[2]}/blob"
    with open_source(reference, Access(retries=0)) as source, pytest.raises(UnreachableError) as caught:
        source.blob(BLOB)
    assert "does not speak TLS" in str(caught.value)
    assert "--plain-http" in (caught.value.hint or "")


def test_only_the_registry_itself_may_be_exempt_from_checks() -> None:
    tls = Tls("registry.example:5000", "registry.example", Access(insecure=("registry.example:5000",)))
    assert tls.context("registry.example").verify_mode is ssl.CERT_NONE
    assert tls.context("storage.example").verify_mode is ssl.CERT_REQUIRED
    assert tls.context("storage.example").check_hostname


def test_a_ca_file_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("not a certificate")
    tls = Tls("registry.example", "registry.example", Access(ca_file=str(path)))
    with pytest.raises(InvalidConfigError, match=r"ca\.pem: cannot be read"):
        tls.context("registry.example")


def test_a_name_is_connected_to_where_it_was_checked() -> None:
    routes = Routes("https://registry.example", allow_private=False)
    routes.reached("203.0.113.7")
    backend = Backend(routes, Deadline("registry.example", 5), Tls("r", "r", Access()))
    with pytest.raises(UnreachableError, match="redirect refused") as caught:
        backend.connect_tcp("localhost", 80)
    assert caught.value.code == "ATT-NET-006"


class _TwoAddresses(Routes):
    """Knows a host that has an address at which nobody listens, and one at which somebody does."""

    def addresses(self, host: str, port: int) -> tuple[Address, ...]:
        return (*addresses_of("127.0.0.9", port), *addresses_of(host, port))


def test_the_next_address_is_tried_where_the_first_does_not_answer(registry: RegistrySimulator) -> None:
    backend = Backend(
        _TwoAddresses("https://registry.example", allow_private=False),
        Deadline("registry.example", 5),
        Tls("r", "r", Access()),
    )
    host, _, port = registry.host.partition(":")
    stream = backend.connect_tcp(host, int(port))
    assert stream.get_extra_info("server_addr") == (host, int(port))
    stream.close()


def test_headers_without_end_are_left_at_the_deadline() -> None:
    """Every byte is in time, and the answer never is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for number in range(200):
                    try:
                        connection.sendall(f"X-{number}: 1\r\n".encode())
                    except OSError:
                        return
                    if connection.fileno() < 0 or _closed(connection):
                        return

        thread = Thread(target=serve, daemon=True)
        thread.start()
        access = Access(retries=0, timeout_seconds=5, deadline_seconds=0.5)
        reference = f"127.0.0.1:{listening.getsockname()[1]}/app"
        with open_source(reference, access) as source, pytest.raises(UnreachableError) as caught:
            source.resolve()
        thread.join(timeout=10)
    assert caught.value.code == "ATT-NET-002"


def _closed(connection: socket.socket) -> bool:
    """Wait a little; tell whether the other side has gone."""
    connection.settimeout(0.05)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_the_environment_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert proxy_of("https", "registry.example", 443) == "http://proxy.example:3128"
    assert proxy_of("http", "registry.example", 80) is None
    assert proxy_of("https", "registry.inside.example", 443) is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "registry.localhost"])
def test_this_machine_is_never_behind_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    assert proxy_of("http", host, 5000) is None


def test_a_proxy_is_asked_for_what_is_elsewhere(registry: RegistrySimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.load(EDGE)
    monkeypatch.setenv("HTTP_PROXY", f"http://user:pass%20word@{registry.host}")
    access = Access(retries=0, plain_http=("registry.example",))
    with open_source("registry.example/app:1.0", access) as source:
        assert source.resolve().content
    assert [entry.path for entry in registry.log] == ["/v2/app/manifests/1.0"]


def test_an_address_is_checked_even_through_a_proxy(
    registry: RegistrySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.load(EDGE)
    registry.knobs.redirect_blobs = "http://192.168.1.1/blob"
    monkeypatch.setenv("HTTP_PROXY", f"http://{registry.host}")
    access = Access(retries=0, plain_http=("registry.example",))
    with open_source("registry.example/app:1.0", access) as source, pytest.raises(UnreachableError) as caught:
        source.blob(BLOB)
    assert caught.value.code == "ATT-NET-006"
    assert len(registry.log) == 1


def test_a_proxy_of_a_kind_that_is_not_spoken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://user:s3cr3t@proxy.example:1080")
    with (
        open_source("registry.example/app", Access(retries=0)) as source,
        pytest.raises(InvalidConfigError, match=r"socks5://proxy\.example:1080") as caught,
    ):
        source.resolve()
    assert "s3cr3t" not in str(caught.value)
