"""References: the text that names an image, in a registry or on disk.

Grammar and messages are those of the reference implementation, so that every
tool accepts and refuses the same text:
https://github.com/distribution/reference/blob/v0.6.0/regexp.go
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Self

import msgspec

from attest.errors import InvalidReferenceError
from attest.model.digest import Digest

_COMPONENT: Final = r"[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
_NAME: Final = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_LABEL: Final = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN: Final = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST: Final = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE: Final = re.compile(
    rf"(?P<domain>{_DOMAIN})/(?P<path>{_NAME})(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?", re.ASCII
)
_IDENTIFIER: Final = re.compile(r"[a-f0-9]{64}", re.ASCII)
_DIGEST_ALGORITHM: Final = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:", re.ASCII)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII)

DOCKER_HUB: Final = "docker.io"
MAX_PATH_LENGTH: Final = 255
_INVALID: Final = "invalid reference format"


class Reference(msgspec.Struct, frozen=True, order=True):
    """An image in a registry: `domain/path:tag@digest`.

    Where there are both, the digest decides what is fetched and the tag is
    kept. `digest` is its text.
    """

    domain: str
    path: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference as people type it; without tag and digest it means `latest`.

        Raises:
            InvalidReferenceError: it is none.
        """
        if _IDENTIFIER.fullmatch(text):
            raise InvalidReferenceError(
                f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings",
                hint="to name an image by its digest, write NAME@sha256:DIGEST",
            )
        domain, path = _split_domain(text)
        name = path.partition(":")[0]
        if name != name.lower():
            raise InvalidReferenceError(
                f"{_INVALID}: repository name ({name}) must be lowercase",
                hint=_lowered(text, path),
            )
        match = _REFERENCE.fullmatch(f"{domain}/{path}")
        if match is None:
            raise InvalidReferenceError(_INVALID, hint=_hint(text))
        if len(match["path"]) > MAX_PATH_LENGTH:
            raise InvalidReferenceError(
                f"repository name must not be more than {MAX_PATH_LENGTH} characters",
                hint="the longest name a registry accepts has 255 characters",
            )
        digest = match["digest"]
        if digest is not None:
            _check_digest(digest)
        tag = match["tag"] or (None if digest else "latest")
        return cls(match["domain"], match["path"], tag, digest)

    @property
    def familiar(self) -> str:
        """The name as people write it: without what Docker Hub implies, where the rest still means the same."""
        whole = f"{self.domain}/{self.path}"
        rest = self.path.removeprefix("library/")
        short = self.path if "/" in rest else rest
        # docker.io/foo.bar/app without its registry would name a registry foo.bar
        means_the_same = _split_domain(short) == (self.domain, self.path) and not _IDENTIFIER.fullmatch(short)
        return short if means_the_same else whole

    @property
    def warning(self) -> str | None:
        """What is likely to be a slip: a registry's name alone is an image of Docker Hub."""
        name = self.path.removeprefix("library/")
        looks_like_host = "." in name or name == "localhost"
        if self.domain == DOCKER_HUB and looks_like_host and "/" not in name:
            return f"{name} names the Docker Hub image {self.path}, not a registry"
        return None

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.domain}/{self.path}{tag}{digest}"


def _split_domain(text: str) -> tuple[str, str]:
    """Tell the registry from the path: a first part is a host only if it looks like one."""
    first, slash, rest = text.partition("/")
    if not slash or not (first == "localhost" or any(mark in first for mark in ".:") or first != first.lower()):
        domain, path = DOCKER_HUB, text
    else:
        domain, path = first, rest
    if domain == f"index.{DOCKER_HUB}":
        domain = DOCKER_HUB
    if domain == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    return domain, path


def _lowered(text: str, path: str) -> str:
    """Return a reference with the name in its `path`, and nothing else, in lower case."""
    typed = path if text.endswith(path) else path.removeprefix("library/")
    name, colon, rest = typed.partition(":")
    return f"{text.removesuffix(typed)}{name.lower()}{colon}{rest}"


def _check_digest(text: str) -> None:
    if not _DIGEST_ALGORITHM.match(text):
        # https://github.com/opencontainers/go-digest/blob/v1.0.0/digest.go: first the form, then what is known
        raise InvalidReferenceError("invalid checksum digest format", hint="the algorithm is written in lower case")
    try:
        Digest.parse(text)
    except ValueError as error:
        raise InvalidReferenceError(
            str(error), hint="a digest is sha256: and 64 lower-case hexadecimal digits, or sha384 or sha512"
        ) from error


def _hint(text: str) -> str:
    scheme = _SCHEME.match(text)
    if scheme:
        return f"leave out the scheme: {text[scheme.end() :]}"
    if text != text.strip() or any(character.isspace() for character in text):
        return "there is white space in it"
    return "write it as registry.example.com/repository:tag"


class LocalKind(StrEnum):
    """What a local reference names."""

    LAYOUT = "oci-layout"
    OCI_ARCHIVE = "oci-archive"
    DOCKER_ARCHIVE = "docker-archive"
    DOCUMENT = "document"


_REGISTRY_PREFIXES: Final = ("registry", "docker")
_LOCAL_PREFIXES: Final = {
    "oci": LocalKind.LAYOUT,
    "oci-layout": LocalKind.LAYOUT,
    "oci-dir": LocalKind.LAYOUT,
    "oci-archive": LocalKind.OCI_ARCHIVE,
    "archive": LocalKind.OCI_ARCHIVE,
    "docker-archive": LocalKind.DOCKER_ARCHIVE,
    "sbom": LocalKind.DOCUMENT,
}


def local_kind(text: str) -> tuple[LocalKind, str] | None:
    """Split off a prefix such as `oci:` or `oci-layout://`; null if the text has none of them."""
    prefix, colon, rest = text.partition(":")
    kind = _LOCAL_PREFIXES.get(prefix)
    if not colon or kind is None:
        return None
    return kind, rest.removeprefix("//")


def names_image(text: str) -> bool:
    """Tell whether a text without a prefix would name an image in a registry."""
    try:
        Reference.parse(text)
    except InvalidReferenceError:
        return False
    return True


def without_registry_prefix(text: str) -> str | None:
    """Return what follows `registry://` or `docker://`; null if the text has neither."""
    prefix, mark, rest = text.partition("://")
    return rest if mark and prefix in _REGISTRY_PREFIXES else None


class LocalReference(msgspec.Struct, frozen=True, kw_only=True):
    """An image on disk: `PATH[:NAME][@DIGEST]`. `digest` is its text."""

    path: str
    name: str | None = None
    digest: str | None = None

    @classmethod
    def split(cls, text: str, exists: Callable[[str], bool]) -> Self:
        """Read `PATH[:NAME][@DIGEST]`; PATH is the longest beginning that `exists`.

        A path may itself hold `:` and `@`, among them a drive letter. Where no
        beginning exists, the first `:` behind a drive letter ends it.

        Raises:
            InvalidReferenceError: the path is empty, or the digest is none.
        """
        ends = [position for position, character in enumerate(text) if character in ":@"] + [len(text)]
        drive = 1 if len(text) > 1 and text[1] == ":" and text[0].isalpha() else None
        candidates = [end for end in ends if end not in (0, drive)]
        end = next((each for each in reversed(candidates) if exists(text[:each])), None)
        if end is None:
            end = candidates[0] if candidates else 0
        if end == 0:
            raise InvalidReferenceError(f"{text}: no path is named", hint="write oci:DIRECTORY[:NAME][@DIGEST]")
        name, _, digest = text[end:].removeprefix(":").partition("@")
        if digest:
            _check_digest(digest)
        return cls(path=text[:end], name=name or None, digest=digest or None)
