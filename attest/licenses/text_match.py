"""Recognizing the body of a license, whole or several behind each other.

A text that is equal to one of the list, but for names, years, space and case, is
found by its fingerprint. Others are compared by the three-word shingles that
they share (Dice's coefficient), with those candidates only of whose sample of
shingles most are in the text. What a text says beyond the licenses found in it
may change them: a longer passage that none of them explains leaves it unknown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

import msgspec

from attest.licenses.expression import Leaf, Tree, all_of
from attest.licenses.resources import resource
from attest.licenses.texts import MIN_WORDS, fingerprints, marks, shingles, text_of, words_of
from attest.model.wire import decoder_of

MIN_LENGTH: Final = 200
"""What is shorter is no body of a license."""
MAX_WORDS: Final = 200_000
MIN_LIKENESS: Final = 0.93
MIN_CONTAINED: Final = 0.90
MIN_OWN: Final = 0.50
MIN_SAMPLED: Final = 0.60
MAX_CANDIDATES: Final = 16
MAX_REMEMBERED: Final = 64 * 1024
MAX_UNEXPLAINED: Final = 40
"""So many words of a header or a holder's name are no terms; a restriction takes more."""
# one of these in the words that no license explains may take back what the license grants
_LIMITING: Final = frozenset(
    {
        *("academic", "educational", "evaluation", "personal", "research", "solely"),
        *("commercial", "commercially", "noncommercial", "nonprofit", "internal"),
        *("evil", "military", "nuclear", "prohibited"),
    }
)


class TextMatch(msgspec.Struct, frozen=True):
    """The license that a text is, and how alike they are, from 0 to 1."""

    tree: Tree
    confidence: float


class _Candidate(msgspec.Struct, frozen=True):
    id: str
    shingles: frozenset[str]
    shared: frozenset[str]
    likeness: float

    @property
    def contained(self) -> float:
        return len(self.shared) / len(self.shingles)


def license_of_text(text: str) -> TextMatch | None:
    """Return the license whose body this is; null if it is none of the list's, or more than those."""
    return _remembered(text) if len(text) <= MAX_REMEMBERED else _match(text)


@lru_cache(maxsize=256)
def _remembered(text: str) -> TextMatch | None:
    """Match a text that the SBOM of every platform of an image repeats."""
    return _match(text)


def _match(text: str) -> TextMatch | None:
    known = _index().fingerprints
    equal = next((known[each] for each in fingerprints(text) if each in known), None)
    if equal is not None:
        return TextMatch(Leaf(equal), 1.0)
    words = words_of(text)
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return None
    parts = shingles(words)
    found = _chosen(_candidates(parts))
    explained = frozenset[str]().union(*(each.shared for each in found))
    if not found or _is_changed(parts, explained):
        return None
    confidence = found[0].likeness if len(found) == 1 else min(each.contained for each in found)
    return TextMatch(all_of(Leaf(each.id) for each in found), round(confidence, 3))


def _candidates(parts: Sequence[str]) -> list[_Candidate]:
    body = frozenset(parts)
    found = []
    for id_ in _nominated(marks(body)):
        own = _shingles_of(id_)
        shared = own & body
        found.append(_Candidate(id_, own, shared, 2 * len(shared) / (len(own) + len(body))))
    return sorted(found, key=lambda each: (-each.likeness, len(each.id), each.id))


def _nominated(present: set[int]) -> Iterator[str]:
    """Yield the ids of whose sample most is present."""
    samples, owners = _index().samples, _owners()
    counts = Counter(id_ for mark in present & owners.keys() for id_ in owners[mark])
    likely = ((count / len(samples[id_]), id_) for id_, count in counts.items())
    for share, id_ in sorted(likely, key=lambda each: (-each[0], each[1]))[:MAX_CANDIDATES]:
        if share >= MIN_SAMPLED:
            yield id_


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the one that the text is, else those it contains that are no part of another."""
    if candidates and candidates[0].likeness >= MIN_LIKENESS:
        return [candidates[0]]
    chosen: list[_Candidate] = []
    explained: frozenset[str] = frozenset()
    for each in sorted(candidates, key=lambda each: (-len(each.shared), len(each.id), each.id)):
        own = each.shared - explained
        if each.contained >= MIN_CONTAINED and len(own) >= MIN_OWN * len(each.shingles):
            chosen.append(each)
            explained |= each.shared
    return chosen


def _is_changed(parts: Sequence[str], explained: frozenset[str]) -> bool:
    """Tell whether words that no license explains may change what they say."""
    others = {word for part in parts if part not in explained for word in part.split()}
    return not others.isdisjoint(_LIMITING) or _longest_gap(parts, explained) > MAX_UNEXPLAINED


def _longest_gap(parts: Iterable[str], explained: frozenset[str]) -> int:
    """Return how long a passage of other words gets; the few shingles that any two texts share do not end one."""
    longest = gap = 0
    for part in parts:
        gap = max(0, gap - 1) if part in explained else gap + 1
        longest = max(longest, gap)
    return longest


@cache
def _shingles_of(id_: str) -> frozenset[str]:
    return frozenset(shingles(words_of(text_of(id_) or "")))


class _Index(msgspec.Struct):
    fingerprints: dict[str, str]
    samples: dict[str, tuple[int, ...]]


@cache
def _owners() -> dict[int, list[str]]:
    owners: dict[int, list[str]] = defaultdict(list)
    for id_, sample in _index().samples.items():
        for mark in sample:
            owners[mark].append(id_)
    return dict(owners)


@cache
def _index() -> _Index:
    return decoder_of(_Index).decode(resource("text-index.json"))
