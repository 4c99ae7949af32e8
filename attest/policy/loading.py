"""From a name to a policy: files are read, laid over what they extend, and checked word by word."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from attest.errors import InvalidPolicyError
from attest.model.finding import PolicyStamp
from attest.model.license import Effect
from attest.policy.document import Document, LicenseRule, Waiver, read
from attest.policy.pattern import exception_of, patterns_of
from attest.policy.policy import LIST_ORDER, CompiledRule, Policy
from attest.policy.rules import FINAL_RULES, RULES

BUILTIN: Final = "builtin:"
BUILTINS: Final = ("base", "permissive")
_COMMAND_LINE: Final = "command-line"
MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 8
OR_CHOICES: Final = ("best", "worst", "ask")
SIGNATURES: Final = ("none", "any", "all")
REQUIREMENTS: Final = ("sbom", "provenance", "signature")


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of the command line."""

    deny: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    require: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing was listed."""
        return self == Lists()


def load_policy(name: str, lists: Lists | None = None) -> Policy:
    """Read the policy that `name` names: a path, or `builtin:NAME`; `lists` go on top of it.

    Raises:
        InvalidPolicyError: it cannot be read, or cannot be meant.
    """
    documents = _chain(name, 0)
    text = "\n".join(each for _, each in documents)
    merged = _merged([document for document, _ in documents], lists)
    return _compiled(merged, name, text)


def load(names: Sequence[str], lists: Lists | None = None) -> tuple[Policy, ...]:
    """Read every policy named; without a name `lists` make one of their own, without either it is `builtin:base`.

    Raises:
        InvalidPolicyError: one cannot be used.
    """
    if names:
        return tuple(load_policy(name, lists) for name in names)
    if lists is None or lists.is_empty:
        return (load_policy("builtin:base"),)
    return (load_policy(f"{BUILTIN}{_COMMAND_LINE}", lists),)


def _chain(name: str, depth: int) -> list[tuple[Document, str]]:
    """Return a policy behind everything it extends, the most general first."""
    if depth > MAX_DEPTH:
        raise InvalidPolicyError(
            f"{name}: policies extend each other more than {MAX_DEPTH} deep", hint="break the circle"
        )
    text = _text_of(name)
    document = read(text, name)
    found: list[tuple[Document, str]] = []
    for each in document.extends:
        found += _chain(_beside(name, each), depth + 1)
    return [*found, (document, text)]


def _beside(name: str, other: str) -> str:
    if other.startswith(BUILTIN) or "://" in other or name.startswith(BUILTIN) or Path(other).is_absolute():
        return other
    return str(Path(name).parent / other)


def _text_of(name: str) -> str:
    if name.startswith(("oci://", "http://", "https://")):
        raise InvalidPolicyError(
            f"{name}: policies from a registry are not supported by this version",
            code="ATT-POL-005",
            hint="fetch the policy and name the file",
        )
    if name.startswith(BUILTIN):
        short = name.removeprefix(BUILTIN)
        if short not in (*BUILTINS, _COMMAND_LINE):
            raise InvalidPolicyError(f"{name}: there is no such policy", hint=f"built in: {', '.join(BUILTINS)}")
        return (files("attest") / "policy" / "builtin" / f"{short}.toml").read_text(encoding="utf-8")
    try:
        path = Path(name)
        if path.stat().st_size > MAX_BYTES:
            raise InvalidPolicyError(f"{name}: larger than {MAX_BYTES} bytes", hint="split it with extends")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InvalidPolicyError(f"{name}: cannot be read ({reason.lower()})", hint="name a TOML file") from error


def _merged(documents: list[Document], lists: Lists | None) -> Document:
    """Lay policies over each other: lists append, anything else the later one decides."""
    merged: dict[str, object] = {}
    for document in documents:
        merged = _overlaid(merged, _written(document))
    if lists is not None and not lists.is_empty:
        merged = _overlaid(merged, _from_command_line(lists))
    return msgspec.convert(merged, Document)


def _written(document: Document) -> dict[str, object]:
    built = msgspec.to_builtins(document, builtin_types=(dt.date,))
    return {key: value for key, value in built.items() if value not in (None, "", [], {})}


def _overlaid(below: dict[str, object], above: dict[str, object]) -> dict[str, object]:
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            result[key] = _overlaid(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            result[key] = [*known, *value]
        elif value not in (None, ""):
            result[key] = value
    return result


def _from_command_line(lists: Lists) -> dict[str, object]:
    required = [word for text in lists.require for word in text.split(",") if word]
    for word in required:
        if word not in REQUIREMENTS:
            raise InvalidPolicyError(
                f"--require {word}: nothing that can be required", hint=f"one of {', '.join(REQUIREMENTS)}"
            )
    tables: dict[str, object] = {
        "licenses": {
            "deny": list(lists.deny),
            "review": list(lists.review),
            "warn": list(lists.warn),
            "allow": list(lists.allow),
        }
    }
    values: dict[str, object] = {"sbom": True, "provenance": True, "signature": "any"}
    return tables | {word: {"require": values[word]} for word in required}


def _compiled(document: Document, name: str, text: str) -> Policy:
    licenses, check = document.licenses, document.check
    where = name.removeprefix(f"{BUILTIN}{_COMMAND_LINE}") or "command line"
    _check_words(document, where)
    _check_waivers(document.waiver, where)
    listed = {
        Effect.DENY: licenses.deny,
        Effect.REVIEW: licenses.review,
        Effect.WARN: licenses.warn,
        Effect.ALLOW: licenses.allow,
    }
    return Policy(
        stamp=_stamp(document, name, text),
        images=tuple(document.scope.images),
        platforms=tuple(each for each in document.scope.platforms if each != "all"),
        lists={
            effect: patterns_of(listed[effect], document.groups, f"{where}: licenses.{effect}") for effect in LIST_ORDER
        },
        rules=tuple(_rule(each, document.groups, where) for each in licenses.rule),
        default=licenses.default or Effect.REVIEW,
        missing=licenses.missing or Effect.REVIEW,
        nonstandard=licenses.nonstandard or Effect.REVIEW,
        or_choice=licenses.or_choice or "best",
        exceptions_ok=frozenset(
            exception_of(each, f"{where}: licenses.exceptions_ok") for each in licenses.exceptions_ok
        ),
        require_sbom=document.sbom.require is not False,
        sbom_formats=tuple(document.sbom.formats),
        min_license_rate=document.sbom.min_license_rate,
        require_provenance=bool(document.provenance.require),
        require_signature=document.signature.require or "none",
        fail_on=_fail_on(check.fail_on),
        max_warn=check.max_warn,
        expired_waivers=check.expired_waivers or Effect.DENY,
        unused_waivers=check.unused_waivers or Effect.WARN,
        effects=document.effects,
        waivers=tuple(document.waiver),
    )


def _fail_on(named: Sequence[Effect]) -> tuple[Effect, ...]:
    """Return what fails: what is named and all that is stricter, so that nothing fails a review and passes a denial."""
    laxest = max((LIST_ORDER.index(each) for each in named), default=0)
    return LIST_ORDER[: laxest + 1]


def _stamp(document: Document, name: str, text: str) -> PolicyStamp:
    from_command_line = name == f"{BUILTIN}{_COMMAND_LINE}"
    return PolicyStamp(
        name=document.name or Path(name).stem,
        digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
        source="command line" if from_command_line else name,
        builtin=name.startswith(BUILTIN) and not from_command_line,
    )


def _check_words(document: Document, where: str) -> None:
    """Refuse words that nothing stands for: choices, kinds of signature, rules, and platforms of a scope."""
    if Effect.ALLOW in document.check.fail_on:
        raise InvalidPolicyError(f"{where}: check.fail_on: what is allowed cannot fail", hint="deny, review or warn")
    if document.licenses.or_choice not in (None, *OR_CHOICES):
        raise InvalidPolicyError(f"{where}: or_choice is none of {', '.join(OR_CHOICES)}", hint="the default is best")
    if document.signature.require not in (None, *SIGNATURES):
        raise InvalidPolicyError(
            f"{where}: signature.require is none of {', '.join(SIGNATURES)}", hint="the default is none"
        )
    rules = (*RULES.names, *FINAL_RULES.names)
    for name in (*document.effects, *(waiver.rule for waiver in document.waiver if waiver.rule)):
        if name not in rules:
            raise InvalidPolicyError(
                f"{where}: there is no rule {name}", code="ATT-POL-002", hint=f"rules: {', '.join(rules)}"
            )


def _rule(rule: LicenseRule, groups: dict[str, list[str]], where: str) -> CompiledRule:
    place = f"{where}: rule {rule.id or 'without id'}"
    wanted = rule.when.license
    return CompiledRule(rule=rule, licenses=patterns_of([wanted] if isinstance(wanted, str) else wanted, groups, place))


def _check_waivers(waivers: list[Waiver], where: str) -> None:
    for waiver in waivers:
        lacking = [key for key in ("reason", "owner", "expires") if not getattr(waiver, key)]
        if lacking:
            raise InvalidPolicyError(
                f"{where}: waiver {waiver.id or 'without id'} has no {' and no '.join(lacking)}",
                code="ATT-POL-003",
                hint="a waiver says why, who answers for it, and until when",
            )
