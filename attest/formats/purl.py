"""Package URLs, split fast: a document holds thousands of them.

https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
"""

import re
from typing import Final
from urllib.parse import unquote

import msgspec

# qualifiers that tell packages apart; the others say where a package came from
_IDENTITY_QUALIFIERS: Final = frozenset({"arch", "classifier", "os", "platform"})
_TELLING: Final = re.compile("(?:arch|classifier|os|platform|epoch|type)=", re.ASCII | re.IGNORECASE)
_FOLDED_NAMES: Final = frozenset(
    {"apk", "bitbucket", "composer", "deb", "github", "golang", "hex", "luarocks", "npm", "pub", "pypi"}
)


class Purl(msgspec.Struct, frozen=True, gc=False):
    """The parts of a package URL, decoded; `qualifiers` are those of the identity, sorted."""

    type: str
    namespace: str | None
    name: str
    version: str | None
    qualifiers: str

    @property
    def identity(self) -> str:
        """What makes two packages the same, in one text."""
        path = f"{self.type}/{self.namespace or ''}/{self.name}"
        if self.type in _FOLDED_NAMES:
            path = path.lower()
        if self.type == "pypi":
            path = path.replace("_", "-").replace(".", "-")
        return f"{path}@{self.version or ''}?{self.qualifiers}"


def split(text: str) -> Purl | None:
    """Split a package URL; null if it has no type or no name."""
    if text[:4].lower() != "pkg:":
        return None
    rest = text[4:].lstrip("/").partition("#")[0]
    rest, _, query = rest.partition("?")
    type_, slash, path = rest.partition("/")
    path, version = _split_version(path)
    namespace, _, name = path.rpartition("/")
    if not slash or not type_ or not name:
        return None
    type_ = type_.lower()
    qualifiers, epoch = _qualifiers(query, type_) if query else ("", None)
    decoded = _decoded(version) if version else None
    if epoch and decoded and ":" not in decoded:
        decoded = f"{epoch}:{decoded}"
    return Purl(type_, _decoded(namespace.strip("/")) or None, _decoded(name), decoded, qualifiers)


def _split_version(path: str) -> tuple[str, str]:
    """Split at the last `@`; one that begins a part of the path is an npm scope nobody encoded."""
    name, at, version = path.rpartition("@")
    if not at:
        # `Name%401.2`: some encode the separator as well (microsoft/sbom-tool#122); a leading one is a scope
        start = path.rfind("/") + 1
        found = path.find("%40", start + 1)
        return (path[:found], path[found + 3 :]) if found > start else (path, "")
    if not at or "/" in version or not name or name.endswith("/"):
        return path, ""
    return name, version


def _qualifiers(query: str, type_: str) -> tuple[str, str | None]:
    kept: list[str] = []
    epoch = None
    if _TELLING.search(query) is None:
        return "", None
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        key = key.lower()
        if key in _IDENTITY_QUALIFIERS or (key == "type" and type_ == "maven"):
            kept.append(f"{key}={_decoded(value)}")
        elif key == "epoch" and type_ in ("deb", "rpm"):
            epoch = value
    return "&".join(sorted(kept)), epoch


def _decoded(text: str) -> str:
    return unquote(text) if "%" in text else text
