"""What the answers of a registry say, and how little of it has to be believed."""

from typing import Any, Final

import msgspec

from attest.errors import (
    AccessDeniedError,
    AttestError,
    IntegrityError,
    RateLimitedError,
    SourceError,
    UnreachableError,
)
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.model.digest import Digest
from attest.model.manifest import Index, parse_manifest
from attest.model.media_type import OCI_INDEX
from attest.sources.registry.exchange import Answer
from attest.sources.source import Listing, Tags

# answers that mean: this registry does not know the method
_UNSUPPORTED: Final = frozenset({301, 302, 303, 307, 308, 400, 404, 405, 406, 501})


def is_list(answer: Answer) -> bool:
    """Tell whether an answer is a list of referrers, as far as its first character says."""
    return answer.status == 200 and answer.body.lstrip()[:1] == b"{"


def is_unsupported(answer: Answer) -> bool:
    """Tell whether an answer that is no list means that the registry has no such lists."""
    return answer.status in (200, *_UNSUPPORTED) or (answer.status == 401 and not answer.values("www-authenticate"))


def dated(detail: str | None, answer: Answer) -> str | None:
    """Add to a detail when the registry answered so, unless it did just now."""
    if answer.as_of is None:
        return detail
    return f"{detail or 'answered'} (as of {answer.as_of})"


def digest_of(answer: Answer) -> Digest:
    """Return the digest of a body: in the algorithm that the registry names it by, if it is what that says.

    What hangs on it names it so, too; a registry is never believed without looking.
    """
    try:
        named = Digest.parse(answer.header("docker-content-digest") or "")
    except ValueError:
        return Digest.of(answer.body)
    return named if named.matches(answer.body) else Digest.of(answer.body)


def tags_of(names: list[str], location: str, detail: str | None = None) -> Tags:
    """Return what a search of the tags found."""
    status = ProbeStatus.FOUND if names else ProbeStatus.ABSENT
    return Tags(status=status, location=location, names=tuple(names), http_status=200, detail=detail)


def is_sorted(names: list[str]) -> bool:
    """Tell whether tags are sorted, by their bytes or without case: both are in use."""
    return names in (sorted(names), sorted(names, key=str.lower))


def names_of(answer: Answer) -> list[str] | None:
    """Return the tags that an answer lists; null if it is no list."""
    try:
        listed: Any = msgspec.json.decode(answer.body, type=dict[str, Any]).get("tags")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if listed is None:
        return []
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else None


def index_of(answer: Answer) -> Index:
    """Return the list of referrers in an answer.

    Raises:
        IntegrityError: it is none.
    """
    try:
        parsed = parse_manifest(answer.body, OCI_INDEX, "list of referrers")
    except AttestError as error:
        raise IntegrityError(error.message, code="ATT-EVD-004") from error
    if not isinstance(parsed, Index):
        raise IntegrityError("list of referrers: not an index", code="ATT-EVD-004")
    return parsed


def unknown(error: SourceError, location: str, descriptors: tuple[Descriptor, ...]) -> Listing:
    """Return the listing of a place that could not be read to its end."""
    return Listing(
        channel=Channel.REFERRERS_API,
        status=status_of(error),
        location=location,
        descriptors=descriptors,
        detail=error.message,
    )


def status_of(error: SourceError) -> ProbeStatus:
    """Tell what an error says of a place that was looked into."""
    if isinstance(error, AccessDeniedError):
        return ProbeStatus.DENIED
    if isinstance(error, RateLimitedError):
        return ProbeStatus.RATE_LIMITED
    if error.code == "ATT-NET-006":
        return ProbeStatus.UNSUPPORTED
    return ProbeStatus.ERROR


def media_type_of(answer: Answer) -> str:
    """Return the media type of an answer, without parameters."""
    return (answer.header("content-type") or "").partition(";")[0].strip()


def is_page(answer: Answer) -> bool:
    """Tell a web page from the JSON that was asked for."""
    return answer.body.lstrip()[:1] == b"<"


def is_same(known: Answer, asked: Answer) -> bool:
    """Tell whether a registry that was only `asked` for a manifest still has the `known` one."""
    is_there = known.status == asked.status == 200 and media_type_of(known) == media_type_of(asked)
    return is_there and asked.header("docker-content-digest") == str(digest_of(known))


def refuse_page(answer: Answer, name: str) -> None:
    """Refuse a web page where a manifest is expected.

    Raises:
        UnreachableError: it is a web page.
    """
    if is_page(answer):
        raise UnreachableError(
            f"{name}: a web page instead of a manifest",
            code="ATT-NET-004",
            hint="is there a proxy or a login page in between?",
        )


def detail_of(answer: Answer) -> str:
    """Return what the registry says itself, in a few printable words."""
    try:
        errors = msgspec.json.decode(answer.body, type=dict[str, Any]).get("errors")
        first = errors[0] if isinstance(errors, list) and errors else {}
        code = first.get("code") if isinstance(first, dict) else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return f": {code[:60]}" if isinstance(code, str) and code.isprintable() else ""
