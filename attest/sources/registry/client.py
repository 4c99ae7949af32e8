"""One repository of a registry: every byte is checked against its digest, and no digest is asked for twice."""

import re
from typing import Final
from urllib.parse import urljoin

import msgspec

from attest.errors import (
    AccessDeniedError,
    IntegrityError,
    NotFoundError,
    RateLimitedError,
    SourceError,
    UnreachableError,
)
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.limits import setting
from attest.model.media_type import ACCEPT_MANIFESTS, INDEX_TYPES, OCI_INDEX
from attest.model.reference import DOCKER_HUB, Reference
from attest.sources.registry.answers import (
    dated,
    detail_of,
    digest_of,
    index_of,
    is_list,
    is_page,
    is_same,
    is_unsupported,
    media_type_of,
    refuse_page,
    unknown,
)
from attest.sources.registry.auth import how_to_log_in
from attest.sources.registry.exchange import Answer, Request
from attest.sources.registry.external import Neighbors, mirrored
from attest.sources.registry.flights import Flights, Once
from attest.sources.registry.memory import UNSUPPORTED_SECONDS, Memory
from attest.sources.registry.redirects import origin_of
from attest.sources.registry.session import Session
from attest.sources.registry.tag_list import TagList
from attest.sources.source import (
    BLOB_SETTING,
    MANIFEST_SETTING,
    Access,
    Closing,
    Listing,
    Neighbor,
    Root,
    Tags,
    check_size,
    verify,
)

MAX_LINK_LENGTH: Final = 4096
_NEXT: Final = re.compile(r'<([^>]*)>\s*;[^,]*rel="?next"?', re.IGNORECASE)


class RegistrySource(Closing):
    """Reads one image; safe to use from several threads."""

    kind = "registry"

    def __init__(self, reference: Reference, access: Access) -> None:
        self._reference = reference
        self._access = access
        place = mirrored(reference, access)
        own = access if place == reference else msgspec.structs.replace(access, gives_credentials=False)
        self._domain = place.domain
        self._memory = Memory(access)
        self._session = Session(place, own, self._memory)
        self._base = f"{self._session.origin}/v2/{place.path}"
        self._neighbors = Neighbors(reference, access, RegistrySource)
        self._flights = Flights()
        self._listings: Once[Digest, Listing] = Once()
        self._tagged: Once[str, Root | None] = Once()
        self._tag_list = TagList(f"{self._base}/tags/list", self._page_of_tags, self._next, self._memory, access)
        self._lacks_referrers = self._memory.recall(f"{self._base}/referrers/", UNSUPPORTED_SECONDS)
        self._refused_list: Answer | None = None
        self._has_listed = False

    def close(self) -> None:
        """See `Source.close`."""
        self._neighbors.close()
        self._session.close()
        if self._refused_list is not None and not self._has_listed:
            url = f"{self._base}/referrers/"
            self._memory.remember(url, msgspec.structs.replace(self._refused_list, url=url))
        self._memory.close()

    def resolve(self) -> Root:
        """See `Source.resolve`; the digest decides what is fetched, where there is one."""
        reference = self._reference
        root = self._root(reference.digest or reference.tag or "latest")
        if root is None:
            code = "ATT-SRC-002" if reference.digest else "ATT-SRC-001"
            raise NotFoundError(
                f"{reference}: not found, or no access",
                code=code,
                hint="is the name spelled right, and does it need a login?",
            )
        if not reference.digest:
            return root
        is_platform = reference.tag and root.descriptor.media_type not in INDEX_TYPES
        parent = self._parent(reference.tag) if reference.tag and is_platform else None
        return msgspec.structs.replace(root, parent=parent, is_pinned=True)

    def _parent(self, tag: str) -> Root | None:
        """Return what the tag names now; the digest was found without it, so that it may fail."""
        try:
            return self._root(tag)
        except SourceError:
            return None

    def tagged(self, name: str) -> Root | None:
        """See `Source.tagged`."""
        return self._tagged.of(name, lambda: self._root(name, is_probe=True))

    def manifest(self, descriptor: Descriptor) -> bytes:
        """See `Source.manifest`."""
        check_size(descriptor, self._access.max_manifest_bytes, MANIFEST_SETTING)
        if descriptor.data is not None:
            return verify(descriptor, descriptor.data)
        path = f"/manifests/{descriptor.digest}"
        return self._flights.once(descriptor, lambda: self._content(descriptor, path, ACCEPT_MANIFESTS, may_move=False))

    def blob(self, descriptor: Descriptor) -> bytes:
        """See `Source.blob`."""
        return self._neighbors.blob(descriptor, self._blob)

    def _blob(self, descriptor: Descriptor) -> bytes:
        check_size(descriptor, self._access.max_blob_bytes, BLOB_SETTING)
        if descriptor.data is not None:
            return verify(descriptor, descriptor.data)
        path = f"/blobs/{descriptor.digest}"
        return self._flights.once(descriptor, lambda: self._content(descriptor, path, "*/*", may_move=True))

    def referrers(self, subject: Descriptor) -> Listing:
        """See `Source.referrers`; never filtered, for one whole list answers every question."""
        return self._listings.of(subject.digest, lambda: self._referrers(subject))

    def _referrers(self, subject: Descriptor) -> Listing:
        location = f"{self._base}/referrers/{subject.digest}"
        descriptors: list[Descriptor] = []
        limits, faults, pages, left, url = self._access.limits, 0, 0, self._access.max_manifest_bytes, location
        detail = None
        try:
            while url and pages < limits.referrer_pages and len(descriptors) < limits.referrers:
                answer = self._page(url, left)
                refusal = self._listing_refusal(answer, is_first=pages == 0)
                if refusal is not None:
                    return msgspec.structs.replace(refusal, location=location, descriptors=tuple(descriptors))
                index, detail = index_of(answer), dated(None, answer)
                descriptors += index.manifests
                faults += len(index.faults)
                url, pages, left = self._next(answer), pages + 1, left - len(answer.body)
        except SourceError as error:
            return unknown(error, location, tuple(descriptors))
        if url or len(descriptors) > limits.referrers:
            said = f"more than {limits.referrer_pages} pages or {limits.referrers} entries"
            limit = IntegrityError(f"{said}; see {setting('referrers')}", code="ATT-EVD-003")
            return unknown(limit, location, tuple(descriptors[: limits.referrers]))
        return Listing(
            channel=Channel.REFERRERS_API,
            status=ProbeStatus.FOUND if descriptors else ProbeStatus.ABSENT,
            location=location,
            descriptors=tuple(descriptors),
            http_status=200,
            detail=detail,
            faults=faults,
        )

    def _page(self, url: str, limit: int) -> Answer:
        """Ask for a page of referrers, unless the registry said lately that it has no such thing."""
        if self._lacks_referrers is not None and not self._access.offline:
            return msgspec.structs.replace(self._lacks_referrers, as_of=None)
        answer = self._list(url, OCI_INDEX, limit)
        if is_list(answer):
            self._has_listed = True
        elif is_unsupported(answer):
            self._refused_list = answer
        return answer

    def tags(self, prefix: str) -> Tags:
        """See `Source.tags`: a seek into the sorted list, which shows whatever begins with the prefix at once."""
        return self._tag_list.beginning(prefix)

    def _page_of_tags(self, url: str) -> Answer:
        return self._list(url, "application/json", self._access.max_manifest_bytes)

    def neighbors(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:
        """See `Source.neighbors`."""
        return self._neighbors.of(is_hardened=is_hardened)

    def locate(self, descriptor: Descriptor) -> str:
        """See `Source.locate`."""
        return f"{self._base}/manifests/{descriptor.digest}"

    def locate_tag(self, name: str) -> str:
        """See `Source.locate_tag`."""
        return f"{self._base}/manifests/{name}"

    def _root(self, reference: str, *, is_probe: bool = False) -> Root | None:
        answer = self._named(reference, is_probe=is_probe)
        if answer.status == 404:
            return None
        self.check(answer)
        refuse_page(answer, f"{self._reference.domain}/{self._reference.path}")
        digest = digest_of(answer)
        if ":" in reference and Digest.parse(reference) != digest:
            digest = Digest.parse(reference)
            if not digest.matches(answer.body):
                raise IntegrityError(f"{reference}: the bytes do not match the digest")
        descriptor = Descriptor(media_type=media_type_of(answer), digest=digest, size=len(answer.body))
        self._flights.once(descriptor, lambda: answer.body)
        return Root(
            descriptor=descriptor,
            content=answer.body,
            registry=self._reference.domain,
            repository=self._reference.path,
            tag=self._reference.tag if ":" in reference else reference,
        )

    def _named(self, reference: str, *, is_probe: bool) -> Answer:
        """Ask for a manifest by a tag or digest; for one that was had before, only whether it is still the same.

        Docker Hub counts whoever gets a manifest, even one that is not there,
        and not who only asks whether there is one: probes ask that first.
        """
        url = f"{self._base}/manifests/{reference}"
        if self._access.offline:
            return self._memory.last(url, str(self._reference) if reference == self._reference.tag else reference)
        known = self._memory.recall(url)
        is_digest = ":" in reference
        if known is not None and is_digest and known.status == 200 and Digest.parse(reference).matches(known.body):
            # what a digest names is always the same
            return known
        if known is not None or (is_probe and self._domain == DOCKER_HUB):
            asked = self._session.ask(self._manifest_request("HEAD", url))
            if asked.status == 404:
                return self._remembered(url, asked)
            if known is not None and is_same(known, asked):
                return known
        return self._remembered(url, self._session.ask(self._manifest_request("GET", url)))

    def _remembered(self, url: str, answer: Answer) -> Answer:
        if answer.status == 404 or (answer.status == 200 and not is_page(answer)):
            self._memory.remember(url, answer)
        return answer

    def _manifest_request(self, method: str, url: str) -> Request:
        headers = {"Accept": ACCEPT_MANIFESTS}
        limit = self._access.max_manifest_bytes
        return Request(method=method, url=url, headers=headers, limit=limit, setting=MANIFEST_SETTING)

    def _list(self, url: str, accept: str, limit: int) -> Answer:
        """Ask for a list, which may change at any time; offline the last one stands."""
        if self._access.offline:
            return self._memory.last(url, url)
        request = Request(method="GET", url=url, headers={"Accept": accept}, limit=limit, setting=MANIFEST_SETTING)
        answer = self._session.ask(request)
        if answer.status == 200 or is_unsupported(answer):
            self._memory.remember(url, answer)
        return answer

    def _content(self, descriptor: Descriptor, path: str, accept: str, *, may_move: bool) -> bytes:
        kept = self._memory.content(descriptor)
        if kept is not None:
            return kept
        request = Request(
            method="GET",
            url=self._base + path,
            headers={"Accept": accept},
            limit=descriptor.size,
            may_move=may_move,
        )
        answer = self._session.ask(request)
        if answer.status == 404:
            raise self._gone(descriptor.digest)
        self.check(answer)
        content = verify(descriptor, answer.body)
        self._memory.keep(descriptor.digest, content)
        return content

    def ask(self, path: str, method: str = "GET") -> Answer:
        """Ask for a resource of the repository as it is, whatever is answered.

        Raises:
            SourceError: there is no answer.
        """
        return self._session.ask(self._manifest_request(method, self._base + path))

    def check(self, answer: Answer) -> None:
        """Raise what an answer that is no success means.

        Raises:
            SourceError: the answer's status is not 200.
        """
        if answer.status == 200:
            return
        name = f"{self._domain}/{self._reference.path}"
        detail = detail_of(answer)
        if answer.status in (401, 403):
            raise AccessDeniedError(
                f"{name}: {self._domain} refused access ({answer.status}){detail}",
                code="ATT-AUTH-001" if answer.status == 401 else "ATT-AUTH-002",
                hint=how_to_log_in(self._domain, self._session.tried),
            )
        if answer.status == 429:
            raise RateLimitedError(f"{name}: rate limited{detail}", hint=f"docker login {self._domain}, or wait")
        if answer.status in (301, 302, 303, 307, 308):
            raise UnreachableError(f"{name}: a redirect that leads nowhere", code="ATT-NET-006", hint="try again later")
        raise UnreachableError(
            f"{name}: the registry answered {answer.status}{detail}", code="ATT-NET-004", hint="try again later"
        )

    def _gone(self, digest: Digest) -> NotFoundError:
        return NotFoundError(
            f"{digest}: no such content in {self._domain}/{self._reference.path}",
            code="ATT-SRC-002",
            hint="it may have been deleted while the index still names it",
        )

    def _listing_refusal(self, answer: Answer, *, is_first: bool) -> Listing | None:
        """Say what an answer to a listing means that is no list; null for a list."""
        if is_list(answer):
            return None
        if is_first and is_unsupported(answer):
            status, detail = ProbeStatus.UNSUPPORTED, "the registry has no referrers API"
        elif answer.status in (401, 403):
            status, detail = ProbeStatus.DENIED, f"refused ({answer.status})"
        elif answer.status == 429:
            status, detail = ProbeStatus.RATE_LIMITED, "rate limited"
        else:
            status, detail = ProbeStatus.ERROR, f"the registry answered {answer.status}"
        return Listing(
            channel=Channel.REFERRERS_API,
            status=status,
            location="",
            http_status=answer.status,
            detail=dated(detail, answer),
        )

    def _next(self, answer: Answer) -> str:
        """Return the URL of the next page; only the registry itself may be asked for it."""
        match = _NEXT.search((answer.header("link") or "")[:MAX_LINK_LENGTH])
        if match is None:
            return ""
        try:
            url: str = urljoin(answer.url, match[1])
            is_here = origin_of(url) == origin_of(self._session.origin)
        except ValueError:
            is_here = False
        if not is_here:
            raise UnreachableError(f"{self._domain}: a list goes on at another host", code="ATT-NET-006")
        return url
