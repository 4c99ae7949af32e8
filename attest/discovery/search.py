"""One search: fetches run side by side, and what they lead to starts as soon as they arrive.

There are no stages and so no barriers: an attestation manifest that arrives
early has its documents fetched and read while its siblings are on their way.
The result does not depend on the order in which answers arrive.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from threading import Condition
from typing import Protocol

import msgspec
from msgspec.structs import replace

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

Progress = Callable[[int, int], None]
"""Told how many fetches are done and how many were asked for so far."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for. `channels` and `kinds` null mean everywhere and everything."""

    channels: frozenset[Channel] | None = None
    kinds: frozenset[EvidenceKind] | None = None
    jobs: int = 16
    limits: Limits = DEFAULT_LIMITS
    progress: Progress | None = None


class Role(StrEnum):
    """What part of an image, or what attached to it, documents may hang on."""

    INDEX = "index"
    PLATFORM = "platform"
    ATTESTATION = "attestation-manifest"
    REFERRER = "referrer"


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
        self._wish = wish
        self._pool = ThreadPoolExecutor(max_workers=wish.jobs, thread_name_prefix="attest")
        self._changed = Condition()
        self._asked = 0
        self._done = 0
        self._failure: BaseException | None = None
        self._attachments: dict[tuple[Digest | None, Digest], Attachment] = {}
        self._documents: dict[tuple[Digest | None, Digest], Document] = {}
        self._visited: set[Digest] = set()
        self._probes: list[Probe] = []
        self._problems: list[Problem] = []

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
        """Let every locator look for what hangs on `place`, once."""
        with self._changed:
            if place.descriptor.digest in self._visited or place.depth > self.limits.referrer_depth:
                return
            self._visited.add(place.descriptor.digest)
        for locator in self._locators:
            locator.locate(self, place)

    def ask(self, task: Callable[[], None]) -> None:
        """Run `task` in the background; what it finds it reports here."""
        self._submit(task)

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

        self._submit(fetch)

    def found(self, attachment: Attachment) -> None:
        """Take note of an attachment; its bytes are fetched once, however often it is found."""
        with self._changed:
            known = self._attachments.get(attachment.key)
            if known is not None:
                edges = known.edges + tuple(edge for edge in attachment.edges if edge not in known.edges)
                self._attachments[attachment.key] = replace(known, edges=edges)
                return
            self._attachments[attachment.key] = attachment
        if self._wants(attachment):
            self._submit(lambda: self._fetch(attachment))

    def lost(self, attachment: Attachment, error: AttestError) -> None:
        """Take note of an attachment whose carrier could not be read: nobody knows what it says."""
        document = self._read(attachment, error)
        with self._changed:
            self._attachments[attachment.key] = attachment
            self._documents[attachment.key] = document

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

    def _submit(self, task: Callable[[], None]) -> None:
        with self._changed:
            self._asked += 1
        self._pool.submit(self._attempt, task)

    def _attempt(self, task: Callable[[], None]) -> None:
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
        order = {str(entry.digest): position for position, (_, entry) in enumerate(self.image.entries)}

        def place(document: Document) -> tuple[int, str, str]:
            carrier = document.attachment.manifest
            digest = str(carrier.digest) if carrier else ""
            return (order.get(digest, len(order)), digest, str(document.attachment.layer.digest))

        platforms = {image.key: position for position, image in enumerate(self.image.platforms)}
        return Discovery(
            documents=tuple(sorted(documents, key=place)),
            probes=tuple(
                sorted(
                    self._probes,
                    key=lambda each: (
                        platforms.get(each.platform or "", -1),
                        each.channel,
                        each.location,
                        each.subject or "",
                    ),
                )
            ),
            problems=tuple(sorted(self._problems, key=lambda each: (each.code, each.message))),
        )
