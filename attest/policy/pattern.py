"""Patterns over licenses: ids, globs, ranges, categories and groups; compared without case, never by substring."""

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final, Self

import msgspec

from attest.errors import InvalidPolicyError
from attest.licenses import (
    Leaf,
    all_exceptions,
    all_ids,
    canonical_exception,
    canonical_id,
    category_of,
    family_of,
    later_versions,
)
from attest.model.license import Category

CATEGORY: Final = "category:"
GROUP: Final = "group:"
_UNKNOWN: Final = "ATT-POL-002"


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a list. `globs` are lower-case and cover ids; `category` covers what a license demands."""

    text: str
    globs: tuple[str, ...] = ()
    category: Category | None = None
    is_pair: bool = False

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a pattern that stands at `where` in a policy.

        Raises:
            InvalidPolicyError: it names no category, or an id that is not on the SPDX list.
        """
        if text.startswith(CATEGORY):
            return cls(text=text, category=_category(text.removeprefix(CATEGORY), where))
        if " with " in text.lower():
            return cls(text=text, globs=_pairs(text, where), is_pair=True)
        return cls(text=text, globs=_globs(text, where))

    def names(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names this license by id, glob or range; its exception is not looked at."""
        if self.is_pair:
            return False
        family = family_of(leaf.id)
        ids = [f"{leaf.id}+" if leaf.or_later else leaf.id] + ([family, f"{family}-"] if family else [])
        return any(fnmatchcase(id_.lower(), glob) for id_ in ids for glob in self.globs)

    def names_pair(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names this very pair of license and exception."""
        return self.is_pair and any(fnmatchcase(str(leaf).lower(), glob) for glob in self.globs)

    def covers(self, leaf: Leaf) -> bool:
        """Tell whether the pattern names the license, or the category of the whole leaf."""
        if self.category is not None:
            return category_of(leaf) is self.category
        return self.names(leaf)


def patterns_of(texts: list[str] | tuple[str, ...], groups: dict[str, list[str]], where: str) -> tuple[Pattern, ...]:
    """Read a list of patterns; `group:X` stands for the patterns of group X.

    Raises:
        InvalidPolicyError: a pattern or a group is not known.
    """
    found: list[Pattern] = []
    for text in texts:
        if text.startswith(GROUP):
            name = text.removeprefix(GROUP)
            if name not in groups:
                raise InvalidPolicyError(f"{where}: there is no group {name}", code=_UNKNOWN, hint=_near(name, groups))
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
        raise InvalidPolicyError(
            f"{where}: {text} is not an exception of the SPDX list",
            code=_UNKNOWN,
            hint=_near(text, all_exceptions()),
        )
    return found


def _category(name: str, where: str) -> Category:
    try:
        return Category(name)
    except ValueError as error:
        raise InvalidPolicyError(
            f"{where}: {name} is not a category", code=_UNKNOWN, hint=f"categories: {', '.join(Category)}"
        ) from error


def _pairs(text: str, where: str) -> tuple[str, ...]:
    position = text.lower().index(" with ")
    license_, exception = text[:position], text[position + 6 :]
    if "*" not in exception:
        exception = exception_of(exception, where)
    return tuple(f"{glob} with {exception.lower()}" for glob in _globs(license_, where))


def _globs(text: str, where: str) -> tuple[str, ...]:
    """Return the globs a pattern stands for: a range covers every later version, an old id all of its forms."""
    if any(mark in text for mark in "*?["):
        return (text.lower(),)
    if text.lower().startswith(("licenseref-", "documentref-")):
        return (text.lower(),)
    plain = text.removesuffix("+")
    id_ = canonical_id(text) or canonical_id(plain)
    if id_ is None:
        raise InvalidPolicyError(
            f"{where}: {text} is not an id of the SPDX list", code=_UNKNOWN, hint=_near(text, all_ids())
        )
    bare = id_.removesuffix("+")
    if canonical_id(f"{bare}-only") is not None:
        id_ = f"{bare}-or-later" if text.endswith("+") else f"{bare}-*"
    if id_.endswith("-or-later"):
        versions = [each.removesuffix("-only") for each in later_versions(id_, or_later=True)]
        return tuple(f"{each}-*".lower() for each in versions)
    if not text.endswith("+"):
        return (id_.lower(),)
    return tuple(spelling.lower() for each in later_versions(bare, or_later=True) for spelling in (each, f"{each}+"))


def _near(text: str, choices: object) -> str:
    names = list(choices) if isinstance(choices, (tuple, dict, list)) else []
    found = get_close_matches(text, names, n=1)
    return f"did you mean {found[0]}?" if found else "a glob such as GPL-* covers many"
