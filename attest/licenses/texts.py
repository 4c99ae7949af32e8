"""The texts of the license list, and the words by which they are compared."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final
from zlib import crc32

import msgspec

from attest.licenses.resources import resource

MIN_WORDS: Final = 20
SAMPLE_SIZE: Final = 16
SHINGLE: Final = 3

# a line of these names the holder, which is no part of the license
_NOTICE: Final = re.compile(r"[\s*#/;-]*(?:copyright|\(c\)|©|all rights reserved)", re.IGNORECASE)
# the list's own markup often makes optional what stands in parentheses
_NOISE: Final = re.compile(r"https?://\S+|\([^()]{0,60}\)")
_WORDS: Final = re.compile(r"[a-z0-9]+", re.ASCII)


@cache
def _texts() -> dict[str, str]:
    import lzma

    packed = resource("texts.json.xz")
    return msgspec.json.decode(lzma.decompress(packed), type=dict[str, str])


def text_of(id_: str) -> str | None:
    """Return the list's text of a license; null for an id that is not on it, or was replaced.

    All of them are unpacked with the first: 30 ms.
    """
    return _texts().get(id_)


def words_of(text: str) -> list[str]:
    """Return the words that make a license what it is: no notices, pages or parentheses, and one spelling."""
    lines = (line for line in text.splitlines() if not _NOTICE.match(line))
    return _WORDS.findall(_NOISE.sub(" ", "\n".join(lines).lower()).replace("licence", "license"))


def shingles(words: Sequence[str]) -> list[str]:
    """Return every three words that follow each other."""
    return [" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]


def fingerprints(text: str) -> tuple[str, ...]:
    """Return what only an equal text has too: of all its words, and of those without its first line."""
    words = words_of(text)
    title = words_of(text.strip().partition("\n")[0])
    return tuple(
        hashlib.sha256(" ".join(each).encode()).hexdigest()[:16]
        for each in (words, words[len(title) :])
        if len(each) >= MIN_WORDS
    )


def marks(parts: Iterable[str]) -> set[int]:
    """Return a short number for each shingle; two differ in it but once in 16 million."""
    return {crc32(part.encode()) >> 8 for part in parts}


def sample(text: str) -> tuple[int, ...]:
    """Return the smallest marks of a text: how many of them another has tells how much of the text is in it."""
    return tuple(sorted(marks(shingles(words_of(text))))[:SAMPLE_SIZE])
