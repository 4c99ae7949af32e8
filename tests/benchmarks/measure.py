"""Measures one way of reading a document, in a process of its own: `python -m tests.benchmarks.measure WAY FILE`.

Prints the CPU milliseconds of the best of five runs, those of the first, and
the peak memory in MiB.
"""

import gc
import gzip
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _lazy(content: bytes) -> Any:
    import msgspec

    from attest.formats.spdx2 import _Document

    return msgspec.json.decode(content, type=_Document)


def _full(content: bytes) -> Any:
    """Decode every file and relationship too, as a reader without laziness would."""
    import msgspec

    from attest.formats.spdx2 import _Document, _Relationship

    class Checksum(msgspec.Struct, gc=False, rename="camel"):
        algorithm: str = ""
        checksum_value: str = ""

    class File(msgspec.Struct, gc=False, rename="camel"):
        id: str = msgspec.field(name="SPDXID", default="")
        file_name: str = ""
        file_types: list[str] | None = None
        checksums: list[Checksum] | None = None
        license_concluded: str | None = None
        comment: str | None = None

    class Whole(_Document, rename="camel"):
        relationships: list[_Relationship] | None = None  # type: ignore[assignment]
        files: list[File] | None = None

    return msgspec.json.decode(content, type=Whole)


def _attest(content: bytes) -> Any:
    from attest.analysis.package_list import license_list, package_list
    from attest.formats import parse
    from attest.model.sbom import Sbom

    sbom = parse(content)
    assert isinstance(sbom, Sbom)
    packages = package_list([("E1", "linux/amd64", sbom)], ["linux/amd64"])
    return packages, license_list(packages)


def _orjson(content: bytes) -> Any:
    import orjson

    return orjson.loads(content)


def _json(content: bytes) -> Any:
    import json

    return json.loads(content)


WAYS: dict[str, Callable[[bytes], Any]] = {
    "attest": _attest,
    "msgspec typed, lazy": _lazy,
    "msgspec typed, in full": _full,
    "orjson": _orjson,
    "json": _json,
}


def main(way: str, path: Path) -> None:
    """Measure."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    if way.startswith("msgspec"):
        gc.disable()  # as `attest` does while it decodes
    times = []
    for _ in range(5):
        began = time.process_time()
        result = WAYS[way](content)
        times.append((time.process_time() - began) * 1000)
        del result
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{min(times[1:]):.1f} {times[0]:.1f} {peak:.0f}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
