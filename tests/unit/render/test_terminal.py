import time

import pytest

from attest.render.presentation import Presentation
from attest.render.sanitize import CLOSING, OPENING
from attest.render.terminal import Page, Span, Style, display_width, fold, wrap
from attest.render.words import NOTHING

Row = tuple[str, ...]


def page(width: int | None = None, *, color: bool = False, ascii_: bool = False) -> Page:
    return Page(Presentation(width=width, color=color, ascii=ascii_))


def written(rows: list[tuple[str, ...]], width: int | None = None) -> list[str]:
    sheet = page(width)
    sheet.table(rows)
    return str(sheet).splitlines()


def test_columns_are_aligned() -> None:
    assert written([("a", "1"), ("long", "2")]) == ["a      1", "long   2"]


def test_wide_characters_take_two_columns() -> None:
    assert written([("日本", "1"), ("abcd", "2")]) == ["日本   1", "abcd   2"]


def test_combining_characters_take_none() -> None:
    assert display_width("e\u0301") == 1


def test_a_long_last_cell_goes_on_below() -> None:
    assert written([("name", "MIT AND BSD-3-Clause AND Zlib"), ("other", "MIT")], 24) == [
        "name",
        "    MIT AND BSD-3-Clause",
        "    AND Zlib",
        "other   MIT",
    ]


def test_nothing_is_lost_in_a_narrow_table() -> None:
    cells = ("n" * 50, "v" * 40, "deb", "MIT AND " * 20 + "Zlib")
    text = "".join(written([cells], 40)).replace(" ", "")
    assert [text.count(letter) for letter in "nv"] == [50, 40]
    assert text.count("MIT") == 20


def test_without_a_width_nothing_is_wrapped() -> None:
    assert written([("a" * 300, "b" * 300)]) == ["a" * 300 + "   " + "b" * 300]


@pytest.mark.parametrize("width", [80, 200])
def test_pieces_that_do_not_fit_go_on_below(width: int) -> None:
    sheet = page(width)
    sheet.line(*["piece"] * 60, hanging=2)
    lines = str(sheet).splitlines()
    assert max(map(len, lines)) <= width
    assert str(sheet).count("piece") == 60
    assert all(line.startswith("  piece") for line in lines[1:])


def test_a_digest_that_no_line_can_hold_is_abbreviated_only_there() -> None:
    name = "registry.example.com/app@sha256:" + "0f" * 32
    narrow, wide = page(60), page(200)
    narrow.line(name)
    wide.line(name)
    assert str(narrow) == "registry.example.com/app@sha256:0f0f0f0f0f0f…0f0f\n"
    assert str(wide) == f"{name}\n"


def test_words_that_are_to_be_copied_stay_whole() -> None:
    assert wrap("see " + "x" * 30, 10, 10) == ["see", "x" * 30]


def test_folding_breaks_words_where_it_must() -> None:
    assert fold("xxxxx yy", 3) == ["xxx", "xx", "yy"]


def test_escape_sequences_are_shown_and_not_obeyed() -> None:
    sheet = page(color=True)
    sheet.line(Span("evil\x1b[2J", Style.RED))
    sheet.table([("evil\x1b[2J", "\u202egpj")])
    sheet.field("evil\x07", "\x9b31m")
    text = str(sheet)
    assert "\x1b[2J" not in text
    assert not {"\x07", "\u202e", "\x9b"} & set(text)
    assert text.startswith(f"\x1b[1;31mevil{OPENING}U+001B{CLOSING}[2J\x1b[0m")


def test_color_adds_nothing_but_color() -> None:
    plain, colored = page(40), page(40, color=True)
    for sheet in (plain, colored):
        sheet.table([("deny", "x" * 20), ("ok", "y")], header=("Policy", "Name"), styles={"deny": Style.RED})
    assert colored_free(str(colored)) == str(plain)
    assert "\x1b[1;31mdeny\x1b[0m" in str(colored)


def colored_free(text: str) -> str:
    for style in Style:
        text = text.replace(f"\x1b[{style}m", "")
    return text.replace("\x1b[0m", "")


def test_ascii_has_no_symbols() -> None:
    sheet = page(ascii_=True)
    sheet.tree("├── ", f"a\u200b … {NOTHING}", following="│   ")
    assert str(sheet) == "|-- a<U+200B> ... -\n"


def test_ten_thousand_rows_are_written_quickly() -> None:
    rows: list[Row] = [(f"package-{number}", "1.2.3-4", "deb", "GPL-2.0-only AND MIT") for number in range(10_000)]
    best = min(_seconds(rows) for _ in range(5))
    floor = min(_floor_seconds(rows) for _ in range(5))
    assert best < 40 * floor, f"{best:.3f} s, and bare joining takes {floor:.3f} s"


def _seconds(rows: list[Row]) -> float:
    start = time.process_time()
    written(rows)
    return time.process_time() - start


def _floor_seconds(rows: list[Row]) -> float:
    start = time.process_time()
    "\n".join("   ".join(row) for row in rows).splitlines()
    return time.process_time() - start


def test_a_last_cell_of_short_words_is_folded_in_its_column() -> None:
    rows: list[tuple[str, ...]] = [
        ("  linux/amd64", "3 times SPDX 2.3 syft", "2 times SLSA v1 buildkit", "found, not verified")
    ]
    assert written(rows, 72) == [
        "  linux/amd64   3 times SPDX 2.3      2 times SLSA v1       found, not",
        "                syft                  buildkit              verified",
    ]
