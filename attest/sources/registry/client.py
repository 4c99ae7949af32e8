"""One repository of a registry: every byte is checked against its digest, and no digest is asked for twice."""

import re
from threading import Lock
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin, urlsplit

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
    detail_of,
    index_of,
    is_sorted,
    media_type_of,
    names_of,
    refuse_page,
    status_of,
    tags_of,
    unknown,
)
from attest.sources.registry.auth import MAX_TOKEN_BYTES, Ask, Authorizer, challenge_of, how_to_log_in
from attest.sources.registry.credentials import Keyring
from attest.sources.registry.exchange import Answer, Request, Wire
from attest.sources.registry.flights import Flights
from attest.sources.registry.redirects import origin_of, printable
from attest.sources.source import (
    BLOB_SETTING,
    MANIFEST_SETTING,
    MAX_MANIFEST_BYTES,
    Access,
    Listing,
    Root,
    Tags,
    check_size,
    verify,
)

HUB_HOST: Final = "registry-1.docker.io"
MAX_TAGS_BYTES: Final = 1024 * 1024
TAGS_A_PAGE: Final = 20
MAX_LINK_LENGTH: Final = 4096
_NEXT: Final = re.compile(r'<([^>]*)>\s*;[^,]*rel="?next"?', re.IGNORECASE)
# answers that mean: this registry does not know the method
_UNSUPPORTED: Final = frozenset({301, 302, 303, 307, 308, 400, 404, 405, 406, 501})


class RegistrySource:
    """Reads one image; safe to use from several threads."""

    kind = "registry"

    def __init__(self, reference: Reference, access: Access) -> None:
        self._reference = reference
        self._access = access
        host = HUB_HOST if reference.domain == DOCKER_HUB else reference.domain
        self._wire = Wire(host, access)
        self._authorizer = Authorizer(reference.domain, reference.path, Keyring(access), access.trusted_realms)
        self._base = f"{self._wire.origin}/v2/{reference.path}"
        self._lock = Lock()
        self._flights = Flights()
        self._all_tags: tuple[str, ...] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """See `Source.close`."""
        self._wire.close()

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
        return self._root(name)

    def manifest(self, descriptor: Descriptor) -> bytes:
        """See `Source.manifest`."""
        check_size(descriptor, self._access.max_manifest_bytes, MANIFEST_SETTING)
        if descriptor.data is not None:
            return verify(descriptor, descriptor.data)
        path = f"/manifests/{descriptor.digest}"
        return self._flights.once(descriptor, lambda: self._content(descriptor, path, ACCEPT_MANIFESTS, may_move=False))

    def blob(self, descriptor: Descriptor) -> bytes:
        """See `Source.blob`."""
        check_size(descriptor, self._access.max_blob_bytes, BLOB_SETTING)
        if descriptor.data is not None:
            return verify(descriptor, descriptor.data)
        path = f"/blobs/{descriptor.digest}"
        return self._flights.once(descriptor, lambda: self._content(descriptor, path, "*/*", may_move=True))

    def referrers(self, subject: Descriptor) -> Listing:
        """See `Source.referrers`; never filtered, for one whole list answers every question."""
        location = f"{self._base}/referrers/{subject.digest}"
        descriptors: list[Descriptor] = []
        limits, faults, pages, left, url = self._access.limits, 0, 0, MAX_MANIFEST_BYTES, location
        try:
            while url and pages < limits.referrer_pages and len(descriptors) < limits.referrers:
                answer = self._get_url(url, {"Accept": OCI_INDEX}, left)
                refusal = self._listing_refusal(answer, is_first=pages == 0)
                if refusal is not None:
                    return msgspec.structs.replace(refusal, location=location, descriptors=tuple(descriptors))
                index = index_of(answer)
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
            faults=faults,
        )

    def tags(self, prefix: str) -> Tags:
        """See `Source.tags`: a seek into the sorted list, which shows whatever begins with the prefix at once."""
        location = f"{self._base}/tags/list"
        with self._lock:
            known = self._all_tags
        if known is not None:
            return tags_of([name for name in known if name.startswith(prefix)], location)
        try:
            return self._seek(prefix, location)
        except SourceError as error:
            return Tags(status=status_of(error), location=location, detail=error.message)

    def locate(self, descriptor: Descriptor) -> str:
        """See `Source.locate`."""
        return f"{self._base}/manifests/{descriptor.digest}"

    def locate_tag(self, name: str) -> str:
        """See `Source.locate_tag`."""
        return f"{self._base}/manifests/{name}"

    def _root(self, reference: str) -> Root | None:
        answer = self._get(f"/manifests/{reference}", {"Accept": ACCEPT_MANIFESTS}, self._access.max_manifest_bytes)
        if answer.status == 404:
            return None
        self._check(answer)
        refuse_page(answer, f"{self._reference.domain}/{self._reference.path}")
        digest = Digest.of(answer.body)
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

    def _content(self, descriptor: Descriptor, path: str, accept: str, *, may_move: bool) -> bytes:
        answer = self._get(path, {"Accept": accept}, descriptor.size, may_move=may_move)
        if answer.status == 404:
            raise self._gone(descriptor.digest)
        self._check(answer)
        return verify(descriptor, answer.body)

    def _get(self, path: str, headers: dict[str, str], limit: int, *, may_move: bool = False) -> Answer:
        return self._get_url(self._base + path, headers, limit, may_move=may_move)

    def _get_url(self, url: str, headers: dict[str, str], limit: int, *, may_move: bool = False) -> Answer:
        """Ask with whatever authorization is known, and once more after a challenge."""
        if self._access.offline:
            raise UnreachableError(
                f"{self._reference}: needed from the network, but --offline is given",
                code="ATT-NET-005",
                hint="leave out --offline, or inspect an OCI layout",
            )
        authorization = self._authorizer.header(self._fetch_token)
        answer = self._send(url, headers, authorization, limit, may_move=may_move)
        if answer.status != 401 or origin_of(answer.url) != origin_of(self._wire.origin):
            # what a storage service asks for is not for the registry's credentials to answer
            return answer
        challenge = challenge_of(answer.values("www-authenticate"))
        if challenge is None:
            return answer
        self._authorizer.challenged(challenge, authorization)
        renewed = self._authorizer.header(self._fetch_token)
        if renewed is None or (renewed == authorization and challenge.scheme == "basic"):
            return answer
        return self._send(url, headers, renewed, limit, may_move=may_move)

    def _send(
        self, url: str, headers: dict[str, str], authorization: str | None, limit: int, *, may_move: bool
    ) -> Answer:
        sent = headers | ({"Authorization": authorization} if authorization else {})
        return self._wire.send(Request(method="GET", url=url, headers=sent, limit=limit, may_move=may_move))

    def _fetch_token(self, ask: Ask) -> tuple[int, bytes]:
        """Ask a token server, which must be as safe to speak to as the registry is, and sends nobody elsewhere."""
        self._check_realm(ask.url)
        request = Request(
            method=ask.method,
            url=ask.url,
            headers=ask.headers,
            limit=MAX_TOKEN_BYTES,
            form=ask.form or None,
            follows=False,
        )
        try:
            answer = self._wire.send(request)
        except UnreachableError as error:
            if error.code == "ATT-NET-006":
                raise self._refused_realm(error.message) from error
            raise
        return answer.status, answer.body

    def _check_realm(self, url: str) -> None:
        try:
            scheme, host, _ = origin_of(url)
        except ValueError as error:
            raise self._refused_realm("its token server is no web address") from error
        if scheme != "https" and not (scheme == "http" and self._wire.origin.startswith("http://")):
            raise self._refused_realm("its token server is not reached by https")
        if not host or "@" in urlsplit(url).netloc:
            raise self._refused_realm("its token server is no plain web address")

    def _refused_realm(self, why: str) -> AccessDeniedError:
        return AccessDeniedError(
            f"{self._reference.domain}: {printable(why)}", code="ATT-AUTH-003", hint="ask who runs the registry"
        )

    def _check(self, answer: Answer) -> None:
        """Raise what an answer that is no success means.

        Raises:
            SourceError: the answer's status is not 200.
        """
        if answer.status == 200:
            return
        name = f"{self._reference.domain}/{self._reference.path}"
        detail = detail_of(answer)
        if answer.status in (401, 403):
            raise AccessDeniedError(
                f"{name}: {self._reference.domain} refused access ({answer.status}){detail}",
                code="ATT-AUTH-001" if answer.status == 401 else "ATT-AUTH-002",
                hint=how_to_log_in(self._reference.domain, self._authorizer.tried),
            )
        if answer.status == 429:
            raise RateLimitedError(
                f"{name}: rate limited{detail}", hint=f"docker login {self._reference.domain}, or wait"
            )
        if answer.status in (301, 302, 303, 307, 308):
            raise UnreachableError(f"{name}: a redirect that leads nowhere", code="ATT-NET-006", hint="try again later")
        raise UnreachableError(
            f"{name}: the registry answered {answer.status}{detail}", code="ATT-NET-004", hint="try again later"
        )

    def _gone(self, digest: Digest) -> NotFoundError:
        return NotFoundError(
            f"{digest}: no such content in {self._reference.domain}/{self._reference.path}",
            code="ATT-SRC-002",
            hint="it may have been deleted while the index still names it",
        )

    def _listing_refusal(self, answer: Answer, *, is_first: bool) -> Listing | None:
        """Say what an answer to a listing means that is no list; null for a list."""
        if answer.status == 200 and answer.body.lstrip()[:1] == b"{":
            return None
        unsupported = answer.status in _UNSUPPORTED or (answer.status == 401 and not answer.values("www-authenticate"))
        if is_first and (unsupported or answer.status == 200):
            status, detail = ProbeStatus.UNSUPPORTED, "the registry has no referrers API"
        elif answer.status in (401, 403):
            status, detail = ProbeStatus.DENIED, f"refused ({answer.status})"
        elif answer.status == 429:
            status, detail = ProbeStatus.RATE_LIMITED, "rate limited"
        else:
            status, detail = ProbeStatus.ERROR, f"the registry answered {answer.status}"
        return Listing(
            channel=Channel.REFERRERS_API, status=status, location="", http_status=answer.status, detail=detail
        )

    def _next(self, answer: Answer) -> str:
        """Return the URL of the next page; only the registry itself may be asked for it."""
        match = _NEXT.search((answer.header("link") or "")[:MAX_LINK_LENGTH])
        if match is None:
            return ""
        try:
            url: str = urljoin(answer.url, match[1])
            is_here = origin_of(url) == origin_of(self._wire.origin)
        except ValueError:
            is_here = False
        if not is_here:
            raise UnreachableError(f"{self._reference.domain}: a list goes on at another host", code="ATT-NET-006")
        return url

    def _seek(self, prefix: str, location: str) -> Tags:
        url = f"{location}?n={TAGS_A_PAGE}&last={prefix[:-1]}"
        names: list[str] = []
        for _ in range(self._access.limits.referrer_pages):
            answer = self._get_url(url, {"Accept": "application/json"}, MAX_TAGS_BYTES)
            if answer.status != 200:
                status = ProbeStatus.UNSUPPORTED if answer.status in (401, 403, 404, 405) else ProbeStatus.ERROR
                return Tags(status=status, location=location, http_status=answer.status)
            page = names_of(answer)
            url = self._next(answer)
            if page is None or (url and (not is_sorted(page) or not page or page[-1] < prefix)):
                return Tags(
                    status=ProbeStatus.UNSUPPORTED,
                    location=location,
                    http_status=200,
                    detail="the list of tags cannot be searched",
                )
            if not url and page and page[0] < prefix[:-1]:
                # a server that ignores where to begin gave all there is
                with self._lock:
                    self._all_tags = tuple(page)
            names += [name for name in page if name.startswith(prefix)]
            if not url or not page[-1].startswith(prefix):
                return tags_of(names, location)
        return Tags(
            status=ProbeStatus.ERROR, location=location, detail=f"more than {self._access.limits.referrer_pages} pages"
        )
