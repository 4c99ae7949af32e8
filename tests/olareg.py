"""olareg, a registry with the referrers API, run on a free port of loopback over a storage folder made from a layout.

Its storage is a layout for each repository, with a list of referrers for each
subject; the layouts here lack image layers, which a push would have to bring.
`make test` builds it from its Go module: see .ci/peers.txt.
"""

import hashlib
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.docker_registry import REPOSITORY, free_port, wait_for
from tests.layout_builder import INDEX

_BUILT = Path(__file__).resolve().parent.parent / ".peers" / "bin" / "olareg"
PROGRAM = str(_BUILT) if _BUILT.is_file() else shutil.which("olareg")
MISSING = "olareg is not built" if shutil.which("go") else "olareg is not built, for there is no Go"


@contextmanager
def olareg(folder: Path, layout: Path | None) -> Iterator[str]:
    """Serve the first image of `layout` while the block runs; give its reference.

    Without a layout the registry is empty, and the reference names what may be pushed.
    """
    port = free_port()
    storage = folder / "olareg"
    storage.mkdir()
    tag = _store(storage / REPOSITORY, layout) if layout else "latest"
    words = ["serve", "--addr", "127.0.0.1", "--port", str(port), "--dir", str(storage)]
    process = subprocess.Popen(
        [PROGRAM or "olareg", *words, "--gc-frequency", "-1s"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/v2/", process)
        yield f"127.0.0.1:{port}/{REPOSITORY}:{tag}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _store(repository: Path, layout: Path) -> str:
    """Write a layout as the registry keeps it; return the tag of its first image."""
    shutil.copytree(layout, repository)
    index = json.loads((repository / "index.json").read_text())
    # the lists under tags are what a client writes where a registry keeps none
    index["manifests"] = [
        each for each in index["manifests"] if not _tag(each).startswith("sha256-") or "." in _tag(each)
    ]
    index["annotations"] = {"org.olareg.referrer.convert": "true"}
    tag = _tag(index["manifests"][0]) or "latest"
    index["manifests"][0].setdefault("annotations", {})["org.opencontainers.image.ref.name"] = tag
    for subject, referrers in _referrers(repository).items():
        content = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": referrers}).encode()
        encoded = hashlib.sha256(content).hexdigest()
        (repository / "blobs" / "sha256" / encoded).write_bytes(content)
        described = {"mediaType": INDEX, "digest": f"sha256:{encoded}", "size": len(content)}
        index["manifests"].append(described | {"annotations": {"org.olareg.referrer.subject": subject}})
    (repository / "index.json").write_text(json.dumps(index))
    return tag


def _referrers(repository: Path) -> dict[str, list[dict[str, Any]]]:
    """Describe every manifest that names a subject, by the digest of the subject."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted((repository / "blobs" / "sha256").iterdir()):
        content = path.read_bytes()
        manifest = json.loads(content) if content.startswith(b'{"') and b'"subject"' in content[:8192] else {}
        subject = manifest.get("subject")
        if "layers" in manifest and isinstance(subject, dict):
            described = {"mediaType": manifest["mediaType"], "digest": f"sha256:{path.name}", "size": len(content)}
            kind = manifest.get("artifactType") or manifest["config"]["mediaType"]
            more = {"annotations": manifest["annotations"]} if manifest.get("annotations") else {}
            found[subject["digest"]].append(described | {"artifactType": kind} | more)
    return found


def _tag(entry: dict[str, Any]) -> str:
    return str((entry.get("annotations") or {}).get("org.opencontainers.image.ref.name", ""))
