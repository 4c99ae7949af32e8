import csv
import io

import pytest

from attest.model.report import Target
from attest.render import RENDERERS
from attest.render.csv import cell
from attest.render.presentation import Presentation
from tests.unit.render.samples import judged, package, report, target


def rows(command: str, image: Target) -> list[dict[str, str]]:
    text = RENDERERS.named("csv").render(report(command, image), Presentation())
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_disarmed(text: str) -> None:
    assert cell(text).startswith("'")


def test_packages_are_rows() -> None:
    first, second = rows("packages", target())
    assert (first["name"], first["effective"], first["platforms"]) == ("adduser", "GPL-2.0-or-later", "*")
    assert (second["purl"], second["trust"]) == ("pkg:deb/debian/zlib1g@1.0-1", "unverifiable")


def test_licenses_are_rows() -> None:
    assert [row["id"] for row in rows("licenses", target())] == ["GPL-2.0-or-later", "Zlib"]


def test_findings_are_rows() -> None:
    (row,) = rows("check", judged())
    assert (row["id"], row["effect"], row["package"]) == ("F-7c1e9a02", "deny", "adduser")


def test_separators_and_quotes_survive() -> None:
    (row,) = rows("packages", target(packages=(package('a,"b";c'),)))
    assert row["name"] == 'a,"b";c'
