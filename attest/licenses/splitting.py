"""Finding the joints of a license text: what is joined by AND, OR or WITH, and in which order they bind."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

MAX_PARTS: Final = 4096
_JOINED: Final = re.compile(r"[\s(),;|&/]")
_WORD: Final = re.compile(r"[()]|[,;|&]|[^\s(),;|&]+")
_PREAMBLE: Final = re.compile(
    r"(?:dual|multi|tri)?-?\s*licen[sc]ed(?: under)?(?: the)?\s*[-:]*\s+|dual\s*[-:]\s*|either\s+",
    re.IGNORECASE,
)
_OPTION: Final = re.compile(r",?\s+at your (?:option|choice)$", re.IGNORECASE)
_DUAL: Final = re.compile(r"dual", re.IGNORECASE)
_ID: Final = re.compile(r"[A-Za-z0-9.+-]+", re.ASCII)


class Joint(msgspec.Struct, frozen=True):
    """The outermost joint of a text: `and`, `or`, `with` or `slash`, and the parts on its sides."""

    kind: str
    parts: tuple[str, ...]


def split(text: str, ecosystem: str | None = None) -> Joint | None:
    """Split a text at its weakest joint; null if it has none, or if its parentheses do not match.

    A comma binds weaker than `or`, which binds weaker than `and`, as in
    Debian's `A or B, and C`.
    """
    if not _JOINED.search(text):
        return None
    preamble = _PREAMBLE.match(text)
    is_dual = preamble is not None and _DUAL.match(text) is not None
    if preamble and preamble.end() < len(text):
        text = text[preamble.end() :]
    text = _OPTION.sub("", text)
    words = _WORD.findall(text)
    if not _balanced(words):
        return None
    words = _unwrapped(words)
    joint = _at_commas(words) or _at(words, ("or", "|", "||"), "or") or _at(words, ("and", "&"), "and")
    if joint is not None and is_dual and joint.kind == "and":
        return Joint("or", joint.parts)
    if joint is not None:
        return joint
    return _with(words) or _slash(text) or _blanks(words, ecosystem) or _inner(text, words)


def _inner(text: str, words: Sequence[str]) -> Joint | None:
    """Return what was inside parentheses or behind a preamble, as a joint with one part."""
    inner = " ".join(words)
    return Joint("and", (inner,)) if words and len(inner) < len(text) - 1 else None


def _balanced(words: Sequence[str]) -> bool:
    depth = 0
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0:
            return False
    return depth == 0


def _unwrapped(words: list[str]) -> list[str]:
    while len(words) > 2 and words[0] == "(" and words[-1] == ")" and _balanced(words[1:-1]):
        words = words[1:-1]
    return words


def _at(words: Sequence[str], operators: Sequence[str], kind: str) -> Joint | None:
    parts = list(_parts(words, operators))
    if len(parts) < 2 or not all(parts) or len(parts) > MAX_PARTS:
        return None
    return Joint(kind, tuple(parts))


def _parts(words: Sequence[str], operators: Sequence[str]) -> Iterator[str]:
    depth = 0
    part: list[str] = []
    for position, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        later = position + 1 < len(words) and words[position + 1].lower() in (
            "later",
            "any",
            "newer",
            "greater",
        )
        if depth == 0 and word.lower() in operators and not (word.lower() == "or" and later):
            yield _text(part)
            part = []
        else:
            part.append(word)
    yield _text(part)


def _at_commas(words: Sequence[str]) -> Joint | None:
    parts = [part for part in _parts(words, (",", ";")) if part]
    if len(parts) < 2 or len(parts) > MAX_PARTS:
        return None
    starts_with_or = [part.lower().startswith("or ") for part in parts[1:]]
    bare = tuple(re.sub(r"^(?:and|or)\s+", "", part, flags=re.IGNORECASE) for part in parts)
    return Joint("or" if all(starts_with_or) else "and", bare)


def _with(words: Sequence[str]) -> Joint | None:
    lowered = [word.lower() for word in words]
    if "with" not in lowered:
        return None
    position = lowered.index("with")
    base, exception = _text(words[:position]), _text(words[position + 1 :])
    return Joint("with", (base, exception)) if base and exception else None


def _slash(text: str) -> Joint | None:
    parts = tuple(part.strip() for part in text.split("/"))
    if (
        len(parts) < 2
        or not all(parts)
        or "://" in text
        or any("." in part and " " not in part and part.islower() for part in parts)
    ):
        return None
    return Joint("slash", parts)


def _blanks(words: Sequence[str], ecosystem: str | None) -> Joint | None:
    """Alpine's old lists are separated by blanks; elsewhere a blank is part of a name."""
    if ecosystem != "apk" or len(words) < 2 or not all(_ID.fullmatch(word) for word in words):
        return None
    return Joint("and", tuple(words))


def _text(words: Sequence[str]) -> str:
    return " ".join(words).replace("( ", "(").replace(" )", ")").replace(" ,", ",")
