"""Patterns over licenses: ids, globs, ranges, categories and groups; compared without case, never by substring."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, Self

import msgspec

from attest.errors import InvalidPolicyError
from attest.licenses import (
    FAMILIES,
    Leaf,
    all_exceptions,
    all_ids,
    canonical_exception,
    canonical_id,
    category_of,
    family_of,
    later_versions,
    replacement_of,
)
from attest.model.license import NOASSERTION, NONE, Category
from attest.policy.reading import near

CATEGORY: Final = "category:"
GROUP: Final = "group:"
UNKNOWN_WORD: Final = "ATT-POL-002"
_WITH: Final = " with "
_REFERENCES: Final = ("licenseref-", "documentref-")
_SILENT: Final = frozenset({NOASSERTION.lower(), NONE.lower()})


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list.

    `globs` are lower-case and see ids, `pairs` see `X WITH E`; `category` is
    what a license demands. A pattern has one of the three.
    """

    text: str
    globs: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    category: Category | None = None

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a pattern that stands at `where` in a policy.

        Raises:
            InvalidPolicyError: it names no category, an id that is not on the SPDX
                list, or is a glob that no id can match.
        """
        lowered = text.lower()
        if lowered.startswith(CATEGORY):
            return cls(text=text, category=category_named(lowered.removeprefix(CATEGORY), where))
        if lowered in _SILENT or (lowered.startswith(_REFERENCES) and _WITH not in lowered):
            return cls(text=text, globs=(lowered,))
        # what an old id stands for may be a pair, as `GPL-2.0-with-classpath-exception` does
        meant = replacement_of(canonical_id(text) or text)
        if _WITH in meant.lower():
            return cls(text=text, pairs=_pairs(meant, where))
        return cls(text=text, globs=_globs(text, where))

    def names(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names this license by id, glob or range; its exception is not looked at."""
        id_ = (f"{leaf.id}+" if leaf.or_later else leaf.id).lower()
        if id_ in _SILENT:
            return id_ in self.globs
        if any(fnmatchcase(id_, glob) for glob in self.globs):
            return True
        # of a family without a version nobody knows which member it is, even where one is called as the family is
        family = (family_of(leaf.id) or "").lower()
        wide = [glob for glob in self.globs if "*" in glob]
        return bool(family) and any(fnmatchcase(each, glob) for each in (family, f"{family}-") for glob in wide)

    def names_pair(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names this very pair of license and exception."""
        return any(fnmatchcase(str(leaf).lower(), glob) for glob in self.pairs)

    def covers(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names the license, or the category of the whole leaf."""
        return category_of(leaf) is self.category if self.category is not None else self.names(leaf)


def patterns_of(texts: Sequence[str], groups: Mapping[str, Sequence[str]], where: str) -> tuple[Pattern, ...]:
    """Read a list of patterns; `group:X` stands for the patterns of group X.

    Raises:
        InvalidPolicyError: a pattern or a group is not known.
    """
    found: list[Pattern] = []
    for text in texts:
        if text.lower().startswith(GROUP):
            name = text[len(GROUP) :]
            if name not in groups:
                raise InvalidPolicyError(
                    f"{where}: there is no group {name}", code=UNKNOWN_WORD, hint=near(name, tuple(groups))
                )
            found += [Pattern.parse(each, f"{where}: group {name}") for each in groups[name]]
        else:
            found.append(Pattern.parse(text, where))
    return tuple(found)


def exception_of(text: str, where: str) -> str:
    """Return the id of an exception.

    Raises:
        InvalidPolicyError: it is not on the SPDX list.
    """
    found = canonical_exception(text)
    if found is None:
        raise _unknown(f"{where}: {text} is not an exception of the SPDX list", text, all_exceptions())
    return found


def category_named(name: str, where: str) -> Category:
    """Return the category of this name.

    Raises:
        InvalidPolicyError: there is none.
    """
    try:
        return Category(name.lower())
    except ValueError as error:
        hint = f"categories: {', '.join(Category)}"
        raise InvalidPolicyError(f"{where}: {name} is not a category", code=UNKNOWN_WORD, hint=hint) from error


def _pairs(text: str, where: str) -> tuple[str, ...]:
    position = text.lower().index(_WITH)
    license_, exception = text[:position].strip(), text[position + len(_WITH) :].strip()
    if not _is_glob(exception):
        exception = exception_of(exception, where)
    elif not any(fnmatchcase(each.lower(), exception.lower()) for each in all_exceptions()):
        raise _unknown(f"{where}: {exception} matches no exception", exception, all_exceptions())
    globs = (license_.lower(),) if license_.lower().startswith(_REFERENCES) else _globs(license_, where)
    return tuple(f"{glob}{_WITH}{exception.lower()}" for glob in globs)


def _globs(text: str, where: str) -> tuple[str, ...]:
    """Return the globs a pattern stands for: a range covers every later version, an old id all of its forms."""
    if _is_glob(text):
        _check_glob(text, where)
        return (text.lower(),)
    id_ = canonical_id(text) or canonical_id(text.removesuffix("+"))
    if id_ is None:
        raise _unknown(f"{where}: {text} is not an id of the SPDX list", text, (*all_ids(), *_family_globs()))
    if canonical_id(f"{id_}-only") is not None:
        return (f"{id_}-*".lower(),)
    id_ = replacement_of(id_)
    if id_.endswith("-or-later"):
        versions = later_versions(id_, or_later=True)
        return tuple(f"{each.removesuffix('-only')}-*".lower() for each in versions)
    if not text.endswith("+"):
        return (id_.lower(),)
    return tuple(
        spelling for each in later_versions(id_, or_later=True) for spelling in (each.lower(), f"{each}+".lower())
    )


def _is_glob(text: str) -> bool:
    return any(mark in text for mark in "*?[")


def _check_glob(text: str, where: str) -> None:
    glob = text.lower()
    if glob.startswith(("*", "licenseref", "documentref")):
        return
    if not any(fnmatchcase(id_, glob) for id_ in _matchable()):
        raise _unknown(f"{where}: {text} matches no id of the SPDX list", text.strip("*"), all_ids())


@cache
def _matchable() -> tuple[str, ...]:
    """Return what a glob can match: ids that an expression may hold once it is normalized, and families."""
    current = (id_.lower() for id_ in all_ids() if replacement_of(id_) == id_)
    families = (name.lower() for family in FAMILIES for name in (family, f"{family}-"))
    return (*current, *families)


def _family_globs() -> tuple[str, ...]:
    return tuple(f"{family}-*" for family in FAMILIES)


def _unknown(message: str, text: str, choices: tuple[str, ...]) -> InvalidPolicyError:
    hint = near(text, choices)
    if not hint.startswith("did you mean"):
        hint = "ids and exceptions are those of https://spdx.org/licenses/; a glob such as GPL-* covers many"
    return InvalidPolicyError(message, code=UNKNOWN_WORD, hint=hint)
