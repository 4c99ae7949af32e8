"""One search: fetches run side by side, and what they lead to starts as soon as they arrive.

There are no stages and so no barriers: an attestation manifest that arrives
early has its documents fetched and read while its siblings are on their way.
The result does not depend on the order in which answers arrive.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum, StrEnum
from heapq import heappop, heappush
from threading import Condition
from typing import Protocol

import msgspec
from msgspec.structs import replace

from attest.discovery.order import Order
from attest.discovery.tag_seeks import TagSeeks
from attest.errors import AttestError, SourceError
from attest.model.attachment import Attachment, Channel, EvidenceKind, Probe, ResolvedImage, kind_of_predicate
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.document import Discovery, Document
from attest.model.limits import DEFAULT_LIMITS, Limits
from attest.model.manifest import Index, Manifest, parse_manifest
from attest.model.problem import Problem, ProblemState
from attest.sources.source import Source

Reader = Callable[[Attachment, bytes | AttestError], Document]
"""Reads the bytes of an attachment, or states why they could not be had; never raises."""

Task = Callable[[], object]
"""Something to do in the background; what it returns is of no interest."""

Progress = Callable[[int, int], None]
"""Told how many fetches are done and how many were asked for so far."""


class Urgency(IntEnum):
    """What goes first where more is to be fetched than may be at once: what most may follow from."""

    LISTS = 0
    """Lists and manifests, by which documents are found."""
    DOCUMENTS = 1
    """Each may be kept elsewhere, which takes two exchanges."""
    LISTS_OF_ATTACHED = 2
    """What hangs on documents: mostly nothing."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. `channels` and `kinds` null mean everywhere and everything.

    `tag_prefix` is what cosign was told to put before its tags.
    """

    channels: frozenset[Channel] | None = None
    kinds: frozenset[EvidenceKind] | None = None
    jobs: int = 16
    limits: Limits = DEFAULT_LIMITS
    tag_prefix: str = ""
    progress: Progress | None = None


class Role(StrEnum):
    """What part of an image, or what is attached to it, documents may hang on; on what is `tagged` by tags, too."""

    INDEX = "index"
    PLATFORM = "platform"
    ATTESTATION = "attestation-manifest"
    REFERRER = "referrer"
    TAGGED = "tagged"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Something on which documents may hang.

    `platform` is the key of the platform it belongs to, null for the whole
    image; `depth` counts the hops from the image.
    """

    descriptor: Descriptor
    role: Role
    platform: str | None = None
    depth: int = 0


class Locator(Protocol):
    """One convention by which documents are attached."""

    @property
    def name(self) -> str:
        """The convention's name, as its module's name."""
        ...

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels it looks through."""
        ...

    def locate(self, search: "Search", place: Place) -> None:
        """Start looking for what hangs on `place`; report to `search` what is found, and where it was looked.

        Returns at once: whatever needs the network goes through `search`, so
        that every convention is tried at the same time.
        """
        ...


class Search:
    """Everything attached to one image, while it is being found."""

    def __init__(
        self,
        source: Source,
        image: ResolvedImage,
        read: Reader,
        locators: Iterable[Locator],
        wish: Wish,
    ) -> None:
        self.source = source
        self.image = image
        self._read = read
        self._locators = tuple(locators)
        self.limits = wish.limits
        self.tag_prefix = wish.tag_prefix
        self._wish = wish
        self._pool = ThreadPoolExecutor(max_workers=wish.jobs, thread_name_prefix="attest")
        self._changed = Condition()
        self._queue: list[tuple[Urgency, int, Task]] = []
        self._asked = 0
        self._done = 0
        self._failure: BaseException | None = None
        self._attachments: dict[tuple[Digest | None, Digest], Attachment] = {}
        self._documents: dict[tuple[Digest | None, Digest], Document] = {}
        self._visited: dict[tuple[Digest, str | None, Role], int] = {}
        self._probes: list[Probe] = []
        self._problems: list[Problem] = []
        self._elsewhere: dict[int, Search] = {}
        self._order = Order(image)
        digests = [each.digest for each in (image.root, *(each.manifest for each in image.platforms))]
        self.tags = TagSeeks(source, digests, self.ask)

    def run(self) -> Discovery:
        """Look everywhere and wait until nothing is left to fetch.

        An error that nobody planned for ends the search and is raised here; so
        does an interrupt, without waiting for answers that are on their way.
        """
        try:
            self._start()
            with self._changed:
                self._changed.wait_for(lambda: self._failure or self._done == self._asked)
            if self._failure:
                raise self._failure
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
        return self._result()

    def _start(self) -> None:
        if self.image.is_index:
            self.visit(Place(descriptor=self.image.root, role=Role.INDEX))
        for image in self.image.platforms:
            self.visit(Place(descriptor=image.manifest, role=Role.PLATFORM, platform=image.key))

    def visit(self, place: Place) -> None:
        """Let every locator look for what hangs on `place`: once, unless a shorter way leads there later."""
        key = place.descriptor.digest, place.platform, place.role
        with self._changed:
            known_depth = self._visited.get(key, self.limits.referrer_depth + 1)
            if place.depth >= known_depth:
                return
            self._visited[key] = place.depth
        for locator in self._locators:
            locator.locate(self, place)

    def elsewhere(self, source: Source, make: Callable[[], "Search"]) -> "Search":
        """Return the search of another repository: one for each, which `make` begins."""
        with self._changed:
            if id(source) not in self._elsewhere:
                self._elsewhere[id(source)] = make()
            return self._elsewhere[id(source)]

    def ask(self, task: Task, urgency: Urgency = Urgency.LISTS) -> None:
        """Run `task` in the background; what it finds it reports here."""
        with self._changed:
            self._asked += 1
            heappush(self._queue, (urgency, self._asked, task))
        self._pool.submit(self._attempt)

    def manifest(
        self,
        descriptor: Descriptor,
        then: Callable[[Index | Manifest], None],
        failed: Callable[[AttestError], None],
    ) -> None:
        """Fetch a manifest in the background; `then` gets it, or `failed` the reason."""

        def fetch() -> None:
            try:
                content = self.source.manifest(descriptor)
                parsed = parse_manifest(content, descriptor.media_type, str(descriptor.digest), self.limits)
            except AttestError as error:
                failed(error)
            else:
                then(parsed)

        self.ask(fetch)

    def found(self, attachment: Attachment) -> None:
        """Take note of an attachment; its bytes are fetched once, however often it is found."""
        with self._changed:
            is_new = attachment.key not in self._attachments
            self._note(attachment)
        if is_new and self._wants(attachment):
            self.ask(lambda: self._fetch(attachment), Urgency.DOCUMENTS)

    def lost(self, attachment: Attachment, error: AttestError) -> None:
        """Take note of an attachment whose carrier could not be read: nobody knows what it says."""
        with self._changed:
            noted = self._note(attachment)
        document = self._read(noted, error)
        with self._changed:
            self._documents[attachment.key] = document

    def _note(self, attachment: Attachment) -> Attachment:
        known = self._attachments.get(attachment.key)
        noted = attachment if known is None else self._order.merged(known, attachment)
        self._attachments[attachment.key] = noted
        return noted

    def faults(self, carrier: Descriptor, manifest: Index | Manifest, platform: str | None, channel: Channel) -> None:
        """Take note of what a carrier lists and nobody can fetch."""
        for pointer, reason in manifest.faults:
            self.problem(
                Problem(
                    code="ATT-EVD-001",
                    state=ProblemState.UNREADABLE,
                    message=f"{carrier.digest}: an entry of the manifest is unusable ({reason})",
                    channel=channel,
                    platforms=(platform,) if platform else (),
                    pointer=pointer,
                )
            )

    def probe(self, probe: Probe) -> None:
        """Take note of a place where something was looked for."""
        with self._changed:
            self._probes.append(probe)

    def problem(self, problem: Problem) -> None:
        """Take note of something that is wrong."""
        with self._changed:
            self._problems.append(problem)

    def _wants(self, attachment: Attachment) -> bool:
        """Tell whether the bytes are needed; an annotation is a hint, so what has none is needed."""
        kinds = self._wish.kinds
        if kinds is None or attachment.predicate_type is None:
            return True
        return kind_of_predicate(attachment.predicate_type) in kinds

    def _fetch(self, attachment: Attachment) -> None:
        content: bytes | AttestError
        try:
            content = self.source.blob(attachment.layer)
        except SourceError as error:
            content = error
        document = self._read(attachment, content)
        with self._changed:
            self._documents[attachment.key] = document

    def _attempt(self) -> None:
        with self._changed:
            task = heappop(self._queue)[2]
        failure: BaseException | None = None
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again by `run`, in the caller's thread
            failure = error
        with self._changed:
            self._done += 1
            self._failure = self._failure or failure
            done, asked = self._done, self._asked
            self._changed.notify_all()
        if self._wish.progress:
            self._wish.progress(done, asked)

    def _result(self) -> Discovery:
        documents = [replace(document, attachment=self._attachments[key]) for key, document in self._documents.items()]
        return Discovery(
            documents=tuple(sorted(documents, key=self._order.of_document)),
            probes=self._order.probes(self._probes),
            problems=self._order.problems(self._problems),
        )
