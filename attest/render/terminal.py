"""Lines and tables for a terminal: hostile text made harmless, columns aligned, nothing cut.

What does not fit is wrapped; without a width nothing is. A table is written
column by column, because 10,000 rows have to take milliseconds.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from attest.render.presentation import Presentation
from attest.render.sanitize import HIDDEN, sanitize

GAP: Final = "   "
LABEL_WIDTH: Final = 19
_NARROWEST: Final = 8
_ASCII: Final = str.maketrans(
    {"…": "...", "‹": "<", "›": ">", "–": "-", "├": "|", "└": "`", "│": "|", "─": "-", "×": "x"}
)


class Style(StrEnum):
    """How text looks where color is wanted, as the parameters of an SGR sequence."""

    PLAIN = ""
    STRONG = "1"
    FAINT = "2"
    RED = "1;31"
    GREEN = "32"
    YELLOW = "33"
    MAGENTA = "35"


class Span(NamedTuple):
    """A piece of a line that looks one way."""

    text: str
    style: Style = Style.PLAIN


Piece = str | Span


def display_width(text: str) -> int:
    """Return how many columns `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Page:
    """The lines of a text report, in the order in which they are written."""

    def __init__(self, presentation: Presentation) -> None:
        self._width = presentation.width
        self._color = presentation.color
        self._ascii = presentation.ascii
        self._lines: list[str] = []

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def blank(self) -> None:
        """Write an empty line, but never two, and none at the top."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def line(self, *pieces: Piece, indent: int = 0, hanging: int | None = None) -> None:
        """Write pieces side by side; those that do not fit go on, `hanging` columns from the left."""
        spans = [self._clean(piece) for piece in pieces if piece]
        self._flow(spans, " " * indent, " " * (indent if hanging is None else hanging))

    def field(self, label: str, *pieces: Piece) -> None:
        """Write a label, and what belongs to it in the column beside it."""
        start = self._clean(Span(label, Style.STRONG))
        following = " " * (LABEL_WIDTH + len(GAP))
        spans = [self._clean(piece) for piece in pieces if piece]
        first = len(self._lines)
        self._flow(spans, start.text.ljust(len(following)), following)
        self._lines[first] = self._paint(start) + self._lines[first][len(start.text) :]

    def tree(self, lead: str, *pieces: Piece, following: str) -> None:
        """Write pieces behind a branch of a tree; further lines stand behind `following`."""
        spans = [self._clean(piece) for piece in pieces if piece]
        self._flow(spans, self._symbols(lead), self._symbols(following))

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        header: Sequence[str] = (),
        indent: int = 0,
        first_width: int = 0,
        styles: Mapping[str, Style] | None = None,
    ) -> None:
        """Write rows of equal length in aligned columns.

        `first_width` is the least width of the first column; `styles` says how
        cells look that consist of one of its words.
        """
        every = [header, *rows] if header else rows
        if not every:
            return
        columns = [self._clean_column(column) for column in zip(*every, strict=True)]
        widths = [_widths(column) for column in columns]
        natural = [max(column) for column in widths]
        natural[0] = max(natural[0], first_width)
        limits = self._fit(natural, indent)
        lead = " " * indent
        if limits == natural:
            self._lines += self._aligned(columns, widths, limits, lead, bool(header), styles or {})
            return
        for position, row in enumerate(zip(*columns, strict=True)):
            style = Style.STRONG if header and position == 0 else None
            self._lines += self._wrapped(row, limits, lead, style, styles or {})

    def _aligned(
        self,
        columns: list[list[str]],
        widths: list[list[int]],
        limits: list[int],
        lead: str,
        has_header: bool,
        styles: Mapping[str, Style],
    ) -> Iterator[str]:
        padded = []
        for column, lengths, limit in zip(columns, widths, limits, strict=True):
            cells = self._styled(column, has_header, styles) if self._color else column
            padded.append(
                [cell + " " * (limit - length) for cell, length in zip(cells, lengths, strict=True)]
            )
        return ((lead + GAP.join(row)).rstrip() for row in zip(*padded, strict=True))

    def _styled(self, column: list[str], has_header: bool, styles: Mapping[str, Style]) -> list[str]:
        cells = [self._paint(Span(cell, styles.get(cell, Style.PLAIN))) for cell in column]
        if has_header:
            cells[0] = self._paint(Span(column[0], Style.STRONG))
        return cells

    def _wrapped(
        self,
        row: Sequence[str],
        limits: Sequence[int],
        lead: str,
        style: Style | None,
        styles: Mapping[str, Style],
    ) -> Iterator[str]:
        cells = [wrap(cell, limit) for cell, limit in zip(row, limits, strict=True)]
        for number in range(max(map(len, cells))):
            parts = []
            for whole, lines, limit in zip(row, cells, limits, strict=True):
                text = lines[number] if number < len(lines) else ""
                painted = self._paint(Span(text, style or styles.get(whole, Style.PLAIN)))
                parts.append(painted + " " * (limit - display_width(text)))
            yield (lead + GAP.join(parts)).rstrip()

    def _fit(self, natural: list[int], indent: int) -> list[int]:
        """Narrow the widest columns until all fit; narrow ones keep what they need."""
        if self._width is None:
            return natural
        room = max(self._width - indent - len(GAP) * (len(natural) - 1), _NARROWEST * len(natural))
        if sum(natural) <= room:
            return natural
        limits = [0] * len(natural)
        open_columns = sorted(range(len(natural)), key=natural.__getitem__)
        while open_columns:
            column = open_columns.pop(0)
            limits[column] = min(natural[column], room // (len(open_columns) + 1))
            room -= limits[column]
        return limits

    def _flow(self, spans: Sequence[Span], lead: str, following: str) -> None:
        """Write spans with gaps between them; break between spans, and inside one at its blanks."""
        line, used = lead, display_width(lead)
        empty, limit = True, self._width
        for span in spans:
            width = display_width(span.text)
            if limit is not None and not empty and used + len(GAP) + width > limit:
                self._lines.append(line.rstrip())
                line, used, empty = following, display_width(following), True
            if not empty:
                line, used = line + GAP, used + len(GAP)
            pieces = [span.text] if limit is None else wrap(span.text, max(limit - used, _NARROWEST), hard=False)
            for piece in pieces[:-1]:
                self._lines.append((line + self._paint(Span(piece, span.style))).rstrip())
                line, used = following, display_width(following)
            line += self._paint(Span(pieces[-1], span.style))
            used, empty = used + display_width(pieces[-1]), False
        self._lines.append(line.rstrip())

    def _clean(self, piece: Piece) -> Span:
        span = piece if isinstance(piece, Span) else Span(piece)
        return Span(self._symbols(sanitize(span.text)), span.style)

    def _clean_column(self, column: Sequence[str]) -> list[str]:
        if HIDDEN.search("".join(column)):
            column = [sanitize(cell) for cell in column]
        return [cell.translate(_ASCII) for cell in column] if self._ascii else list(column)

    def _symbols(self, text: str) -> str:
        return text.translate(_ASCII) if self._ascii else text

    def _paint(self, span: Span) -> str:
        if not self._color or not span.style or not span.text:
            return span.text
        return f"\x1b[{span.style}m{span.text}\x1b[0m"


def _widths(column: Sequence[str]) -> list[int]:
    return list(map(len if "".join(column).isascii() else display_width, column))


def wrap(text: str, width: int, *, hard: bool = True) -> list[str]:
    """Break `text` at blanks into lines of at most `width` columns; with `hard` also inside words."""
    if display_width(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while hard and display_width(line) > width:
            head = _head(line, width)
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line]


def _head(text: str, width: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[: max(position, 1)]
    return text
