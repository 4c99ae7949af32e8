"""From a report to text; one file for each format.

Nothing here looks anything up or judges it: a renderer shows the values of a
`Report` and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Final

from attest.extension import ExtensionPoint
from attest.render.json import schema_doctor, schema_report
from attest.render.presentation import Presentation
from attest.render.renderer import Renderer

__all__ = ["RENDERERS", "SCHEMAS", "Presentation", "Renderer", "format_of"]

RENDERERS: Final[ExtensionPoint[Renderer]] = ExtensionPoint(
    "attest.render.text:RENDERER",
    "attest.render.json:RENDERER",
    "attest.render.ndjson:RENDERER",
    "attest.render.html:RENDERER",
    "attest.render.markdown:RENDERER",
    "attest.render.csv:RENDERER",
    "attest.render.yaml:RENDERER",
    "attest.render.sarif:RENDERER",
    "attest.render.junit:RENDERER",
    "attest.render.gitlab:RENDERER",
    "attest.render.github:RENDERER",
)

SCHEMAS: Final[Mapping[str, Callable[[], bytes]]] = {"report": schema_report, "doctor": schema_doctor}
"""The JSON Schema of each document that attest writes, by the name `attest schema` knows it by."""

# Endings by which people name formats that this version does not write: `x.spdx.json` is no report.
_OTHERS: Final = {
    ".spdx.json": "spdx-json",
    ".cdx.json": "cyclonedx-json",
    ".vsa.json": "vsa",
}


def format_of(path: str) -> str | None:
    """Return the name of the format that the ending of `path` asks for; the longest ending decides."""
    suffixes = _OTHERS | {suffix: renderer.name for renderer in RENDERERS for suffix in renderer.suffixes}
    endings = [suffix for suffix in suffixes if path.lower().endswith(suffix)]
    return suffixes[max(endings, key=len)] if endings else None
