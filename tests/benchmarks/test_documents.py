"""How fast a real SBOM of 50 MB is read, against what nobody can be faster than and what everybody uses."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measure import WAYS

DEBIAN: Path = Path(__file__).resolve().parents[2] / "fixtures" / "documents" / "debian-big" / "big.spdx23.json.gz"


def measured(way: str) -> tuple[float, float, float]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.measure", way, str(DEBIAN)],
        capture_output=True,
        text=True,
        check=True,
        cwd=DEBIAN.parents[3],
    )
    best, first, peak = map(float, result.stdout.split())
    return best, first, peak


@pytest.mark.benchmark
def test_reading_a_large_sbom_to_its_packages_and_licenses(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {way: measured(way) for way in WAYS}
    ours = figures["attest"][0]
    with capsys.disabled():
        print("\nSPDX 2.3, 50 MB, 3,425 packages: read, merged, every license normalized; CPU time, best of 5")
        print(f"{'':24}{'ms':>8}{'first':>8}{'MiB':>8}{'ours to it':>12}")
        for way, (best, first, peak) in figures.items():
            print(f"{way:24}{best:8.0f}{first:8.0f}{peak:8.0f}{ours / best:12.2f}")
    assert ours < figures["orjson"][0]
    assert ours <= 2 * figures["msgspec typed, in full"][0]
    assert ours <= 4 * figures["msgspec typed, lazy"][0]
    assert figures["attest"][2] <= figures["orjson"][2]
