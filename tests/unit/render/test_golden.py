"""Whole output on real images and on one that a policy judged; rewritten by `pytest --update-golden`."""

from collections.abc import Callable
from functools import cache

import pytest
from msgspec.structs import replace

from attest.model.report import Report, Target
from attest.pipeline import inspect
from attest.render import RENDERERS
from attest.render.presentation import Presentation
from attest.render.text import VIEWS
from tests.command import layout
from tests.unit.render.samples import judged, report

ALPINE = "docker-hub-alpine-3.23.2"
LEDGER = "buildkit-ledger-3.2.0"
MIN = "buildkit-edge-min-legacy"
SLSA3 = "github-slsa3-v2.1.0"
LOOKS = {
    "80": Presentation(width=80),
    "200": Presentation(width=200),
    "80-color": Presentation(width=80, color=True),
    "ascii": Presentation(width=80, ascii=True),
    "pipe": Presentation(width=None),
}

Golden = Callable[[str, str], None]


@cache
def inspected(name: str) -> Target:
    # the path of a checkout is no part of what is compared
    return replace(Target.of(inspect(layout(name))), ref=f"oci:{name}")


def made(command: str, name: str) -> Report:
    return report(command, judged() if name == "judged" else inspected(name))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("command", VIEWS.names)
def test_text_of_every_view(command: str, look: str, golden: Golden) -> None:
    name = "judged" if command == "check" else ALPINE
    text = RENDERERS.named("text").render(made(command, name), LOOKS[look])
    golden(f"text/{name}/{command}.{look}.txt", text)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("inspect", LEDGER),
        ("packages", LEDGER),
        ("licenses", LEDGER),
        ("provenance", LEDGER),
        ("inspect", MIN),
        ("provenance", MIN),
        ("inspect", SLSA3),
        ("ls", SLSA3),
        ("provenance", SLSA3),
    ],
)
@pytest.mark.parametrize("look", ["80", "200"])
def test_text_of_other_images(command: str, name: str, look: str, golden: Golden) -> None:
    text = RENDERERS.named("text").render(made(command, name), LOOKS[look])
    golden(f"text/{name}/{command}.{look}.txt", text)


@pytest.mark.parametrize("renderer", ["json", "ndjson", "html", "markdown", "csv"])
@pytest.mark.parametrize("name", [ALPINE, "judged"])
def test_documents(renderer: str, name: str, golden: Golden) -> None:
    part = RENDERERS.named(renderer)
    text = part.render(made("check" if name == "judged" else "report", name), Presentation())
    golden(f"{renderer}/{name}{part.suffixes[0]}", text)


@pytest.mark.parametrize("renderer", RENDERERS.names)
def test_the_same_report_gives_the_same_bytes(renderer: str) -> None:
    part = RENDERERS.named(renderer)
    first, second = (part.render(made("report", LEDGER), Presentation()) for _ in range(2))
    assert first == second
