import subprocess
import sys

# each round makes a type that nobody has used yet, and lets several threads use it at once
RACE = """
import sys, threading, msgspec
from attest.model.wire import decoder_of

sys.setswitchinterval(1e-6)
for _ in range(200):
    class Inner(msgspec.Struct):
        a: int = 1
        b: str | None = None

    class Outer(msgspec.Struct):
        x: Inner | None = None
        y: list[Inner] | None = None

    barrier = threading.Barrier(6)

    def use():
        barrier.wait()
        assert decoder_of(Outer).decode(b'{"x": {}, "y": [{}]}').y == [Inner()]

    threads = [threading.Thread(target=use) for _ in range(6)]
    for each in threads: each.start()
    for each in threads: each.join()
print("done")
"""


def test_threads_may_use_a_type_for_the_first_time_at_once() -> None:
    result = subprocess.run([sys.executable, "-c", RACE], capture_output=True, check=False)
    assert (result.returncode, result.stdout) == (0, b"done\n")
