"""A registry on loopback with knobs for the sins of real ones, and a log of every request.

It is a real HTTP server, so that what is asserted from its log - how many
requests, how many of them one after the other, with which credentials - is what
a registry would have seen.
"""

import base64
import gzip
import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, urlsplit

from tests.quiet_server import QuietServer
from tests.registry_content import OCI_INDEX, described, media_type_of

USER, PASSWORD, TOKEN = "jane", "correct horse", "token-of-the-simulator"


@dataclass(frozen=True)
class Entry:
    """One request as the server saw it."""

    method: str
    path: str
    query: str
    authorization: str | None
    asked_range: str | None
    status: int
    began: float
    ended: float


@dataclass
class Knobs:
    """What is wrong with the registry."""

    auth: str = "none"  # none, basic, bearer
    head: str = "on"  # on, refused, bare (says neither digest nor type)
    anonymous_tokens: bool = True
    latency_seconds: float = 0.0
    jitter_seconds: float = 0.0  # at most so much more for each answer, by chance
    redirect_blobs: str = ""  # "", "same", "other" (a second server), or a URL to redirect to
    referrers: str = "on"  # on, off, html, denied, throttled, foreign-link, broken-link, endless
    page_size: int = 0
    tags: str = "sorted"  # sorted, all, unsorted, refused
    throttle_times: int = 0
    retry_after: str | None = None
    fail_times: int = 0
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)  # path suffix -> status, type, body
    cut_blobs: bool = False
    cut_times: int = 0
    ranges: str = "on"  # on, off, wrong
    trickle_seconds: float = 0.0  # between two bytes of a blob
    locations: dict[str, str] = field(default_factory=dict)  # path suffix -> where it has moved to
    challenge: str | None = None
    storage_challenge: str | None = None
    endless_blobs: bool = False
    realm: str | None = None
    tags_scope: str = ""  # what a token must allow for the list of tags, beside pull
    strict_accept: bool = False
    coding: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class RegistrySimulator:
    """A registry that serves what was loaded into it."""

    def __init__(self) -> None:
        self.knobs = Knobs()
        self.log: list[Entry] = []
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.tags: dict[str, str] = {}
        self.repository = "app"
        self.stopped = Event()
        self._lock = Lock()
        self._servers: list[QuietServer] = []

    def start(self) -> None:
        """Listen on two ports of loopback: the registry, and the storage it may redirect to."""
        for _ in range(2):
            server = QuietServer(("127.0.0.1", 0), type("Bound", (Handler,), {"registry": self}))
            self._servers.append(server)
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self.stopped.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def host(self) -> str:
        """Return `127.0.0.1:PORT` of the registry."""
        return f"127.0.0.1:{self._servers[0].server_address[1]}"

    @property
    def storage(self) -> str:
        """Return `127.0.0.1:PORT` of the storage."""
        return f"127.0.0.1:{self._servers[1].server_address[1]}"

    def load(self, layout: Path, repository: str = "") -> str:
        """Serve what a layout holds; return the reference of its first image."""
        self.repository = repository or self.repository
        index = json.loads((layout / "index.json").read_text())
        for path in (layout / "blobs").glob("*/*"):
            content = path.read_bytes()
            digest = f"{path.parent.name}:{path.name}"
            self.blobs[digest] = content
            media_type = media_type_of(content)
            if media_type:
                self.manifests[digest] = (media_type, content)
        tags = []
        for entry in index["manifests"]:
            tag = (entry.get("annotations") or {}).get("org.opencontainers.image.ref.name") or "latest"
            self.tags.setdefault(tag, entry["digest"])
            tags.append(tag)
        return f"{self.host}/{self.repository}:{tags[0]}"

    def record(self, entry: Entry) -> None:
        """Add to the log."""
        with self._lock:
            self.log.append(entry)

    def take(self, knob: str) -> bool:
        """Use up one of the times that a knob still applies."""
        with self._lock:
            left: int = getattr(self.knobs, knob)
            setattr(self.knobs, knob, max(0, left - 1))
            return left > 0

    @property
    def depth(self) -> int:
        """The longest chain of requests each of which began after the one before it had ended."""
        longest: list[tuple[float, int]] = []
        for entry in sorted(self.log, key=lambda each: each.began):
            before = [length for ended, length in longest if ended <= entry.began]
            longest.append((entry.ended, 1 + max(before, default=0)))
        return max((length for _, length in longest), default=0)

    def concurrency(self, since: float = 0.0) -> int:
        """Return how many requests that began after a time were on their way at once."""
        entries = [entry for entry in self.log if entry.began >= since]
        return max((sum(each.began <= entry.began < each.ended for each in entries) for entry in entries), default=0)

    def digests_asked_twice(self) -> list[str]:
        """Return every path with a digest that was fetched successfully more than once."""
        paths = [entry.path for entry in self.log if "sha256:" in entry.path and entry.status == 200]
        return sorted({path for path in paths if paths.count(path) > 1})


@contextmanager
def running_registry() -> Iterator[RegistrySimulator]:
    """Run a registry while the block runs."""
    registry = RegistrySimulator()
    registry.start()
    try:
        yield registry
    finally:
        registry.stop()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    registry: RegistrySimulator
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body is sent after its headers, and at once

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
        """Say nothing: the log is the simulator's."""

    def do_GET(self) -> None:
        """Answer."""
        self._serve()

    do_HEAD = do_GET  # noqa: N815 - as http.server calls it

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._serve()

    def _serve(self) -> None:
        began = time.monotonic()
        delay = self.registry.knobs.latency_seconds + random.random() * self.registry.knobs.jitter_seconds  # noqa: S311 - no secret
        if delay:
            self.registry.stopped.wait(delay)
        parts = urlsplit(self.path)
        status, headers, body = self._answer(parts.path, parts.query)
        if self.command == "HEAD" and self.registry.knobs.head != "on":
            status, headers, body = (405 if self.registry.knobs.head == "refused" else status), {}, b""
        # the entry must be there before the client can act on the answer
        self.registry.record(
            Entry(
                self.command,
                parts.path,
                parts.query,
                self.headers.get("Authorization"),
                self.headers.get("Range"),
                status,
                began,
                time.monotonic(),
            )
        )
        self._send(status, headers, body, parts.path)

    def _send(self, status: int, headers: dict[str, str], body: bytes, path: str) -> None:
        is_blob = "/blobs/" in path and status == 200
        try:
            self.send_response_only(status)
            if is_blob and self.registry.knobs.coding:
                self.send_header("Content-Encoding", self.registry.knobs.coding)
                for _ in self.registry.knobs.coding.split(","):
                    body = gzip.compress(body)
            for key, value in {"Date": self.date_time_string(), **headers, **self.registry.knobs.headers}.items():
                self.send_header(key, value)
            if is_blob and self.registry.knobs.endless_blobs:
                self.end_headers()
                while not self.registry.stopped.is_set():
                    self.wfile.write(b"x" * 65536)
                return
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if is_blob and self.registry.knobs.trickle_seconds:
                self._trickle(body)
            elif is_blob and (self.registry.knobs.cut_blobs or self.registry.take("cut_times")):
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            elif self.command != "HEAD":
                self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def _trickle(self, body: bytes) -> None:
        for byte in body:
            if self.registry.stopped.wait(self.registry.knobs.trickle_seconds):
                return
            self.wfile.write(bytes([byte]))

    def _answer(self, path: str, query: str) -> tuple[int, dict[str, str], bytes]:
        prepared = self._prepared(path)
        if prepared is not None:
            return prepared
        if path == "/token":
            return self._token(query)
        if path.startswith("/storage/"):
            return self._blob(path.rpartition("/")[2])
        if self.registry.take("fail_times"):
            return 503, {}, b""
        if self.registry.take("throttle_times"):
            after = self.registry.knobs.retry_after
            return 429, {"Retry-After": after} if after else {}, _error("TOOMANYREQUESTS")
        refusal = self._refusal()
        return refusal or self._resource(path, query)

    def _prepared(self, path: str) -> tuple[int, dict[str, str], bytes] | None:
        for suffix, location in self.registry.knobs.locations.items():
            if path.endswith(suffix):
                return 307, {"Location": location}, b""
        for suffix, (status, media_type, body) in self.registry.knobs.answers.items():
            if path.endswith(suffix):
                return status, {"Content-Type": media_type}, body
        if path.startswith("/storage/") and self.registry.knobs.storage_challenge:
            return 401, {"WWW-Authenticate": self.registry.knobs.storage_challenge}, b""
        return None

    def _refusal(self) -> tuple[int, dict[str, str], bytes] | None:
        sent = self.headers.get("Authorization")
        if self.registry.knobs.challenge is not None:
            return 401, {"WWW-Authenticate": self.registry.knobs.challenge}, _error("UNAUTHORIZED")
        if self.registry.knobs.auth == "basic":
            wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if sent != wanted:
                return 401, {"WWW-Authenticate": 'Basic realm="here"'}, _error("UNAUTHORIZED")
        wanted = self.registry.knobs.tags_scope if "/tags/" in self.path else ""
        enough = {f"Bearer {TOKEN}{self.registry.knobs.tags_scope}", f"Bearer {TOKEN}{wanted}"}
        if self.registry.knobs.auth == "bearer" and sent not in enough:
            realm = self.registry.knobs.realm or f"http://{self.registry.host}/token"
            scope, error = (wanted, ',error="insufficient_scope"') if wanted else ("repository:ignored:pull", "")
            challenge = f'Bearer realm="{realm}",service="simulator",scope="{scope}"{error}'
            return 401, {"WWW-Authenticate": challenge}, _error("UNAUTHORIZED")
        return None

    def _token(self, query: str) -> tuple[int, dict[str, str], bytes]:
        sent = self.headers.get("Authorization")
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if sent != wanted and (sent is not None or not self.registry.knobs.anonymous_tokens):
            return 401, {}, _error("UNAUTHORIZED")
        scopes = parse_qs(query).get("scope", [""])
        if not all(scope.startswith(f"repository:{self.registry.repository}:") for scope in scopes):
            return 400, {}, _error("BAD_SCOPE")
        token = TOKEN + "".join(scope for scope in scopes if scope == self.registry.knobs.tags_scope)
        return 200, {"Content-Type": "application/json"}, json.dumps({"token": token}).encode()

    def _resource(self, path: str, query: str) -> tuple[int, dict[str, str], bytes]:
        base = f"/v2/{self.registry.repository}/"
        kind, _, name = path.removeprefix(base).partition("/")
        if not path.startswith(base):
            return (200, {}, b"{}") if path == "/v2/" else (404, {}, _error("NAME_UNKNOWN"))
        if kind == "manifests":
            return self._manifest(name)
        if kind == "blobs":
            return self._moved_blob(name)
        if kind == "referrers":
            return self._referrers(name, parse_qs(query))
        if kind == "tags":
            return self._tags(parse_qs(query))
        return 404, {}, _error("NAME_UNKNOWN")

    def _manifest(self, name: str) -> tuple[int, dict[str, str], bytes]:
        digest = self.registry.tags.get(name, name)
        found = self.registry.manifests.get(digest)
        accept = self.headers.get("Accept", "")
        if found is None or (self.registry.knobs.strict_accept and found[0] not in accept):
            return 404, {}, _error("MANIFEST_UNKNOWN")
        return 200, {"Content-Type": found[0], "Docker-Content-Digest": digest}, found[1]

    def _moved_blob(self, digest: str) -> tuple[int, dict[str, str], bytes]:
        where = self.registry.knobs.redirect_blobs
        if where == "same":
            return 307, {"Location": f"/storage/{digest}?signature=s3cr3t"}, b""
        if where == "other":
            return 307, {"Location": f"http://{self.registry.storage}/storage/{digest}?signature=s3cr3t"}, b""
        if where == "loop":
            return 307, {"Location": f"/v2/app/blobs/{digest}"}, b""
        if where:
            return 307, {"Location": where}, b""
        return self._blob(digest)

    def _blob(self, digest: str) -> tuple[int, dict[str, str], bytes]:
        content = self.registry.blobs.get(digest)
        if content is None:
            return 404, {}, _error("BLOB_UNKNOWN")
        headers = {"Content-Type": "application/octet-stream"}
        asked = self.headers.get("Range", "").removeprefix("bytes=").rstrip("-")
        if not asked or self.registry.knobs.ranges == "off":
            return 200, headers, content
        first = int(asked) if self.registry.knobs.ranges == "on" else 0
        headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        return 206, headers, content[first:]

    def _referrers(self, digest: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        sin = self.registry.knobs.referrers
        if sin == "html":
            return 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"
        if sin in ("off", "denied", "throttled"):
            status = {"off": 404, "denied": 403, "throttled": 429}[sin]
            return status, {"Retry-After": "120"} if sin == "throttled" else {}, b"404 page not found"
        found = [
            described(key, media_type, content)
            for key, (media_type, content) in sorted(self.registry.manifests.items())
            if (json.loads(content).get("subject") or {}).get("digest") == digest
        ]
        first = int(query.get("from", ["0"])[0])
        size = self.registry.knobs.page_size or len(found) or 1
        headers = {"Content-Type": OCI_INDEX}
        if first + size < len(found):
            host = "http://other.example" if sin == "foreign-link" else ""
            headers["Link"] = f'<{host}/v2/app/referrers/{digest}?from={first + size}>; rel="next"'
        if sin == "endless":
            headers["Link"] = f'</v2/app/referrers/{digest}?from={first + 1}>; rel="next"'
        if sin == "broken-link":
            headers["Link"] = '<http://[::1/v2/app/>; rel="next"'
        body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found[first : first + size]}
        return 200, headers, json.dumps(body).encode()

    def _tags(self, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        if self.registry.knobs.tags == "refused":
            return 405, {}, _error("UNSUPPORTED")
        names = sorted(self.registry.tags)
        headers = {"Content-Type": "application/json"}
        if self.registry.knobs.tags == "unsorted":
            names.reverse()
            headers["Link"] = '</v2/app/tags/list?n=20&last=x>; rel="next"'
        if self.registry.knobs.tags == "sorted":
            last, count = query.get("last", [""])[0], int(query.get("n", ["1000"])[0])
            names = [name for name in names if name > last]
            if len(names) > count:
                names = names[:count]
                headers["Link"] = f'</v2/app/tags/list?n={count}&last={names[-1]}>; rel="next"'
        return 200, headers, json.dumps({"name": "app", "tags": names}).encode()


def _error(code: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": "no"}]}).encode()
