"""From what a reference names to the platforms of an image."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.discovery.platforms import select
from attest.errors import AttestError, MalformedDocumentError, SourceError, UnsupportedDocumentError
from attest.model.attachment import Channel, PlatformImage, ResolvedImage
from attest.model.descriptor import Descriptor, Platform
from attest.model.digest import Digest
from attest.model.limits import DEFAULT_LIMITS, Limits
from attest.model.manifest import Index, Manifest, parse_manifest
from attest.model.media_type import INDEX_TYPES
from attest.model.problem import Problem, ProblemState
from attest.model.wire import decoder_of
from attest.sources.source import Root, Source

MAX_CONFIG_BYTES: Final = 4 * 1024 * 1024


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """An image, and what is wrong with its index."""

    image: ResolvedImage
    problems: tuple[Problem, ...]


def resolve(source: Source, root: Root, wanted: Sequence[str] = (), limits: Limits = DEFAULT_LIMITS) -> Resolution:
    """Find the platforms of an image and choose those that `wanted` names.

    Raises:
        AttestError: the root is no image, or has none of the wanted platforms.
    """
    if root.lack is not None:
        return _without_manifest(root, root.lack, wanted)
    parsed = parse_manifest(root.content, root.descriptor.media_type, str(root.descriptor.digest), limits)
    if isinstance(parsed, Manifest) and root.parent is not None:
        listed = _listed(_Walk(source, limits), root, root.parent)
        if listed is not None:
            return listed
    if isinstance(parsed, Manifest):
        platform = _platform_of(source, parsed)
        images = (_single(platform, root.descriptor),)
        image = ResolvedImage(
            root=root.descriptor, is_index=False, is_pinned=root.is_pinned, platforms=select(images, wanted)
        )
        return Resolution(image=image, problems=())
    walk = _Walk(source, limits)
    walk.index(root.descriptor.digest, parsed, nesting=0)
    image = ResolvedImage(
        root=root.descriptor,
        is_index=True,
        platforms=select(tuple(_with_keys(walk.images)), wanted),
        entries=tuple(walk.entries),
    )
    return Resolution(image=image, problems=tuple(walk.problems))


def _without_manifest(root: Root, reason: str, wanted: Sequence[str]) -> Resolution:
    """Take the platform from the image's configuration, all that is there; `reason` says why."""
    image = replace(_single(_platform_in(root.content), root.descriptor), has_manifest=False)
    error = UnsupportedDocumentError(reason, code="ATT-EVD-001", hint="save it with Docker 25 or newer, or as OCI")
    return Resolution(
        image=ResolvedImage(root=root.descriptor, is_index=False, platforms=select((image,), wanted)),
        problems=(Problem.of(error),),
    )


def _single(platform: Platform, manifest: Descriptor) -> PlatformImage:
    return PlatformImage(key=str(platform) or "unknown", platform=platform, manifest=manifest)


def _listed(walk: "_Walk", root: Root, parent: Root) -> Resolution | None:
    """Find a platform's manifest in the index that the tag names; null if it is not listed there."""
    try:
        what = str(parent.descriptor.digest)
        index = parse_manifest(parent.content, parent.descriptor.media_type, what, walk.limits)
    except AttestError:
        return None
    if not isinstance(index, Index):
        return None
    walk.index(parent.descriptor.digest, index, nesting=0)
    platforms = tuple(each for each in _with_keys(walk.images) if each.manifest.digest == root.descriptor.digest)
    if not platforms:
        return None
    image = ResolvedImage(root=parent.descriptor, is_index=True, platforms=platforms, entries=tuple(walk.entries))
    return Resolution(image=image, problems=tuple(walk.problems))


class _Walk:
    """Collects the entries of an index and of the indexes inside it."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.entries: list[tuple[Digest, Descriptor]] = []
        self.images: list[tuple[Platform, Descriptor]] = []
        self.problems: list[Problem] = []
        self._seen: set[Digest] = set()

    def index(self, digest: Digest, index: Index, nesting: int) -> None:
        self._seen.add(digest)
        for pointer, reason in index.faults:
            self._unread(
                MalformedDocumentError(f"{digest}: an entry of the index is unusable ({reason})", code="ATT-EVD-001"),
                pointer,
            )
        for descriptor in index.manifests:
            self._entry(digest, descriptor, nesting)

    def _entry(self, index_digest: Digest, descriptor: Descriptor, nesting: int) -> None:
        if descriptor.digest in self._seen:
            self.problems.append(
                Problem(
                    code="ATT-EVD-004",
                    state=ProblemState.INCONSISTENT,
                    message=f"{descriptor.digest}: listed twice in the index",
                    channel=Channel.INDEX,
                )
            )
            return
        self._seen.add(descriptor.digest)
        self.entries.append((index_digest, descriptor))
        if descriptor.media_type in INDEX_TYPES:
            self._nested(descriptor, nesting + 1)
        elif not descriptor.is_reference:
            self.images.append((self._platform(descriptor), descriptor))

    def _nested(self, descriptor: Descriptor, nesting: int) -> None:
        try:
            if nesting > self.limits.index_nesting:
                raise self.limits.reached("index_nesting", str(descriptor.digest))
            parsed = self._parsed(descriptor)
            if not isinstance(parsed, Index):
                raise MalformedDocumentError(f"{descriptor.digest}: listed as an index but is none")
        except AttestError as error:
            self._unread(error)
        else:
            self.index(descriptor.digest, parsed, nesting)

    def _parsed(self, descriptor: Descriptor) -> Index | Manifest:
        content = self.source.manifest(descriptor)
        return parse_manifest(content, descriptor.media_type, str(descriptor.digest), self.limits)

    def _platform(self, descriptor: Descriptor) -> Platform:
        if descriptor.platform and not descriptor.platform.is_unknown:
            return descriptor.platform
        try:
            parsed = self._parsed(descriptor)
        except AttestError as error:
            self._unread(error)
            return Platform()
        return _platform_of(self.source, parsed) if isinstance(parsed, Manifest) else Platform()

    def _unread(self, error: AttestError, pointer: str | None = None) -> None:
        """Note that a part of the index is not known: any platform may have been in it."""
        problem = Problem.of(error)
        # nobody reads it, whatever kept this from being read
        state = ProblemState.UNREADABLE if problem.state is ProblemState.UNSUPPORTED else problem.state
        pointer = pointer or problem.pointer
        self.problems.append(msgspec.structs.replace(problem, state=state, channel=Channel.INDEX, pointer=pointer))


def _platform_of(source: Source, manifest: Manifest) -> Platform:
    """Read the platform from the config: the only place that tells it for a manifest outside an index."""
    config = manifest.config
    if config is None or config.size > MAX_CONFIG_BYTES:
        return Platform()
    try:
        return _platform_in(source.blob(config))
    except SourceError:
        return Platform()


def _platform_in(config: bytes) -> Platform:
    try:
        return decoder_of(Platform).decode(config)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Platform()


def _with_keys(images: Iterable[tuple[Platform, Descriptor]]) -> Iterable[PlatformImage]:
    """Give each platform a key that no other platform of the image has."""
    images = tuple(images)
    names = Counter(str(platform) for platform, _ in images)
    taken: Counter[str] = Counter()
    for platform, manifest in images:
        key = str(platform) or "unknown"
        if names[str(platform)] > 1 and platform.os_version:
            key = key.replace(platform.os, f"{platform.os}({platform.os_version})", 1)
        taken[key] += 1
        if taken[key] > 1:
            key = f"{key}#{taken[key]}"
        yield PlatformImage(key=key, platform=platform, manifest=manifest)
