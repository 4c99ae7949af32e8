"""The whole program on one page: from a reference to everything that is known of an image.

Stages never call backwards, and only `open_source`, `resolve` and `discover` touch the
network; they overlap in time. A broken attachment is a problem of the result:
only the reference or the source can fail a run.
"""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.analysis import Subject, assemble
from attest.discovery import Progress, Wish, discover, resolve, select, unsupported
from attest.errors import AttestError, DocumentError, EvidenceError
from attest.formats import parse
from attest.model.attachment import (
    Attachment,
    Channel,
    Edge,
    EvidenceKind,
    PlatformImage,
    Probe,
    ProbeStatus,
    ResolvedImage,
    kind_of_predicate,
)
from attest.model.descriptor import Platform
from attest.model.document import Discovery, Document
from attest.model.envelope import Signed
from attest.model.finding import Evaluation
from attest.model.inspection import Inspection, Resolved
from attest.model.media_type import COSIGN_CERTIFICATE, COSIGN_SIGNATURE, CREATED
from attest.model.problem import Problem, ProblemState
from attest.model.provenance import Provenance
from attest.model.reference import LocalKind
from attest.model.report import Report, Run, RunOptions, Target, Tool
from attest.model.sbom import Sbom
from attest.model.statement import Statement
from attest.predicates import normalize
from attest.sources import Access, Root, Source, open_source
from attest.version import __version__


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at. `platforms` empty means all; `kinds` and `channels` null mean every one."""

    platforms: tuple[str, ...] = ()
    kinds: frozenset[EvidenceKind] | None = None
    channels: frozenset[Channel] | None = None
    license_source: tuple[str, ...] = ("declared", "concluded")
    access: Access = Access()
    keep_raw: bool = False
    progress: Progress | None = None


_DEFAULTS: Final = Options()
NO_PLATFORM: Final = "unknown"
"""The key of the platform that a document without an image is about."""


def inspect(reference: str, options: Options = _DEFAULTS) -> Inspection:
    """Find, fetch and read everything attached to the image that `reference` names.

    Raises:
        UsageError: `reference` or an option cannot be meant.
        SourceError: the image cannot be had.
        DocumentError: the image's own index or manifest cannot be read.
    """
    subject, discovery, problems = _look(reference, options)
    return assemble(subject, discovery, problems)


def documents(reference: str, options: Options = _DEFAULTS) -> tuple[Document, ...]:
    """Return the attached documents themselves; see `inspect`, also for what is raised."""
    return gather(reference, options)[1]


def gather(reference: str, options: Options = _DEFAULTS) -> tuple[Inspection, tuple[Document, ...]]:
    """Return what is known of an image, and the attached documents; see `inspect`, also for what is raised."""
    subject, discovery, problems = _look(reference, options)
    return assemble(subject, discovery, problems), discovery.documents


def report(
    inspection: Inspection, evaluation: Evaluation | None = None, *, command: str = "report", started: str | None = None
) -> Report:
    """Put one image's facts and opinions into a report; `started` is the time it prints, now if null."""
    from datetime import UTC, datetime

    from attest.licenses import LIST_VERSION

    return Report(
        tool=Tool(name="attest", version=__version__, spdx_license_list=LIST_VERSION),
        run=Run(
            command=command,
            started=started or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            effective_time=evaluation.effective_time if evaluation else None,
            exit_code=evaluation.exit_code if evaluation else 0,
            policy=evaluation.policy if evaluation else None,
            baseline=None,
            options=RunOptions(
                platforms=("all",),
                channels=("all",),
                license_source=("declared", "concluded"),
                offline=False,
                strict=False,
            ),
        ),
        targets=(Target.of(inspection, evaluation),),
    )


def render_report(report: Report, format_name: str = "text") -> str:
    """Return a report in one of the formats of `attest.render.RENDERERS`.

    Raises:
        KeyError: there is no such format.
    """
    from attest.render import RENDERERS, Presentation

    return RENDERERS.named(format_name).render(report, Presentation(width=None))


def _look(reference: str, options: Options) -> tuple[Subject, Discovery, tuple[Problem, ...]]:
    with open_source(reference, options.access) as source:
        root = source.resolve()
        if source.kind == LocalKind.DOCUMENT:
            return _alone(source, root, reference, options)
        resolution = resolve(source, root, options.platforms, options.access.limits)
        discovery = _discovered(source, root, resolution.image, options)
        subject = _subject(source, root, resolution.image, reference, options)
    return subject, discovery, resolution.problems


def _discovered(source: Source, root: Root, image: ResolvedImage, options: Options) -> Discovery:
    if root.lack is not None:
        probes = unsupported(image, source.locate(root.descriptor), root.lack)
        return Discovery(documents=(), probes=probes, problems=())
    wish = Wish(
        channels=options.channels,
        kinds=options.kinds,
        jobs=options.access.jobs,
        limits=options.access.limits,
        tag_prefix=options.access.tag_prefix,
        progress=options.progress,
    )
    return discover(source, image, reader(keep_raw=options.keep_raw), wish)


def _subject(source: Source, root: Root, image: ResolvedImage, reference: str, options: Options) -> Subject:
    return Subject(
        ref=reference,
        resolved=_resolved(source.kind, root, image),
        image=image,
        kinds=options.kinds,
        license_source=options.license_source,
    )


def _alone(
    source: Source, root: Root, reference: str, options: Options
) -> tuple[Subject, Discovery, tuple[Problem, ...]]:
    """Look at a document without an image; what it is about is not known but by its word.

    Raises:
        EvidenceError: it cannot be read.
    """
    digest = root.descriptor.digest
    edges = (Edge(subject=digest, channel=Channel.DOCUMENT),)
    attachment = Attachment(layer=root.descriptor, platform=NO_PLATFORM, edges=edges)
    document = reader(keep_raw=options.keep_raw)(attachment, root.content)
    if not document.readable:
        problem = document.problems[0]
        hint = problem.hint or "SPDX, CycloneDX, in-toto statements, DSSE envelopes and sigstore bundles are read"
        raise EvidenceError(f"{reference}: {problem.message}", code=problem.code, hint=hint)
    alone = PlatformImage(key=NO_PLATFORM, platform=Platform(), manifest=root.descriptor, has_manifest=False)
    image = ResolvedImage(root=root.descriptor, is_index=False, platforms=select((alone,), options.platforms))
    probe = Probe(
        channel=Channel.DOCUMENT,
        subject=str(digest),
        platform=NO_PLATFORM,
        location=source.locate(root.descriptor),
        status=ProbeStatus.FOUND,
        conclusive=True,
    )
    subject = _subject(source, root, image, reference, options)
    return subject, Discovery(documents=(document,), probes=(probe,), problems=()), ()


def _resolved(kind: str, root: Root, image: ResolvedImage) -> Resolved:
    """Say what the reference names; a platform pinned by its digest is no index, though one lists it."""
    return Resolved(
        source=kind,
        registry=root.registry,
        repository=root.repository,
        tag=root.tag,
        digest=str(root.descriptor.digest),
        media_type=root.descriptor.media_type,
        is_index=image.is_index and image.root.digest == root.descriptor.digest,
        created=root.descriptor.annotations.get(CREATED),
    )


def reader(*, keep_raw: bool = False) -> Callable[[Attachment, bytes | AttestError], Document]:
    """Return a function that reads the bytes of an attachment and never raises an `AttestError`."""

    def read(attachment: Attachment, content: bytes | AttestError) -> Document:
        if isinstance(content, AttestError):
            return _unread(attachment, content)
        try:
            document = _read(attachment, content)
        except DocumentError as error:
            document = _unread(attachment, error)
        return replace(document, raw=content) if keep_raw else replace(document, statement=None)

    return read


def _read(attachment: Attachment, content: bytes) -> Document:
    parsed = parse(content, attachment.layer.media_type)
    if isinstance(parsed, Statement):
        return _of_statement(attachment, parsed)
    if isinstance(parsed, Sbom):
        return _document(attachment, parsed, EvidenceKind.SBOM)
    if parsed.statement is None:
        document = _document(attachment, None, EvidenceKind.SIGNATURE)
        document = replace(document, subject=parsed.subject, format=parsed.format)
    else:
        document = _of_statement(attachment, parsed.statement)
    document = replace(document, format=document.format or parsed.format, statement=parsed.wrapped)
    return replace(document, method=_method(parsed, attachment))


def _of_statement(attachment: Attachment, statement: Statement) -> Document:
    try:
        normalized = normalize(statement)
    except DocumentError as error:
        # the body says what it would have been
        claimed = replace(attachment, predicate_type=statement.predicate_type)
        return replace(_unread(claimed, error), attachment=attachment, subject=statement.subject)
    document = _document(attachment, normalized.content, kind_of_predicate(statement.predicate_type))
    return replace(
        document,
        predicate_type=statement.predicate_type,
        subject=statement.subject,
        problems=(
            *document.problems,
            *normalized.problems,
            *statement.problems,
            *_annotation_problems(attachment, statement),
        ),
    )


def _method(signed: Signed, attachment: Attachment) -> str | None:
    """Name the kind of signature; cosign keeps its certificate in an annotation of the layer."""
    if signed.method == "cosign-key" and COSIGN_CERTIFICATE in attachment.layer.annotations:
        return "cosign-keyless"
    if signed.method == "dsse-key" and COSIGN_SIGNATURE in attachment.layer.annotations:
        return "cosign-keyless" if COSIGN_CERTIFICATE in attachment.layer.annotations else "cosign-key"
    return signed.method


def _document(attachment: Attachment, content: Sbom | Provenance | None, kind: EvidenceKind) -> Document:
    sbom = content if isinstance(content, Sbom) else None
    provenance = content if isinstance(content, Provenance) else None
    return Document(
        attachment=attachment,
        kind=kind,
        readable=True,
        format=_format(content),
        content=content,
        generator=sbom.tools[0] if sbom and sbom.tools else None,
        created=sbom.created if sbom else provenance.finished if provenance else None,
        problems=sbom.problems if sbom else (),
    )


def _format(content: Sbom | Provenance | None) -> str | None:
    if isinstance(content, Sbom):
        return content.format
    if isinstance(content, Provenance):
        # https://slsa.dev/provenance/v0.2 is slsa-0.2, …/v1 is slsa-1
        return f"slsa-{content.predicate_type.rpartition('/v')[2]}"
    return None


def _annotation_problems(attachment: Attachment, statement: Statement) -> tuple[Problem, ...]:
    claimed = attachment.predicate_type
    if claimed is None or claimed == statement.predicate_type:
        return ()
    return (
        Problem(
            code="ATT-EVD-004",
            state=ProblemState.INCONSISTENT,
            message=f"{attachment.layer.digest}: annotated as {claimed}, but its predicate type is "
            f"{statement.predicate_type}",
            pointer="/predicateType",
        ),
    )


def _unread(attachment: Attachment, error: AttestError) -> Document:
    """Keep what is known of a document whose bytes could not be had, or not be understood."""
    return Document(
        attachment=attachment,
        kind=_likely_kind(attachment),
        readable=False,
        predicate_type=attachment.predicate_type,
        problems=(Problem.of(error),),
    )


def _likely_kind(attachment: Attachment) -> EvidenceKind:
    """Guess what a document that cannot be read would have been, from what its carrier says of it."""
    if attachment.predicate_type:
        return kind_of_predicate(attachment.predicate_type)
    announced = f"{attachment.artifact_type or ''} {attachment.layer.media_type}"
    if any(word in announced for word in ("spdx", "cyclonedx", "syft+json", "sbom")):
        return EvidenceKind.SBOM
    if any(word in announced for word in ("notary.signature", "simplesigning", "sigstore.bundle", "jose", "cose")):
        return EvidenceKind.SIGNATURE
    return EvidenceKind.OTHER
