"""zot, a registry with the referrers API, run on a free port of loopback where someone installed it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docker_registry import REPOSITORY, free_port, wait_for

PROGRAM = shutil.which("zot")


@contextmanager
def zot(folder: Path) -> Iterator[str]:
    """Run an empty registry while the block runs; give the reference of what may be pushed."""
    port = free_port()
    config = {
        "storage": {"rootDirectory": str(folder / "zot"), "gc": False},
        "http": {"address": "127.0.0.1", "port": str(port)},
        "log": {"level": "error"},
    }
    (folder / "zot.json").write_text(json.dumps(config))
    process = subprocess.Popen(
        [PROGRAM or "zot", "serve", str(folder / "zot.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, "/v2/", process)
        yield f"127.0.0.1:{port}/{REPOSITORY}:latest"
    finally:
        process.terminate()
        process.wait(timeout=10)
