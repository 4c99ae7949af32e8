"""Making characters visible that a terminal or a reader would obey instead of show.

An image can hold any string. C0, DEL and C1 controls drive a terminal; bidi
controls reorder what is read (https://trojansource.codes); zero-width and tag
characters hide what is there; line separators break lines.
"""

import re
from typing import Final

_RANGES: Final = (
    (0x0000, 0x001F),  # C0
    (0x007F, 0x009F),  # DEL and C1
    (0x00AD, 0x00AD),  # soft hyphen
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x180B, 0x180E),  # Mongolian variation selectors and vowel separator
    (0x200B, 0x200F),  # zero-width space, joiners, directional marks
    (0x2028, 0x202E),  # line and paragraph separator, bidi embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidi isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xD800, 0xDFFF),  # lone surrogates: bytes of the command line that are not UTF-8
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # zero-width no-break space
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xFFFE, 0xFFFF),  # no characters, which XML forbids
    (0x1D173, 0x1D17A),  # invisible musical controls
    (0xE0000, 0xE0FFF),  # tags and further variation selectors
)

HIDDEN: Final = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES) + "]")
"""One character that must not be printed as it is."""


OPENING: Final = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"
CLOSING: Final = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


def sanitize(text: str) -> str:
    """Show every hidden character by its number, in angle quotation marks."""
    return HIDDEN.sub(_visible, text)


def escape_json(text: str) -> str:
    r"""Write every hidden character of a JSON document as `\uXXXX`, which keeps its meaning.

    Line feeds are left alone: in a valid document they stand between values only.
    """
    return HIDDEN.sub(_escaped, text)


def _visible(match: re.Match[str]) -> str:
    return f"{OPENING}U+{ord(match[0]):04X}{CLOSING}"


def _escaped(match: re.Match[str]) -> str:
    if match[0] == "\n":
        return "\n"
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
