"""Debian's docker-registry, run on a free port of loopback over a storage folder made from a layout.

A registry refuses a push whose layers are missing, and the layouts here have
none: so the storage is written as the registry itself would have.
"""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD = "jane", "correct horse"
# bcrypt of the password above
HTPASSWD = f"{USER}:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n"
SERVICE, ISSUER = "docker-registry", "attest-tests"
REPOSITORY = "app"
PROGRAM = shutil.which("docker-registry")


@contextmanager
def docker_registry(folder: Path, layout: Path | None, auth: str = "none", port: int | None = None) -> Iterator[str]:
    """Serve the first image of `layout` while the block runs; give its reference. `auth` is none, basic or bearer.

    Without a layout the registry is empty, and the reference names what may be pushed.
    """
    port = port or free_port()
    tag = _store(folder / "storage", layout) if layout else "latest"
    config: dict[str, Any] = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}, "delete": {"enabled": False}},
        "http": {"addr": f"127.0.0.1:{port}", "secret": "not a secret"},
    }
    tokens: TokenServer | None = None
    if auth == "basic":
        (folder / "htpasswd").write_text(HTPASSWD)
        config["auth"] = {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}
    if auth == "bearer":
        tokens = TokenServer(folder)
        certificate = str(tokens.certificate)
        config["auth"] = {
            "token": {"realm": tokens.url, "service": SERVICE, "issuer": ISSUER, "rootcertbundle": certificate}
        }
    # YAML is a superset of JSON
    (folder / "config.yml").write_text(json.dumps(config))
    process = subprocess.Popen(
        [PROGRAM or "docker-registry", "serve", str(folder / "config.yml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, "/", process)
        yield f"127.0.0.1:{port}/{REPOSITORY}:{tag}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        if tokens is not None:
            tokens.stop()


class TokenServer:
    """Gives out signed tokens to those who know the password, and for nothing to nobody."""

    def __init__(self, folder: Path) -> None:
        self.key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests"]
        subprocess.run(
            [*openssl, "-keyout", str(self.key), "-out", str(self.certificate)], check=True, capture_output=True
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_TokenHandler,), {"tokens": self}))
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the realm."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/token"

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def token(self, scope: str) -> str:
        """Return a token for a scope, as https://distribution.github.io/distribution/spec/auth/jwt/ describes it."""
        kind, name, actions = scope.split(":")
        pem = self.certificate.read_text().split("-----")[2]
        header = {"typ": "JWT", "alg": "RS256", "x5c": ["".join(pem.split())]}
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": USER,
            "aud": SERVICE,
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": "1",
            "access": [{"type": kind, "name": name, "actions": actions.split(",")}],
        }
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(self.key)],
            input=signed.encode(),
            check=True,
            capture_output=True,
        ).stdout
        return f"{signed}.{_encoded(signature)}"


class _TokenHandler(BaseHTTPRequestHandler):
    tokens: TokenServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a request for a token."""
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        query = parse_qs(urlsplit(self.path).query)
        if self.headers.get("Authorization") != wanted or query.get("service") != [SERVICE]:
            self.send_error(401)
            return
        body = json.dumps({"token": self.tokens.token(query["scope"][0]), "expires_in": 300}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _store(storage: Path, layout: Path) -> str:
    """Write a layout as the registry keeps it; return the tag of its first image."""
    root = storage / "docker" / "registry" / "v2"
    repository = root / "repositories" / REPOSITORY
    for path in (layout / "blobs" / "sha256").iterdir():
        data = root / "blobs" / "sha256" / path.name[:2] / path.name / "data"
        data.parent.mkdir(parents=True)
        shutil.copyfile(path, data)
        for place in ("_layers", "_manifests/revisions"):
            _link(repository / place / "sha256" / path.name / "link", path.name)
    entries = json.loads((layout / "index.json").read_text())["manifests"]
    tags = []
    for entry in entries:
        tag = (entry.get("annotations") or {}).get("org.opencontainers.image.ref.name") or "latest"
        encoded = entry["digest"].partition(":")[2]
        if tag not in tags:
            tags.append(tag)
            _link(repository / "_manifests" / "tags" / tag / "current" / "link", encoded)
            _link(repository / "_manifests" / "tags" / tag / "index" / "sha256" / encoded / "link", encoded)
    return str(tags[0])


def _link(path: Path, encoded: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"sha256:{encoded}")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(port: int, path: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a registry that was just started answers."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the registry ended at once") from None
            time.sleep(0.05)
    raise RuntimeError("the registry does not answer")
