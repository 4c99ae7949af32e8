"""Where evidence of an image is kept besides its own repository, and through which host a registry is reached.

A rule `REPO=REPO` names both; a `*` in the first stands for any text, which
takes the place of the `*` in the second. `COSIGN_REPOSITORY` is one such rule
for every image. Mirrors of Docker Hardened Images have their attestations in
a registry of Docker's, by the same digests:
https://docs.docker.com/dhi/core-concepts/attestations/
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import Final

from msgspec.structs import replace

from attest.errors import InvalidReferenceError, SourceError, UsageError
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.reference import DOCKER_HUB, Reference
from attest.sources.source import Access, Neighbor, Source

HARDENED_HOST: Final = "registry.scout.docker.com"
_COSIGN_VARIABLE: Final = "COSIGN_REPOSITORY"
_HOST: Final = re.compile(r"[a-zA-Z0-9.-]+(?::[0-9]+)?|\[[a-fA-F0-9:]+\](?::[0-9]+)?", re.ASCII)


def external_rules(texts: tuple[str, ...], environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read the rules `REPO=REPO` that options give, and the one that cosign's variable is.

    Raises:
        UsageError: one is no such rule.
    """
    rules = [_pair(text, "--external-referrers", "REPO=REPO") for text in texts]
    if environment.get(_COSIGN_VARIABLE):
        rules.append(("*", environment[_COSIGN_VARIABLE]))
    for pattern, target in rules:
        name = _COSIGN_VARIABLE if pattern == "*" else "--external-referrers"
        if target.count("*") > pattern.count("*"):
            raise UsageError(
                f"{name}: {target} has more * than {pattern}", hint="each * is what one * before = matched"
            )
        _repository(target.replace("*", "x"), name)
    return tuple(rules)


def mirror_rules(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read the rules `HOST=HOST` that options give.

    Raises:
        UsageError: one is no such rule.
    """
    rules = [_pair(text, "--mirror", "HOST=HOST") for text in texts]
    for host in (each for rule in rules for each in rule):
        if not _HOST.fullmatch(host):
            raise UsageError(f"--mirror: {host} is no host", hint="write --mirror docker.io=mirror.example.com")
    return tuple(rules)


def mirrored(reference: Reference, access: Access) -> Reference:
    """Return where a reference is read: at the mirror of its registry, if there is one."""
    host = dict(access.mirrors).get(reference.domain)
    return reference if host is None else Reference(host, reference.path, reference.tag, reference.digest)


def repositories(reference: Reference, access: Access, *, is_hardened: bool) -> tuple[Reference, ...]:
    """Return the other repositories that hold evidence of an image, each once."""
    names = (f"{reference.domain}/{reference.path}", reference.familiar)
    found = [
        _repository(target, "--external-referrers")
        for pattern, replacement in access.external
        for target in [_mapped(pattern, replacement, names)]
        if target is not None
    ]
    if is_hardened and reference.domain == DOCKER_HUB:
        found.append(Reference(HARDENED_HOST, reference.path))
    own = (reference.domain, reference.path)
    return tuple(each for each in dict.fromkeys(found) if (each.domain, each.path) != own)


class Neighbors:
    """The other repositories of one image, each opened once; knows which blobs they lend."""

    def __init__(self, reference: Reference, access: Access, open_: Callable[[Reference, Access], Source]) -> None:
        self._reference = reference
        # what is given for one registry is never shown to another
        self._access = replace(access, gives_credentials=False)
        self._open = open_
        self._lock = Lock()
        self._opened: dict[Reference, Neighbor] = {}
        self._lenders: dict[Digest, Source] = {}

    def of(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:
        """See `Source.neighbors`."""
        wanted = repositories(self._reference, self._access, is_hardened=is_hardened)
        return tuple(self._neighbor(each) for each in wanted)

    def blob(self, descriptor: Descriptor, own: Callable[[Descriptor], bytes]) -> bytes:
        """Return a blob from the repository that lends it, else from the image's own.

        Raises:
            SourceError: it cannot be had; what the lender said, if there is one.
        """
        lender = self._lenders.get(descriptor.digest)
        if lender is None:
            return own(descriptor)
        try:
            return lender.blob(descriptor)
        except SourceError:
            # what hangs on the image here as well must not depend on another repository
            with suppress(SourceError):
                return own(descriptor)
            raise

    def close(self) -> None:
        """Close every one."""
        for neighbor in self._opened.values():
            neighbor.source.close()

    def _neighbor(self, repository: Reference) -> Neighbor:
        with self._lock:
            if repository not in self._opened:
                source = self._open(repository, self._access)
                self._opened[repository] = Neighbor(source=source, lends=partial(self._lent, source))
            return self._opened[repository]

    def _lent(self, source: Source, descriptor: Descriptor) -> None:
        self._lenders.setdefault(descriptor.digest, source)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    before, equals, after = text.partition("=")
    if not (before and equals and after):
        raise UsageError(f"{option}: {text} is not {form}", hint=f"write {option} {form}")
    return before, after


def _repository(text: str, option: str) -> Reference:
    try:
        reference = Reference.parse(text)
    except InvalidReferenceError as error:
        raise UsageError(f"{option}: {text} names no repository", hint=error.hint) from error
    if reference.digest or reference != Reference.parse(f"{reference.domain}/{reference.path}"):
        raise UsageError(f"{option}: {text} names more than a repository", hint="leave out the tag and the digest")
    return replace(reference, tag=None)


def _mapped(pattern: str, replacement: str, names: tuple[str, ...]) -> str | None:
    """Return the repository that a rule names for an image; null if it is about others."""
    expression = re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.ASCII)
    match = next(filter(None, map(expression.fullmatch, names)), None)
    if match is None:
        return None
    first, *rest = replacement.split("*")
    return first + "".join(group + text for group, text in zip(match.groups(), rest, strict=False))
