"""What a provenance statement says, in the words that text and HTML share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from attest.model.provenance import BaseImage, BuildSource, Material, Provenance, Slsa
from attest.render import words

_DEEPEST: Final = 8


def builder_words(statement: Provenance) -> str:
    """Name the builder, or say that it did not identify itself."""
    return statement.builder or f"not stated: {words.NO_BUILDER}"


def source_words(source: BuildSource | None, *, brief: bool = False) -> list[str]:
    """Name repository, commit, reference and path; say so where only the client claims them."""
    if source is None or not (source.uri or source.commit or source.path):
        return [words.NO_SOURCE]
    where = source.uri or "unknown repository"
    commit = source.commit and (source.commit[:12] if brief else source.commit)
    where = where.removeprefix("https://") if brief else where
    parts = [f"{where} @ {commit}" if commit else f"{where} (no commit is stated)"]
    parts += [part for part in (source.ref, source.path) if part]
    return [*parts, words.CLAIMED_SOURCE] if source.claimed else parts


def base_words(base: BaseImage) -> list[str]:
    """Name a base image, how it was found out, and whether it was pinned."""
    name = base.reference or "unnamed"
    if base.digest and base.digest not in name:
        name = f"{name}@{base.digest}"
    pinned = "pinned by digest" if base.pinned else "not pinned"
    return [name, f"{words.CONFIDENCES[base.confidence]}; {pinned}"]


def base_image_words(statement: Provenance) -> list[str]:
    """Name the image directly below, or say that none is stated."""
    if not statement.base:
        return ["none is stated"]
    return base_words(min(statement.base, key=lambda base: base.depth))


def mode_words(statement: Provenance) -> str | None:
    """Name BuildKit's level of detail, and what the lesser one leaves out; null where it has none."""
    if statement.mode == "min":
        return words.MODE_MIN
    return f"mode={statement.mode}" if statement.mode else None


def parameter_lines(statement: Provenance) -> list[str]:
    """Write each parameter as `name=value`, the names of nested ones with dots between them."""
    return [f"{name}={value}" for name, value in _leaves("", statement.parameters or {}, _DEEPEST)]


def _leaves(prefix: str, values: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict) and value and depth:
            yield from _leaves(f"{prefix}{name}.", value, depth - 1)
        else:
            written = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            yield f"{prefix}{name}", written


def took(statement: Provenance) -> str | None:
    """Say how long the build took; null where that is not stated."""
    if statement.started is None or statement.finished is None:
        return None
    try:
        seconds = (_time(statement.finished) - _time(statement.started)).total_seconds()
    except (ValueError, TypeError):
        return None
    if seconds < 0:
        return "finished before it started"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    units = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return "took " + (" ".join(f"{number} {unit}" for number, unit in units if number) or "under 1 s")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stated(value: bool | None) -> str:  # noqa: FBT001 - a value to show
    """Write yes, no, or that the builder does not say."""
    return "not stated" if value is None else "yes" if value else "no"


def met_word(value: bool | None) -> str:  # noqa: FBT001 - a value to show
    """Write whether a requirement is met, or that this could not be determined."""
    return "not determined" if value is None else "met" if value else "not met"


def slsa_words(slsa: Slsa) -> str:
    """Say which level is claimed and which the evidence supports."""
    claimed = f"claimed {slsa.claimed}" if slsa.claimed else "no level is claimed"
    level = f"level {slsa.assessed}" if slsa.assessed else "no level"
    assessed = f"the evidence supports {level}" if slsa.facts else "not assessed"
    return f"{claimed}; {assessed}"


def material_counts(materials: Sequence[Material]) -> str:
    """Count materials, and those without a digest."""
    loose = sum(not material.pinned for material in materials)
    return f"{words.count(len(materials), 'material')}, {loose or 'none'} unpinned"


def distinct(statements: Sequence[Provenance], say: Callable[[Provenance], list[str]]) -> list[str]:
    """Say once what all statements say, then what only some do, with their platforms."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for statement in statements:
        groups.setdefault(tuple(say(statement)), []).extend(statement.platforms)
    first = next(iter(groups), ())
    shared = [part for part in first if all(part in said for said in groups)]
    rests = [
        (", ".join(part for part in said if part not in shared) or "nothing else", platforms)
        for said, platforms in groups.items()
    ]
    if len(groups) == 1:
        return shared
    return shared + [f"{rest} ({', '.join(dict.fromkeys(platforms))})" for rest, platforms in rests]
