"""What real images state of how they were built."""

from collections import Counter
from functools import cache

import pytest

from attest.model.inspection import Inspection, Presence
from attest.model.provenance import Confidence, Provenance
from attest.pipeline import inspect
from tests.command import layout


@cache
def image(name: str) -> Inspection:
    return inspect(layout(name))


def stated(name: str) -> tuple[Provenance, ...]:
    return image(name).provenance or ()


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("buildkit-ledger-3.2.0", {"deb": 96, "pypi": 44}),
        ("buildkit-base-debian", {"deb": 96}),
        ("docker-hub-alpine-3.23.2", {"apk": 20}),
    ],
)
def test_every_platform_with_an_sbom_has_exactly_its_packages(name: str, types: dict[str, int]) -> None:
    inspection = image(name)
    for platform in inspection.platforms:
        if platform.coverage.sbom is Presence.PRESENT:
            mine = [each for each in inspection.packages or () if {"*", platform.platform} & set(each.platforms)]
            assert Counter(each.type for each in mine) == types


def test_a_platform_without_an_sbom_is_told() -> None:
    coverages = {each.platform: each.coverage.sbom for each in image("docker-hub-alpine-3.23.2").platforms}
    assert [key for key, sbom in coverages.items() if sbom is not Presence.PRESENT] == ["linux/arm/v6"]


def test_ledger_was_built_on_debian_from_a_claimed_source() -> None:
    first, second = stated("buildkit-ledger-3.2.0")
    for each in (first, second):
        assert (each.builder, each.mode, each.slsa.assessed) == (None, "max", 0)
        assert [(base.reference, base.confidence) for base in each.base] == [
            ("127.0.0.1:5055/base/debian:bookworm-slim", Confidence.RECORDED)
        ]
        assert each.source is not None
        assert (each.source.commit or "")[:8] == "7d9f2a41"
        assert each.source.claimed is True


def test_debian_base_began_from_scratch() -> None:
    assert [(each.mode, each.base) for each in stated("buildkit-base-debian")] == [("max", ())] * 2


def test_alpine_names_its_builder_and_the_commit_it_fetched() -> None:
    found = stated("docker-hub-alpine-3.23.2")
    assert len(found) == 8
    for each in found:
        assert (each.builder or "").startswith("https://github.com/docker-library")
        assert each.source is not None
        assert ((each.source.commit or "")[:8], each.source.claimed) == ("13b62f5f", False)
        assert (each.mode, each.base, each.slsa.assessed) == ("max", (), 1)
    assert len({each.invocation for each in found}) == 8


def test_edge_says_little_in_mode_min() -> None:
    (edge,) = stated("buildkit-edge-min-legacy")
    assert (edge.predicate_type, edge.mode) == ("https://slsa.dev/provenance/v0.2", "min")
    assert (edge.builder, edge.invocation, edge.base) == (None, "10jgf418extm4fthms9c6lx18", ())


@pytest.mark.parametrize(
    ("version", "commit", "invocation"),
    [
        ("1.4.0", "904e2c3e", "3894877440-1"),
        ("1.9.0", "2bcaa749", "5947345653-1"),
        ("2.1.0", "4d329c75", "13531731005-1"),
    ],
)
def test_the_generator_of_a_release_identifies_itself_and_its_source(
    version: str, commit: str, invocation: str
) -> None:
    (generator,) = (each for each in stated(f"github-slsa3-v{version}") if each.builder)
    assert (generator.builder or "").endswith(f"generator_container_slsa3.yml@refs/tags/v{version}")
    assert generator.source is not None
    assert (generator.source.uri, (generator.source.commit or "")[:8]) == (
        "https://github.com/slsa-framework/example-package",
        commit,
    )
    assert (generator.invocation, generator.slsa.assessed) == (invocation, 1)


def test_buildkit_beside_the_generator_names_no_builder() -> None:
    (buildkit,) = (each for each in stated("github-slsa3-v1.9.0") if not each.builder)
    assert (buildkit.mode, buildkit.slsa.assessed) == ("max", 0)
    assert buildkit.invocation == "https://github.com/slsa-framework/example-package/actions/runs/5947345653"
    assert [base.reference for base in buildkit.base] == ["gcr.io/distroless/static"]
