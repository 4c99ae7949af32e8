"""Registries that people run, each started empty; and a push of all that a layout holds."""

import json
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests import docker_registry, olareg, zot

Server = Callable[[Path], AbstractContextManager[str]]
"""Starts a registry with its files in a folder; gives the reference of what may be pushed."""

SERVERS = [
    pytest.param(
        lambda folder: docker_registry.docker_registry(folder, None),
        id="docker-registry",
        marks=pytest.mark.skipif(docker_registry.PROGRAM is None, reason="docker-registry is not installed"),
    ),
    pytest.param(
        lambda folder: olareg.olareg(folder, None),
        id="olareg",
        marks=pytest.mark.skipif(olareg.PROGRAM is None, reason=olareg.MISSING),
    ),
    pytest.param(zot.zot, id="zot", marks=pytest.mark.skipif(zot.PROGRAM is None, reason="zot is not installed")),
]


def push(layout: Path, reference: str, *tags: tuple[str, str]) -> None:
    """Push every blob of a layout, then its manifests, those named by others first; `tags` pair names and digests."""
    host, _, rest = reference.partition("/")
    base = f"http://{host}/v2/{rest.rpartition(':')[0]}"
    contents = {f"sha256:{path.name}": path.read_bytes() for path in (layout / "blobs" / "sha256").iterdir()}
    manifests = {digest: content for digest, content in contents.items() if b'"schemaVersion"' in content}
    for digest, content in contents.items():
        if digest not in manifests:
            _push_blob(base, digest, content)
    # an index comes after what it lists
    for digest, content in sorted(manifests.items(), key=lambda each: b'"manifests"' in each[1]):
        for name in (digest, *(tag for tag, target in tags if target == digest)):
            _push_manifest(f"{base}/manifests/{name}", content)


def _push_blob(base: str, digest: str, content: bytes) -> None:
    start = urllib.request.Request(f"{base}/blobs/uploads/", method="POST")  # noqa: S310 - always http, on loopback
    with urllib.request.urlopen(start, timeout=10) as answer:  # noqa: S310 - as above
        location = urljoin(base, answer.headers["Location"])
    url = f"{location}{'&' if '?' in location else '?'}digest={digest}"
    put = urllib.request.Request(url, data=content, method="PUT")  # noqa: S310 - as above
    put.add_header("Content-Type", "application/octet-stream")
    with urllib.request.urlopen(put, timeout=10):  # noqa: S310 - as above
        pass


def _push_manifest(url: str, content: bytes) -> None:
    put = urllib.request.Request(url, data=content, method="PUT")  # noqa: S310 - as above
    put.add_header("Content-Type", json.loads(content)["mediaType"])
    with urllib.request.urlopen(put, timeout=10):  # noqa: S310 - as above
        pass
