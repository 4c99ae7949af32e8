"""Finding the joints of a license text: what is joined by AND, OR or WITH, and in which order they bind."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import accumulate
from typing import Final

import msgspec

from attest.licenses.expression import MAX_NESTING, MAX_OPERANDS

_JOINED: Final = re.compile(r"[\s(),;|/]")
_UNDERSCORED: Final = re.compile(r"_(and|or)_", re.IGNORECASE)
_WORD: Final = re.compile(r"[()]|[,;|]|[^\s(),;|]+")
_PREAMBLE: Final = re.compile(
    r"(?:(?:dual|multi|tri)?[- ]?licen[sc]ed(?: under)?(?: the)?\s*[-:]*\s+|dual\s*[-:]\s*|either\s+)+", re.IGNORECASE
)
_DUAL: Final = re.compile(r"dual", re.IGNORECASE)
_OPTION: Final = re.compile(r",?\s+at your (?:option|choice)$", re.IGNORECASE)
_LEADING: Final = re.compile(r"^(?:and|or)\s+", re.IGNORECASE)
_VERSION: Final = re.compile(r"(?:version|ver\.?|v\.?)\s*\d", re.IGNORECASE)
_LATER: Final = frozenset({"later", "any", "newer", "greater", "above", "higher"})
_JOINT: Final = re.compile(r"[,;|/&]|\b(?:and|or)\b", re.IGNORECASE)
_ID: Final = re.compile(r"[A-Za-z0-9.+-]+", re.ASCII)


class Kind(StrEnum):
    """What a joint says of its parts; of a slash it depends on who wrote it."""

    AND = "and"
    OR = "or"
    WITH = "with"
    SLASH = "slash"


class Joint(msgspec.Struct, frozen=True):
    """The outermost joint of a text, and the parts on its sides."""

    kind: Kind
    parts: tuple[str, ...]


def split(text: str, ecosystem: str | None = None) -> Joint | None:
    """Split a text at its weakest joint; null if it has none, or if its parentheses do not match.

    A comma binds weaker than `or`, which binds weaker than `and`, as in
    Debian's `A or B, and C`. What is nested too deep, or joins too much, has no joint.
    """
    whole = text = _UNDERSCORED.sub(r" \1 ", text)
    if not _JOINED.search(text):
        return None
    preamble = _PREAMBLE.match(text)
    is_dual = preamble is not None and _DUAL.match(text) is not None
    if preamble and preamble.end() < len(text):
        text = text[preamble.end() :]
    text = _OPTION.sub("", text)
    words = _WORD.findall(text)
    if not _balanced(words) or is_too_long(text):
        return None
    words = _unwrapped(words)
    joint = _at_commas(words) or _at(words, ("or", "|", "||"), Kind.OR) or _at(words, ("and", "&"), Kind.AND)
    if joint is not None:
        return Joint(Kind.OR, joint.parts) if is_dual and joint.kind is Kind.AND else joint
    return _with(words) or _slash(text) or _blanks(words, ecosystem) or _inner(whole, words)


def is_too_long(text: str) -> bool:
    """Tell whether a text joins more licenses than an expression may have operands."""
    # the shortest joint is one character beside another
    return len(text) > MAX_OPERANDS and len(_JOINT.findall(text)) >= MAX_OPERANDS


def _inner(whole: str, words: Sequence[str]) -> Joint | None:
    """Return what was inside parentheses or behind a preamble, as a joint with one part."""
    inner = _text(words)
    return Joint(Kind.AND, (inner,)) if words and len(inner) < len(whole) - 1 else None


def _balanced(words: Sequence[str]) -> bool:
    depth = 0
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if not 0 <= depth <= MAX_NESTING:
            return False
    return depth == 0


def _unwrapped(words: list[str]) -> list[str]:
    """Remove the parentheses around the whole, all layers at once: there may be thousands."""
    opening = next((position for position, word in enumerate(words) if word != "("), 0)
    closing = next((position for position, word in enumerate(reversed(words)) if word != ")"), 0)
    if not (opening and closing):
        return words
    inner = words[opening : len(words) - closing]
    depths = accumulate(({"(": 1, ")": -1}.get(word, 0) for word in inner), initial=opening)
    layers = min(opening, closing, *depths)
    return words[layers : len(words) - layers]


def _at(words: Sequence[str], operators: Sequence[str], kind: Kind) -> Joint | None:
    parts = list(_parts(words, operators))
    if len(parts) < 2 or not all(parts):
        return None
    return Joint(kind, tuple(parts))


def _parts(words: Sequence[str], operators: Sequence[str]) -> Iterator[str]:
    depth = 0
    part: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        depth += {"(": 1, ")": -1}.get(word, 0)
        is_range = word.lower() == "or" and following.lower() in _LATER
        if depth == 0 and word.lower() in operators and not is_range:
            yield _text(part)
            part = []
        else:
            part.append(word)
    yield _text(part)


def _at_commas(words: Sequence[str]) -> Joint | None:
    parts: list[str] = []
    for part in filter(None, _parts(words, (",", ";"))):
        if parts and _VERSION.match(part):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    if len(parts) < 2:
        return None
    is_choice = all(part.lower().startswith("or ") for part in parts[1:])
    return Joint(Kind.OR if is_choice else Kind.AND, tuple(_LEADING.sub("", part) for part in parts))


def _with(words: Sequence[str]) -> Joint | None:
    lowered = [word.lower() for word in words]
    position = lowered.index("with") if "with" in lowered else 0
    base, exception = _text(words[:position]), _text(words[position + 1 :])
    return Joint(Kind.WITH, (base, exception)) if base and exception else None


def _slash(text: str) -> Joint | None:
    parts = tuple(part.strip() for part in text.split("/"))
    if len(parts) < 2 or not all(parts) or "://" in text:
        return None
    return Joint(Kind.SLASH, parts)


def _blanks(words: Sequence[str], ecosystem: str | None) -> Joint | None:
    """Alpine's old lists are separated by blanks; elsewhere a blank is part of a name."""
    if ecosystem != "apk" or not 2 <= len(words) <= MAX_OPERANDS or not all(_ID.fullmatch(word) for word in words):
        return None
    return Joint(Kind.AND, tuple(words))


def _text(words: Sequence[str]) -> str:
    return " ".join(words).replace("( ", "(").replace(" )", ")").replace(" ,", ",")
