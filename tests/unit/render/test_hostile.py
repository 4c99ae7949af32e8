"""One report whose every string attacks a reader, through every renderer."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from attest.model.report import ErrorEntry, Report, Target
from attest.render import RENDERERS
from attest.render.presentation import Presentation
from attest.render.sanitize import HIDDEN
from attest.render.text import VIEWS
from tests.unit.render.samples import UNREADABLE, judged, report

ATTACK = (
    "=cmd()|' /C calc'!A0 \x1b]8;;http://evil\x07x\x1b[2J\x9b31m \u202egpj\u2066 \u200b\ufeff\uffff\ufffe\u2028 "
    "\r\n::error::x </script></style></title><img src=x onerror=alert(1)> "
    "[link=http://evil]x[/link] [/oops] `code` | \\| "
    '@everyone #1 "quoted" \' {{ 7*7 }} {% raw %} & &lt; javascript:alert(1) http://evil/"onclick=x'
)
# What means something to attest itself, and so never comes from an image as it stands.
KEPT = {
    "schema", "command", "status", "effect", "kind", "channel", "channels", "trust", "state", "binds_to", "category",
    "categories", "fail_on", "role", "confidence", "origin", "rule", "source_kind", "evidence",
    "id", "package", "code",  "sbom", "provenance", "vex", "signature", "exit_code",
}  # fmt: skip

# What other parts of the report refer to.
NAMES = {"platform", "platforms", "ref"}


def attacked(value: Any, key: str = "") -> Any:
    """Replace every text that an image, a registry or a policy file may hold."""
    if isinstance(value, dict):
        return {name: attacked(each, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [attacked(each, key) for each in value]
    if not isinstance(value, str) or key in KEPT or value == "*":
        return value
    return f"{value} {ATTACK}" if key in NAMES else ATTACK


def hostile(command: str) -> Report:
    error = ErrorEntry(code="ATT-NET-001", ref="no", message="x", hint="x", exit_code=5)
    plain = report(command, judged(problems=(UNREADABLE,)), Target.failed("no"), errors=(error,))
    made = msgspec.convert(attacked(msgspec.to_builtins(plain)), type=Report)
    return replace(made, tool=plain.tool, run=replace(made.run, started=plain.run.started))


def rendered(name: str, command: str = "report", **look: Any) -> str:
    return RENDERERS.named(name).render(hostile(command), Presentation(**look))


def test_the_attack_is_everywhere() -> None:
    assert msgspec.json.encode(hostile("report")).count(b"cmd()") > 50


@pytest.mark.parametrize("command", VIEWS.names)
@pytest.mark.parametrize("width", [40, 80, None])
def test_text_shows_every_hidden_character(command: str, width: int | None) -> None:
    text = rendered("text", command, width=width)
    assert set(HIDDEN.findall(text)) <= {"\n"}
    assert "[link=http://evil]" in text


@pytest.mark.parametrize("command", VIEWS.names)
def test_color_brings_only_its_own_sequences(command: str) -> None:
    text = rendered("text", command, color=True)
    assert set(HIDDEN.findall(re.sub(r"\x1b\[[0-9;]*m", "", text))) <= {"\n"}


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_json_is_harmless_and_lossless(name: str) -> None:
    text = rendered(name)
    assert set(HIDDEN.findall(text)) <= {"\n"}
    first = json.loads(text) if name == "json" else json.loads(text.splitlines()[0])
    policy = first["run"]["policy"] if name == "json" else first["policy"]
    assert policy["name"] == ATTACK


class Markup(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        self.words += data


def test_html_has_only_its_own_elements() -> None:
    text = rendered("html", title=ATTACK)
    page = Markup(text)
    assert not page.tags & {"img", "script", "link", "iframe", "object", "base", "form"}
    assert not {name for name in page.names if name.startswith("on") or name in ("src", "style")}
    assert text.count("</style>") == text.count("</title>") == 1
    assert "<img src=x onerror=alert(1)>" in page.words
    assert "{{ 7*7 }}" in page.words
    assert all(address.startswith(("#", "https://", "http://")) for address in page.addresses)
    assert not any("evil" in address for address in page.addresses)
    assert set(HIDDEN.findall(text)) <= {"\n"}


def test_markdown_keeps_it_in_code_spans() -> None:
    text = rendered("markdown", title=ATTACK)
    assert set(HIDDEN.findall(text)) <= {"\n"}
    outside = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", text)
    assert not re.search(r"<|\[link|@everyone|#1|cmd\(\)|\]\(", outside)


def test_markdown_rows_have_as_many_cells_as_their_header() -> None:
    for block in re.findall(r"(?:^\|.*\n)+", rendered("markdown"), re.MULTILINE):
        cells = {len(re.findall(r"(?:\\[^\n]|[^|\\\n])+", row.strip("|"))) for row in block.splitlines()}
        assert len(cells) == 1


@pytest.mark.parametrize("command", ["packages", "licenses", "check"])
def test_csv_runs_nothing(command: str) -> None:
    text = rendered("csv", command)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=cmd()") for cell in cells)
    assert set(HIDDEN.findall(text)) <= {"\r", "\n"}


def test_junit_stays_well_formed() -> None:
    root = ET.fromstring(rendered("junit", "check"))  # noqa: S314 - our own
    assert len(root.findall(".//testcase")) == int(root.get("tests") or 0) > 0
