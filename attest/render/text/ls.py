"""`attest ls`: every attached document as a tree, and where attest looked."""

from typing import Final

from attest.model.attachment import Probe
from attest.model.evidence import Evidence, Signature, Trust
from attest.model.report import Report, Target
from attest.render import words
from attest.render.summary import WHOLE_IMAGE, places, trust_sentence
from attest.render.terminal import Page, Span, Style
from attest.render.text.parts import quoted, write_heading, write_next, write_problems

_TRUST_STYLES: Final = {
    Trust.TRUSTED: Style.GREEN,
    Trust.VIA_INDEX: Style.GREEN,
    Trust.INVALID: Style.RED,
}


class Ls:
    """A branch for the index and for each platform, a leaf for each document."""

    name = "ls"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        del report  # documents are facts, no policy has a word in them
        write_heading(page, target)
        page.blank()
        if any(each.platform is None for each in target.evidence):
            digest = target.resolved.digest if target.resolved else ""
            _write_branch(page, target, None, (WHOLE_IMAGE, digest))
        for platform in target.platforms:
            _write_branch(page, target, platform.platform, (platform.platform, platform.manifest or ""))
        page.blank()
        page.line(trust_sentence(target))
        _write_places(page, target)
        write_problems(page, target)
        ref = quoted(target.ref)
        write_next(page, [(f"attest get {ref} --digest DIGEST", "one of these documents, as it was attached")])


VIEW: Final = Ls()


def _write_branch(page: Page, target: Target, platform: str | None, title: tuple[str, str]) -> None:
    page.line(Span(title[0], Style.STRONG), title[1], hanging=2)
    documents = [each for each in target.evidence if each.platform == platform]
    for number, document in enumerate(documents, start=1):
        last = number == len(documents)
        _write_document(page, document, "└── " if last else "├── ", "    " if last else "│   ")
    if not documents:
        page.tree("└── ", "nothing was found", following="    ")


def _write_document(page: Page, document: Evidence, lead: str, following: str) -> None:
    made_by = [part for part in (document.generator, document.created) if part]
    state = [] if document.readable else [Span("UNREADABLE", Style.RED)]
    page.tree(
        lead,
        Span(f"{document.id} {document.kind}", Style.STRONG),
        words.standard(document.format),
        words.byte_size(document.size),
        *made_by,
        *state,
        following=following + "     ",
    )
    inner = following + "   "
    page.tree(inner, document.digest, following=inner)
    for type_ in (document.predicate_type, document.artifact_type):
        if type_:
            page.tree(inner, type_, following=inner)
    page.tree(
        inner,
        f"in {', '.join(words.CHANNELS[channel] for channel in document.channels) or 'an unnamed place'}",
        words.subject_of(document),
        Span(words.TRUSTS[document.trust], _TRUST_STYLES.get(document.trust, Style.YELLOW)),
        following=inner,
    )
    for signature in document.signatures:
        page.tree(inner, *_signer(signature), following=inner + "  ")


def _signer(signature: Signature) -> list[str]:
    who = signature.identity or signature.key or "nobody named"
    parts = [f"signed ({signature.method}): {who}", words.TRUSTS[signature.state]]
    return parts + [part for part in (signature.issuer, signature.reason) if part]


def _write_places(page: Page, target: Target) -> None:
    page.blank()
    page.line(Span("Where attest looked", Style.STRONG))
    if not target.searched:
        page.line("nowhere", indent=2)
    for about, probe in places(target):
        page.line(*_place(about, probe), indent=2, hanging=4)


def _place(about: str, probe: Probe) -> list[str]:
    status = words.PROBE_STATUSES[probe.status] + ("" if probe.conclusive else ", inconclusive")
    http = f"HTTP {probe.http_status}" if probe.http_status else ""
    return [words.CHANNELS[probe.channel], about, status, http, probe.location, probe.detail or ""]
