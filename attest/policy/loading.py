"""Where policies come from: files, those that are built in, and the lists of the command line."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec

from attest.errors import InvalidPolicyError
from attest.model.finding import PolicyStamp
from attest.policy.compiling import compiled
from attest.policy.document import Document, WaiverDocument
from attest.policy.policy import Policy
from attest.policy.reading import near, read

BUILTIN: Final = "builtin:"
BUILTINS: Final = ("base", "permissive")
REQUIREMENTS: Final = ("sbom", "provenance", "signature")
_COMMAND_LINE: Final = "command-line"
_REMOTE: Final = ("oci://", "http://", "https://")
MAX_BYTES: Final = 1024 * 1024
MAX_DOCUMENTS: Final = 64


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of the command line; `require` may name several, separated by commas."""

    deny: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    warn: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    require: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing was listed."""
        return self == Lists()


class _Source(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as it was read, and the text it was read from."""

    name: str
    document: Document
    text: str


def load_policy(name: str, lists: Lists | None = None) -> Policy:
    """Read the policy that `name` names: a path, or `builtin:NAME`; `lists` go on top of it.

    Raises:
        InvalidPolicyError: it cannot be read, or cannot be meant.
    """
    if name.startswith(BUILTIN) and name.removeprefix(BUILTIN) not in BUILTINS:
        raise InvalidPolicyError(f"{name}: there is no such policy", hint=f"built in: {', '.join(BUILTINS)}")
    return _assembled(name, lists or Lists())


def load(names: Sequence[str], lists: Lists | None = None) -> tuple[Policy, ...]:
    """Read every policy named; without a name `lists` make one of their own, without either it is `builtin:base`.

    Raises:
        InvalidPolicyError: one cannot be used.
    """
    if names:
        return tuple(load_policy(name, lists) for name in names)
    if lists is None or lists.is_empty:
        return (load_policy(f"{BUILTIN}base"),)
    return (_assembled(f"{BUILTIN}{_COMMAND_LINE}", lists),)


def _assembled(name: str, lists: Lists) -> Policy:
    sources = _chain(name, ())
    documents = [msgspec.to_builtins(each.document) for each in sources]
    texts = [each.text for each in sources]
    waiver_file = _waiver_file(sources)
    if waiver_file is not None and waiver_file != name:
        text = _text_of(waiver_file) if Path(waiver_file).exists() else ""  # written by the first waiver
        documents.append(msgspec.to_builtins(read(text, waiver_file, WaiverDocument)))
        texts.append(text)
    if not lists.is_empty:
        documents.append(_tables_of(lists))
        texts.append(msgspec.json.encode(lists).decode())
    merged: dict[str, Any] = {}
    for document in documents:
        merged = _overlaid(merged, document)
    is_anonymous = name == f"{BUILTIN}{_COMMAND_LINE}"
    stamp = PolicyStamp(
        name=sources[-1].document.name or Path(name).stem,
        digest=f"sha256:{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()}",
        source="command line" if is_anonymous else name,
        builtin=name.startswith(BUILTIN) and not is_anonymous,
    )
    return compiled(msgspec.convert(merged, Document), stamp, waiver_file)


def _chain(name: str, above: tuple[str, ...]) -> list[_Source]:
    """Return a policy behind everything it extends, the most general first."""
    if name in above:
        raise InvalidPolicyError(f"{name}: policies extend each other in a circle", hint=" -> ".join((*above, name)))
    text = _text_of(name)
    document = read(text, name, Document)
    found: list[_Source] = []
    for each in document.extends:
        found += _chain(_beside(name, each), (*above, name))
        if len(found) > MAX_DOCUMENTS:
            raise InvalidPolicyError(f"{name}: extends more than {MAX_DOCUMENTS} policies", hint="extend fewer")
    return [*found, _Source(name=name, document=document, text=text)]


def _beside(name: str, other: str) -> str:
    """Return where `other` is, which the policy `name` names: paths start beside the file they stand in."""
    if name.startswith(BUILTIN) or other.startswith((BUILTIN, *_REMOTE)):
        return other
    return str(Path(name).parent / other)


def _waiver_file(sources: Sequence[_Source]) -> str | None:
    """Return where waivers are written: what the last policy that says so names, else the policy's own file."""
    for source in reversed(sources):
        if source.document.check.waiver_file is not None:
            return _beside(source.name, source.document.check.waiver_file)
    name = sources[-1].name
    return None if name.startswith(BUILTIN) else name


def _text_of(name: str) -> str:
    if name.startswith(_REMOTE):
        raise InvalidPolicyError(
            f"{name}: a policy from elsewhere is not supported by this version",
            code="ATT-POL-005",
            hint="fetch the policy and name the file",
        )
    if name.startswith(BUILTIN):
        short = name.removeprefix(BUILTIN)
        if short not in (*BUILTINS, _COMMAND_LINE):
            raise InvalidPolicyError(f"{name}: there is no such policy", hint=near(short, BUILTINS))
        return (files("attest") / "policy" / "builtin" / f"{short}.toml").read_text(encoding="utf-8")
    try:
        with Path(name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InvalidPolicyError(f"{name}: cannot be read ({reason.lower()})", hint="name a TOML file") from error
    if len(content) > MAX_BYTES:
        raise InvalidPolicyError(f"{name}: larger than {MAX_BYTES} bytes", hint="split it with extends")
    return text


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay one policy over another: lists append, scalars override."""
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            result[key] = _overlaid(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            result[key] = [*known, *value]
        else:
            result[key] = value
    return result


def _tables_of(lists: Lists) -> dict[str, Any]:
    required = [word.strip() for text in lists.require for word in text.split(",") if word.strip()]
    for word in required:
        if word not in REQUIREMENTS:
            raise InvalidPolicyError(f"--require {word}: nothing that can be required", hint=near(word, REQUIREMENTS))
    values: dict[str, object] = {"sbom": True, "provenance": True, "signature": "any"}
    listed = {
        "deny": list(lists.deny),
        "review": list(lists.review),
        "warn": list(lists.warn),
        "allow": list(lists.allow),
    }
    return {"licenses": listed} | {word: {"require": values[word]} for word in required}
