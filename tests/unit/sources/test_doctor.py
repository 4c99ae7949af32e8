"""The certificate of a registry, as `doctor` sees it."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from attest.errors import UnreachableError
from attest.model.doctor import CheckStatus
from attest.sources import Access
from attest.sources.registry.doctor import Line

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@contextmanager
def tls_server(folder: Path, days: int) -> Iterator[tuple[str, str]]:
    """Answer handshakes with a certificate that ends in `days`; give the origin and the certificate's path."""
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=tests"]
    extension = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*words, *extension, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1)

        thread = Thread(target=answer)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", certificate
        thread.join(timeout=10)


@pytest.mark.parametrize(("days", "status"), [(90, CheckStatus.OK), (3, CheckStatus.WARN)])
def test_a_certificate_that_ends_soon_is_warned_of(tmp_path: Path, days: int, status: CheckStatus) -> None:
    with tls_server(tmp_path, days) as (origin, certificate):
        check = Line(origin, Access(ca_file=certificate)).connection()
    assert check.status is status
    assert "TLSv1.3" in check.message


def test_a_certificate_of_an_unknown_authority_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with tls_server(tmp_path, 90) as (origin, _), pytest.raises(UnreachableError, match="not trusted") as caught:
        Line(origin, Access()).connection()
    assert "--ca-file" in (caught.value.hint or "")


def test_a_certificate_that_is_not_checked_is_warned_of(tmp_path: Path) -> None:
    with tls_server(tmp_path, 90) as (origin, _):
        check = Line(origin, Access(insecure=(origin.removeprefix("https://"),))).connection()
    assert (check.status, "not checked" in check.message) == (CheckStatus.WARN, True)


def test_a_registry_without_tls_is_said_to_be_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = Thread(target=answer)
        thread.start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(UnreachableError, match="no TLS") as caught:
            Line(f"https://{host}", Access()).connection()
        thread.join(timeout=10)
    assert f"--plain-http {host}" in (caught.value.hint or "")
