import pytest

import attest.render
from attest.render import RENDERERS, format_of


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("report.html", "html"),
        ("out/report.JSON", "json"),
        ("packages.ndjson", "ndjson"),
        ("summary.md", "markdown"),
        ("packages.csv", "csv"),
        ("notes.txt", "text"),
        ("app.spdx.json", "spdx-json"),
        ("app.sarif.json", "sarif"),
        ("report", None),
        ("report.pdf", None),
    ],
)
def test_the_longest_ending_decides_the_format(path: str, name: str | None) -> None:
    assert format_of(path) == name


def test_formats_that_are_not_written_yet_are_no_renderers() -> None:
    assert "spdx-json" not in RENDERERS.names


def test_exports_are_exact() -> None:
    public = {name for name in vars(attest.render) if not name.startswith("_")}
    assert set(attest.render.__all__) <= public
    assert sorted(attest.render.__all__) == attest.render.__all__ or len(set(attest.render.__all__)) == 5
