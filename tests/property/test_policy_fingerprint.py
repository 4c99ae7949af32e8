from functools import cache

from hypothesis import given, strategies
from msgspec.structs import replace

from attest.model.inspection import Inspection
from attest.pipeline import inspect
from attest.policy import Lists, evaluate, load
from tests.command import layout

POLICY = load([], Lists(deny=("Zlib",)))
WORDS = strategies.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=1, max_size=12)


@cache
def image() -> Inspection:
    found = inspect(layout("buildkit-base-debian"))
    resolved = replace(found.resolved, registry="registry.example.com", repository="app", tag="1")
    return replace(found, resolved=resolved)


def prints(inspection: Inspection) -> set[str]:
    return {each.fingerprint for each in evaluate(inspection, POLICY).findings}


@given(WORDS, WORDS, WORDS)
def test_a_rebuild_keeps_every_fingerprint(version: str, tag: str, platform: str) -> None:
    before = image()
    packages = tuple(
        replace(each, version=version, purl=f"{each.purl.partition('@')[0]}@{version}?arch=x" if each.purl else None)
        for each in before.packages or ()
    )
    after = replace(
        before,
        resolved=replace(before.resolved, tag=tag, digest="sha256:" + "0" * 64),
        platforms=tuple(replace(each, platform=platform) for each in before.platforms[:1]),
        packages=packages,
    )
    assert prints(after) == prints(before) != set()
