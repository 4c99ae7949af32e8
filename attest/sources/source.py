"""What every kind of source offers: verified bytes, and nothing about their meaning."""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, Self

import msgspec

from attest.errors import IntegrityError
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.limits import DEFAULT_LIMITS, Limits

MAX_MANIFEST_BYTES: Final = 4 * 1024 * 1024
MAX_BLOB_BYTES: Final = 128 * 1024 * 1024
MAX_CACHE_BYTES: Final = 512 * 1024 * 1024
MANIFEST_SETTING: Final = "ATTEST_MAX_MANIFEST"
BLOB_SETTING: Final = "ATTEST_MAX_BLOB"
CACHE_SETTING: Final = "ATTEST_CACHE_MAX_SIZE"


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How sources may be reached. Times are in seconds, sizes in bytes.

    No secret is part of it but `password` and `token`, which never appear in
    its `repr`. `trace` is told of every request, in one line without secrets,
    and `note` of what people should know though it fails nothing. Without a
    `cache_dir` nothing is kept between runs; to `refresh` is to believe nothing
    that was kept.
    `external` pairs repositories with others that hold their evidence, `mirrors`
    registries with the hosts that are asked in their place, `ca_files` registries
    with authorities of their own. What cosign was told to put before its tags
    is the `tag_prefix`. Unless it
    `gives_credentials`, only those that are kept for a registry by its name are used.
    """

    jobs: int = 16
    timeout_seconds: float = 30.0
    deadline_seconds: float = 120.0
    retries: int = 3
    max_manifest_bytes: int = MAX_MANIFEST_BYTES
    max_blob_bytes: int = MAX_BLOB_BYTES
    authfile: str | None = None
    username: str | None = None
    password: str | None = None
    token: str | None = None
    ca_file: str | None = None
    ca_files: tuple[tuple[str, str], ...] = ()
    plain_http: tuple[str, ...] = ()
    insecure: tuple[str, ...] = ()
    allow_private_redirects: bool = False
    limits: Limits = DEFAULT_LIMITS
    trusted_realms: tuple[str, ...] = ()
    cache_dir: str | None = None
    max_cache_bytes: int = MAX_CACHE_BYTES
    refresh: bool = False
    external: tuple[tuple[str, str], ...] = ()
    mirrors: tuple[tuple[str, str], ...] = ()
    tag_prefix: str = ""
    gives_credentials: bool = True
    offline: bool = False
    trace: Callable[[str], None] | None = None
    note: Callable[[str], None] | None = None

    def __repr__(self) -> str:
        return f"Access(jobs={self.jobs}, timeout_seconds={self.timeout_seconds})"


class Root(msgspec.Struct, frozen=True, kw_only=True):
    """What a reference resolved to: the manifest or index it names, and its bytes.

    `registry`, `repository` and `tag` are null where the source has none.
    `parent` is what the tag names, where a digest beside it names something
    else: the index that lists a platform's manifest also lists its attestations.
    `is_pinned` means that a digest named it. `lack` says why nothing can hang on
    it, where the source has no manifest and the image's configuration stands here.
    """

    descriptor: Descriptor
    content: bytes
    parent: "Root | None" = None
    is_pinned: bool = False
    lack: str | None = None
    registry: str | None = None
    repository: str | None = None
    tag: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a place that lists attachments answered.

    `descriptors` are what it lists, even where `status` says that it was read
    in part; `faults` counts entries that could not be used.
    """

    channel: Channel
    status: ProbeStatus
    location: str
    descriptors: tuple[Descriptor, ...] = ()
    http_status: int | None = None
    detail: str | None = None
    faults: int = 0


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """The tags of a repository that begin with a prefix.

    With a `status` other than `found` and `absent` nothing is known of them,
    and each tag has to be asked for by its name.
    """

    status: ProbeStatus
    location: str
    names: tuple[str, ...] = ()
    http_status: int | None = None
    detail: str | None = None


class Neighbor(msgspec.Struct, frozen=True, kw_only=True):
    """Another repository with evidence of the same image.

    What `lends` was called with, the image's own source fetches from there.
    """

    source: "Source"
    lends: Callable[[Descriptor], None]


class Source(Protocol):
    """Verified bytes of one image; safe to use from several threads."""

    @property
    def kind(self) -> str:
        """`registry`, `oci-layout`, `oci-archive`, `docker-archive` or `document`."""
        ...

    def resolve(self) -> Root:
        """Return the manifest or index that the reference names.

        Raises:
            SourceError: it cannot be had.
        """
        ...

    def manifest(self, descriptor: Descriptor) -> bytes:
        """Return a manifest or index whose digest and size were verified.

        Raises:
            SourceError: it cannot be had, or is not what the digest names.
        """
        ...

    def blob(self, descriptor: Descriptor) -> bytes:
        """Return a blob whose digest and size were verified.

        Raises:
            SourceError: it cannot be had, or is not what the digest names.
        """
        ...

    def referrers(self, subject: Descriptor) -> Listing:
        """List what names `subject` as its subject.

        Never raises a `SourceError`: the status says what went wrong.
        """
        ...

    def tags(self, prefix: str) -> Tags:
        """List the tags that begin with `prefix`; never raises a `SourceError`."""
        ...

    def tagged(self, name: str) -> Root | None:
        """Return the manifest or index behind a tag; null if there is no such tag.

        Raises:
            SourceError: it could not be found out.
        """
        ...

    def neighbors(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:
        """Return the other repositories that hold evidence of the image, without touching the network.

        `is_hardened` means that its index says it is a Docker Hardened Image.
        """
        ...

    def locate(self, descriptor: Descriptor) -> str:
        """Return the URL or path where the content is, without any secret."""
        ...

    def locate_tag(self, name: str) -> str:
        """Return the URL or path where the tag is, without any secret."""
        ...

    def close(self) -> None:
        """Release what the source holds."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Closing:
    """Closes itself at the end of a `with` block."""

    def close(self) -> None:
        """See `Source.close`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class SourceKind(Protocol):
    """One kind of source: which references it takes, and how it opens them."""

    @property
    def name(self) -> str:
        """The source's name, as its module's name."""
        ...

    def takes(self, text: str) -> bool:
        """Tell whether the reference `text` is one of this kind's, by prefix or by what exists."""
        ...

    def open(self, text: str, access: Access) -> Source:
        """Open the source that `text` names, without touching the network.

        Raises:
            UsageError: `text` is not a reference of this kind.
        """
        ...


def check_size(descriptor: Descriptor, limit: int, setting: str) -> None:
    """Refuse content that its descriptor says is too large, before it is asked for.

    Raises:
        IntegrityError: it is larger than `limit` bytes, which `setting` can raise.
    """
    if descriptor.size > limit:
        raise IntegrityError(
            f"{descriptor.digest}: {descriptor.size} bytes are more than the limit of {limit}",
            code="ATT-EVD-003",
            hint=f"raise {setting} if this is what you expect",
        )


def verify(descriptor: Descriptor, content: bytes) -> bytes:
    """Return `content` if it is what the descriptor says.

    Raises:
        IntegrityError: size or digest differ.
    """
    if len(content) != descriptor.size:
        least = "more than" if len(content) > descriptor.size else f"{len(content)} of"
        raise IntegrityError(f"{descriptor.digest}: {least} {descriptor.size} bytes, not the size that was announced")
    if not descriptor.digest.matches(content):
        raise IntegrityError(f"{descriptor.digest}: the bytes do not match the digest")
    return content
