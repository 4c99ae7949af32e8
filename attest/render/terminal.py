"""Lines and tables for a terminal: hostile text made harmless, columns aligned, nothing cut.

What does not fit is wrapped; without a width nothing is. A table is written
column by column, because 10,000 rows have to take milliseconds.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from attest.render.presentation import Presentation
from attest.render.sanitize import CLOSING, HIDDEN, OPENING, sanitize
from attest.render.words import NOTHING

GAP: Final = "   "
LABEL_WIDTH: Final = 19
_NARROWEST: Final = 8
_LAST: Final = 12
_LINES: Final = 2
_DIGEST: Final = re.compile(r"\b(sha\d+:[0-9a-f]{12})[0-9a-f]{16,}([0-9a-f]{4})\b")
_ASCII: Final = str.maketrans(
    {"…": "...", OPENING: "<", CLOSING: ">", NOTHING: "-", "├": "|", "└": "`", "│": "|", "─": "-"}
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

    def verbatim(self, *pieces: Piece) -> None:
        """Write pieces on one line however long it gets; the last stands there only where it fits."""
        spans = [self._clean(piece) for piece in pieces if piece]
        if self._width is not None and sum(display_width(span.text) for span in spans) > self._width:
            spans = spans[:-1]
        self._lines.append("".join(map(self._paint, spans)).rstrip())

    def list_of(self, words: Sequence[str], indent: int = 0) -> None:
        """Write words one after the other, with commas between them, unbroken each."""
        spans = [f"{word}," for word in words[:-1]] + list(words[-1:])
        lead = " " * indent
        self._flow([self._clean(span) for span in spans], lead, lead, gap=" ")

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
        natural = _natural(widths, first_width)
        room = None if self._width is None else self._width - indent
        painted = columns
        if self._color:
            painted = [self._styled(column, styles or {}, headed=bool(header)) for column in columns]
        if room is None or _total(natural) <= room:
            self._lines += _aligned(painted, widths, natural, " " * indent)
        else:
            limits = _fit(natural, room)
            cells = zip(zip(*columns, strict=True), zip(*painted, strict=True), strict=True)
            for plain, colored in cells:
                self._lines += _folded(plain, colored, limits, indent)

    def table_fits(self, rows: Sequence[Sequence[str]], *, first_width: int = 0) -> bool:
        """Tell whether a table of these rows needs no wrapping."""
        columns = [self._clean_column(column) for column in zip(*rows, strict=True)]
        natural = _natural([_widths(column) for column in columns], first_width)
        return self._width is None or _total(natural) <= self._width

    def _styled(self, column: list[str], styles: Mapping[str, Style], *, headed: bool) -> list[str]:
        cells = [self._paint(Span(cell, styles.get(cell, Style.PLAIN))) for cell in column]
        if headed:
            cells[0] = self._paint(Span(column[0], Style.STRONG))
        return cells

    def _flow(self, spans: Sequence[Span], lead: str, following: str, gap: str = GAP) -> None:
        """Write spans with gaps between them; break between spans, and at the blanks of a long one."""
        limit = self._width
        line, used, space = lead, display_width(lead), ""
        for span in spans:
            whole = len(space) + display_width(span.text)
            if limit is None or used + whole <= limit:
                line, used, space = line + space + self._paint(span), used + whole, gap
                continue
            text = _abbreviated(span.text, limit - len(following))
            fits_alone = display_width(text) <= limit - len(following)
            if space and (fits_alone or used > limit // 2):
                self._lines.append(line.rstrip())
                line, used, space = following, len(following), ""
            *full, last = wrap(text, limit - used - len(space), limit - len(following))
            for piece in full:
                self._lines.append((line + space + self._paint(Span(piece, span.style))).rstrip())
                line, used, space = following, len(following), ""
            line += space + self._paint(Span(last, span.style))
            used, space = used + len(space) + display_width(last), gap
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


def _aligned(columns: list[list[str]], widths: list[list[int]], limits: list[int], lead: str) -> Iterator[str]:
    """Fill each cell up to its column's width; `widths` are those of the cells without color."""
    padded = [
        [cell + " " * (limit - width) for cell, width in zip(cells, lengths, strict=True)]
        for cells, lengths, limit in zip(columns, widths, limits, strict=True)
    ]
    return ((lead + GAP.join(row)).rstrip() for row in zip(*padded, strict=True))


def _natural(widths: list[list[int]], first_width: int) -> list[int]:
    natural = [max(column) for column in widths]
    natural[0] = max(natural[0], first_width)
    return natural


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _fit(natural: list[int], room: int) -> list[int]:
    """Give the last column what the others leave; if that is little, narrow the widest of those."""
    *others, last = natural
    for_others = max(room - len(GAP) * len(others) - min(last, _LAST), _NARROWEST * len(others))
    limits = [0] * len(others)
    narrow_first = sorted(range(len(others)), key=others.__getitem__)
    for position, column in enumerate(narrow_first):
        limits[column] = min(others[column], for_others // (len(others) - position))
        for_others -= limits[column]
    return [*limits, max(room - sum(limits) - len(GAP) * len(others), _NARROWEST)]


def _folded(plain: Sequence[str], colored: Sequence[str], limits: list[int], indent: int) -> Iterator[str]:
    """Fold a row that does not fit inside its columns; a last cell of long words or many lines goes on below."""
    lead = " " * indent
    cells = [fold(cell, limit) for cell, limit in zip(plain, limits, strict=True)]
    is_below = len(cells[-1]) > _LINES or any(display_width(word) > limits[-1] for word in plain[-1].split())
    if is_below:
        cells[-1] = [""]
    for number in range(max(map(len, cells))):
        parts = []
        for position, (lines, limit) in enumerate(zip(cells, limits, strict=True)):
            text = lines[number] if number < len(lines) else ""
            shown = colored[position] if text == plain[position] else text
            parts.append(shown + " " * (limit - display_width(text)))
        yield (lead + GAP.join(parts)).rstrip()
    if is_below:
        below = indent + len(GAP) + 1
        width = sum(limits) + len(GAP) * (len(limits) - 1) + indent - below
        for line in wrap(plain[-1], width, width):
            yield " " * below + line


def _widths(column: Sequence[str]) -> list[int]:
    return list(map(len if "".join(column).isascii() else display_width, column))


def wrap(text: str, first: int, width: int) -> list[str]:
    """Break `text` at blanks into lines of at most `width` columns, the first of at most `first`.

    A word that is longer has a line of its own: what is to be copied stays whole.
    """
    lines, line, room = [], "", first
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
            room = width
        line = word
    return [*lines, line]


def fold(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns: at blanks, else inside words; all have its indent."""
    indent = text[: len(text) - len(text.lstrip(" "))][: width // 2]
    width -= len(indent)
    lines = []
    for piece in wrap(text.lstrip(" "), width, width):
        rest = piece
        while display_width(rest) > width:
            head = _head(rest, width)
            lines.append(indent + head)
            rest = rest[len(head) :]
        lines.append(indent + rest)
    return lines


def _abbreviated(text: str, width: int) -> str:
    """Shorten the digests in a text that no line can hold."""
    return text if display_width(text) <= width else _DIGEST.sub(r"\1…\2", text)


def _head(text: str, width: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[: max(position, 1)]
    return text
