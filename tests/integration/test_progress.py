"""Long work shows progress to a person, and nothing to a pipe."""

import os
import pty
import subprocess
import sys

from tests.command import LAYOUTS, attest
from tests.registry_simulator import RegistrySimulator

EDGE = LAYOUTS / "buildkit-edge-min-legacy"


def shown_on_a_terminal(*words: str) -> bytes:
    """Run the command with a terminal for stderr; return what was written to it."""
    ours, theirs = pty.openpty()
    # the cache of whoever runs the tests is not ours to fill
    environment = os.environ | {"ATTEST_NO_CACHE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "attest", *words], stdout=subprocess.DEVNULL, stderr=theirs, env=environment
    ):
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # how a terminal ends on Linux
                break
    os.close(ours)
    return shown


def test_a_terminal_shows_how_far_it_is(registry: RegistrySimulator) -> None:
    registry.knobs.latency_seconds = 0.2
    reference = registry.load(EDGE)
    assert reference.encode() in shown_on_a_terminal("inspect", reference)
    assert shown_on_a_terminal("inspect", reference, "--no-progress") == b""
    assert shown_on_a_terminal("inspect", reference, "-q") == b""


def test_a_pipe_shows_nothing(registry: RegistrySimulator) -> None:
    registry.knobs.latency_seconds = 0.2
    assert attest("inspect", registry.load(EDGE)).stderr == ""
