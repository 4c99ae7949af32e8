"""What looks like a secret in published parameters is never shown.

A value is redacted by the name it has, by a prefix that tokens share, or for
being long and random; its length and first four characters stay, so that
someone who knows it recognizes it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from attest.model.provenance import Provenance

_ENDINGS: Final = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY", "ACCESSKEY", "PRIVATEKEY", "SECRETKEY")
_KEY: Final = "KEY"  # in full: a monkey is no secret
_PREFIXES: Final = (
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "ASIA",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "-----BEGIN",
    "eyJhbGciOi",
)
_RANDOM: Final = re.compile(r"[A-Za-z0-9+/_=-]{20,}", re.ASCII)
_HARMLESS: Final = re.compile(
    r"(?:[a-z0-9]+:)?[0-9a-f]{32,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|v?\d+(?:\.\d+)+.*",
    re.ASCII | re.IGNORECASE,
)
# what a key or token named as such may be and still be shown: a digest with its algorithm, or an address
_DIGEST: Final = re.compile(r"(?:sha\d+|md5|blake2b):[0-9a-f]{32,128}", re.ASCII | re.IGNORECASE)
# every repetition in what is searched for has a bound: the text is hostile, and each of its places may begin a match
_PARAMETER: Final = re.compile(r"([?&;]([^=&#?;\s]{1,128})=)[^&#\s]+")
_TELLING: Final = re.compile(
    r"token|secret|passw|passphrase|pwd|pass$|key|sig|credential|auth(?!or)|jwt", re.ASCII | re.IGNORECASE
)
_INSIDE: Final = re.compile(
    r"(?:gh[posu]_|github_pat_|glpat-|AKIA|ASIA|xox[bp]-|sk_live_|dckr_pat_|-----BEGIN|eyJhbGciOi)[\w.+/=-]{8,}"
    # packages have such names, too, but shorter ones
    r"|npm_[A-Za-z0-9]{30,}|pypi-(?=\w{20})[\w-]+",
    re.ASCII,
)
_ASSIGNED: Final = re.compile(
    r"((?:token|secret|password|passwd|passphrase|apikey|(?:access|api|private|secret)[_-]key|credentials?|login"
    r"|auth|userpwd)s?\d{0,4}(?:=[\"']?|[\"']?:\s[\"']?|[\"']:[\"']))[^\s&#\"',;]+",
    re.ASCII | re.IGNORECASE,
)
_AUTHORIZED: Final = re.compile(
    r"\b((?:basic|bearer)(?:\s{1,8}|%20)[\"']?)[A-Za-z0-9._~+/=-]{4,}", re.ASCII | re.IGNORECASE
)
# names whose values are a user and a password, as one text
_PAIRS: Final = frozenset({"LOGIN", "AUTH", "CREDENTIAL", "USERPWD"})
_PAIR: Final = re.compile(r"[^\s:/]+:[^\s:/]+")
# a password may hold `@`, and one that was not encoded `/`; what stands before a digest is an image
_USERINFO: Final = re.compile(
    r"([a-z][a-z0-9+.-]{0,30}://)(?:[^/\s]{1,1024}|[^/\s:@]{1,256}:(?!\d{1,5}/)[^\s@]{1,256})@(?!sha\d{3}:)",
    re.ASCII | re.IGNORECASE,
)
MIN_ENTROPY_BITS: Final = 4.0
MAX_DEPTH: Final = 16


def redact(value: Any, name: str = "", depth: int = 0) -> Any:
    """Return `value`, known as `name`, without what looks like a secret; deeper than 16 levels is cut."""
    if depth > MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        return _distinct((_name(str(key)), redact(each, str(key), depth + 1)) for key, each in value.items())
    if isinstance(value, list):
        return [redact(each, name, depth + 1) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and _named_like_a_secret(str(value), name):
        return redact_text(str(value), name)
    return redact_text(value, name) if isinstance(value, str) else value


def _name(name: str) -> str:
    """Return a name without secrets; tools are configured by names that begin as some tokens do."""
    return redact_text(name) if _is_random(name) else without_secrets(name)


def redact_text(value: str, name: str = "") -> str:
    """Return one text without what looks like a secret."""
    if is_secret(value, name):
        # four of eight characters would be half of it
        shown = value[:4] if len(value) >= 16 else ""
        return f"{shown}… ({len(value)} characters redacted)"
    return without_secrets(value)


def without_secrets(value: str) -> str:
    """Return a name, an address or a sentence without the secrets inside it."""
    value = _USERINFO.sub(r"\1…@", value)
    value = _PARAMETER.sub(lambda found: f"{found[1]}…" if _TELLING.search(found[2]) else found[0], value)
    for pattern in (_ASSIGNED, _AUTHORIZED):
        value = pattern.sub(r"\1…", value)
    return _INSIDE.sub(lambda found: f"{found[0][:4]}…", value)


def redacted(provenance: Provenance) -> Provenance:
    """Return provenance without secrets inside its names and addresses; its parameters are redacted already."""
    source = provenance.source
    return replace(
        provenance,
        builder=_cleared(provenance.builder),
        build_type=_cleared(provenance.build_type),
        invocation=_cleared(provenance.invocation),
        source=source
        and replace(
            source,
            uri=_cleared(source.uri),
            commit=_cleared(source.commit),
            ref=_cleared(source.ref),
            path=_cleared(source.path),
        ),
        materials=tuple(replace(each, uri=without_secrets(each.uri)) for each in provenance.materials),
        base=tuple(replace(each, reference=_cleared(each.reference)) for each in provenance.base),
    )


def _cleared(value: str | None) -> str | None:
    return None if value is None else without_secrets(value)


def _distinct(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every entry, though two names may be the same without their secrets."""
    entries: dict[str, Any] = {}
    for name, value in pairs:
        while name in entries:
            name += "…"  # noqa: PLW2901 - until nothing else has that name
        entries[name] = value
    return entries


def is_secret(value: str, name: str = "") -> bool:
    """Tell whether a text looks like a secret, by its name or by itself.

    `name` may carry BuildKit's `build-arg:` or `label:`. The names of secrets
    that a build was given (`secrets[].id`) are judged by their look alone.
    """
    return _named_like_a_secret(value, name) or value.startswith(_PREFIXES) or _is_random(value)


def _named_like_a_secret(value: str, name: str) -> bool:
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).replace("-", "_").replace(":", "_").replace(".", "_")
    singular = [word.rstrip("0123456789").removesuffix("S") for word in words.upper().split("_")]
    if not _PAIRS.isdisjoint(singular) and _PAIR.fullmatch(value):
        return True
    if not any(word == _KEY or word.endswith(_ENDINGS) for word in singular):
        return False
    is_path = value.startswith(("/", "./")) or "://" in value
    return bool(value) and not is_path and not _DIGEST.fullmatch(value)


def _is_random(value: str) -> bool:
    if not _RANDOM.fullmatch(value) or _HARMLESS.fullmatch(value):
        return False
    # words joined by signs are names, not secrets
    if not (re.search(r"\d", value) and re.search(r"[A-Z]", value) and re.search(r"[a-z]", value)):
        return False
    counts = Counter(value)
    entropy = -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
    return entropy >= MIN_ENTROPY_BITS
