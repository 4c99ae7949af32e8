"""From the documents of an image to everything that is known of it, without input or output.

Ids are given after sorting, so that the same documents give the same ids
whatever order they arrived in.
"""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from attest.analysis.binding import bind
from attest.analysis.coverage import coverage
from attest.analysis.package_list import describes_image, license_list, package_list
from attest.model.attachment import Channel, EvidenceKind, PlatformImage, ResolvedImage, is_of_unknown_kind
from attest.model.document import Discovery, Document
from attest.model.evidence import BindsTo, Evidence, Signature, Trust
from attest.model.inspection import Coverage, Inspection, PlatformSummary, Presence, Resolved, Status
from attest.model.package import Package
from attest.model.problem import Problem, ProblemState
from attest.model.provenance import Provenance
from attest.model.sbom import Sbom

_KIND_ORDER = {kind: position for position, kind in enumerate(EvidenceKind)}


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What was inspected: the reference as typed, what it resolved to, and what was asked of it.

    `kinds` are the kinds of documents that were fetched, null meaning all.
    """

    ref: str
    resolved: Resolved
    image: ResolvedImage
    kinds: frozenset[EvidenceKind] | None = None
    license_source: tuple[str, ...] = ("declared", "concluded")

    def covers(self, kind: EvidenceKind) -> bool:
        """Tell whether documents of this kind were asked for."""
        return self.kinds is None or kind in self.kinds


def assemble(subject: Subject, discovery: Discovery, problems: Sequence[Problem] = ()) -> Inspection:
    """Put together everything that is known of one image.

    `problems` are those of the index itself, met before anything was looked for.
    """
    documents = _sorted(subject, discovery.documents)
    numbered = [(f"E{number}", document) for number, document in enumerate(documents, start=1)]
    evidence = tuple(_evidence(id_, document, subject.image) for id_, document in numbered)
    found = [*problems, *discovery.problems, *_document_problems(numbered, evidence)]
    coverages = coverage(subject.image, evidence, discovery.probes, found, subject.kinds, _partial(numbered))
    evidence = _with_trust(evidence, coverages)
    with_sbom = [key for key, each in coverages.items() if each.sbom is Presence.PRESENT]
    packages = _packages(subject, numbered, evidence, with_sbom) if with_sbom else None
    return Inspection(
        ref=subject.ref,
        status=_status(discovery, evidence, found),
        resolved=subject.resolved,
        platforms=tuple(_summary(image, coverages[image.key]) for image in subject.image.platforms),
        evidence=evidence,
        searched=discovery.probes,
        packages=packages,
        licenses=None if packages is None else license_list(packages),
        provenance=_provenance(subject, numbered, evidence),
        problems=tuple(found),
    )


def _status(discovery: Discovery, evidence: Sequence[Evidence], problems: Sequence[Problem]) -> Status:
    is_complete = (
        all(each.conclusive for each in discovery.probes)
        and all(each.readable for each in evidence)
        and not any(each.hides_content for each in problems)
    )
    return Status.COMPLETE if is_complete else Status.INCOMPLETE


def _summary(image: PlatformImage, coverage: Coverage) -> PlatformSummary:
    return PlatformSummary(
        platform=image.key,
        os=image.platform.os,
        architecture=image.platform.architecture,
        variant=image.platform.variant,
        os_version=image.platform.os_version,
        manifest=str(image.manifest.digest) if image.has_manifest else None,
        config=None,
        created=None,
        user=None,
        coverage=coverage,
    )


def _sorted(subject: Subject, documents: Sequence[Document]) -> list[Document]:
    """Order documents by platform in index order (the index first), then kind, then digest."""
    platforms = {image.key: position for position, image in enumerate(subject.image.platforms)}

    def place(document: Document) -> tuple[int, int, str]:
        attachment = document.attachment
        platform = platforms.get(attachment.platform or "", -1)
        return (platform, _KIND_ORDER[document.kind], str(attachment.layer.digest))

    wanted = [
        each
        for each in documents
        if subject.covers(each.kind) or is_of_unknown_kind(each.kind, each.predicate_type, readable=each.readable)
    ]
    return sorted(wanted, key=place)


def _partial(numbered: Sequence[tuple[str, Document]]) -> frozenset[str]:
    return frozenset(
        id_ for id_, each in numbered if isinstance(each.content, Sbom) and not describes_image(each.content)
    )


def _evidence(id_: str, document: Document, image: ResolvedImage) -> Evidence:
    attachment = document.attachment
    binds_to, match = _binding(document, image)
    return Evidence(
        id=id_,
        kind=document.kind,
        format=document.format,
        predicate_type=document.predicate_type,
        artifact_type=attachment.artifact_type,
        media_type=attachment.layer.media_type,
        digest=str(attachment.layer.digest),
        size=attachment.layer.size,
        manifest=str(attachment.manifest.digest) if attachment.manifest else None,
        platform=attachment.platform,
        channels=tuple(channel for channel in Channel if any(edge.channel is channel for edge in attachment.edges)),
        generator=document.generator,
        created=document.created,
        readable=document.readable,
        binds_to=binds_to,
        subject_match=match,
        # signatures are not verified, so nobody is known to vouch for anything
        trust=Trust.UNVERIFIABLE,
        signatures=_signatures(id_, document),
    )


def _signatures(id_: str, document: Document) -> tuple[Signature, ...]:
    if document.method is None:
        return ()
    return (
        Signature(
            state=Trust.UNVERIFIABLE,
            method=document.method,
            identity=None,
            issuer=None,
            key=None,
            signed_at=None,
            time_source=None,
            log_index=None,
            covers=_covers(document),
            evidence=id_,
            reason="signatures are not verified by this version",
        ),
    )


def _covers(document: Document) -> str:
    """Say what a signature is over: the document that wraps it, or what a bare one names."""
    if document.kind is not EvidenceKind.SIGNATURE:
        return "document"
    return "manifest" if document.attachment.platform else "index"


def _with_trust(evidence: tuple[Evidence, ...], coverages: Mapping[str, Coverage]) -> tuple[Evidence, ...]:
    """Call everything unsigned where every place was looked into and no signature found."""
    searched = all(each.signature is Presence.ABSENT for each in coverages.values())
    if not coverages or not searched or any(each.signatures for each in evidence):
        return evidence
    return tuple(replace(each, trust=Trust.UNSIGNED) for each in evidence)


def _binding(document: Document, image: ResolvedImage) -> tuple[BindsTo | None, bool | None]:
    is_alone = all(edge.channel is Channel.DOCUMENT for edge in document.attachment.edges)
    if document.subject is None or is_alone:
        return None, None
    return bind(document.subject, document.attachment, image)


def _document_problems(numbered: Sequence[tuple[str, Document]], evidence: Sequence[Evidence]) -> list[Problem]:
    problems = []
    for (id_, document), about in zip(numbered, evidence, strict=True):
        platforms = (about.platform,) if about.platform else ()
        problems += [replace(each, evidence=id_, platforms=platforms) for each in document.problems]
        fault = _subject_fault(document, about)
        if fault is not None:
            code, message = fault
            problems.append(
                Problem(
                    code=code,
                    state=ProblemState.INCONSISTENT,
                    message=f"{about.digest}: {message}",
                    evidence=id_,
                    platforms=platforms,
                    pointer="/subject",
                )
            )
    return problems


def _subject_fault(document: Document, about: Evidence) -> tuple[str, str] | None:
    if about.subject_match is False:
        return "ATT-EVD-002", "the statement's subject is not the image it is attached to"
    if not document.subject and document.subject is not None:
        return "ATT-EVD-004", "the statement names no subject; only its place ties it to the image"
    return None


def _packages(
    subject: Subject,
    numbered: Sequence[tuple[str, Document]],
    evidence: Sequence[Evidence],
    keys: Sequence[str],
) -> tuple[Package, ...]:
    """List the packages of each platform from the SBOMs that describe its final file system."""
    contradicted = {each.id for each in evidence if each.subject_match is False}
    sboms: list[tuple[str, str, Sbom]] = []
    for key in keys:
        candidates = [
            (id_, document.content)
            for id_, document in numbered
            if isinstance(document.content, Sbom)
            and document.attachment.platform in (key, None)
            and id_ not in contradicted
        ]
        final = [(id_, sbom) for id_, sbom in candidates if describes_image(sbom)]
        sboms += [(id_, key, sbom) for id_, sbom in final or candidates]
    return package_list(sboms, keys, subject.license_source)


def _provenance(
    subject: Subject, numbered: Sequence[tuple[str, Document]], evidence: Sequence[Evidence]
) -> tuple[Provenance, ...] | None:
    if not subject.covers(EvidenceKind.PROVENANCE):
        return None
    keys = tuple(image.key for image in subject.image.platforms)
    trust = {each.id: each.trust for each in evidence}
    stated = [(id_, each) for id_, each in numbered if isinstance(each.content, Provenance)]
    return tuple(
        replace(
            document.content,
            id=f"V{number}",
            evidence=id_,
            platforms=(document.attachment.platform,) if document.attachment.platform else keys,
            trust=trust[id_],
        )
        for number, (id_, document) in enumerate(stated, start=1)
        if isinstance(document.content, Provenance)
    )
