"""`attest get`: one document, as it is."""

import sys
from typing import Annotated, Final

import typer

from attest.cli.options import Common, ImageArgument
from attest.errors import NotFoundError, UsageError
from attest.model.attachment import EvidenceKind, kind_of_predicate
from attest.model.document import Document
from attest.model.inspection import Inspection, Presence

FORMS: Final = ("predicate", "statement", "envelope", "raw")
_KINDS: Final = tuple(str(kind) for kind in EvidenceKind)


def get(
    common: Common,
    ref: ImageArgument,
    *,
    type_: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="sbom, provenance, vex, … or a predicate type URI.")
    ] = "sbom",
    form: Annotated[
        str, typer.Option("--as", metavar="FORM", help="predicate, statement, envelope, or raw.")
    ] = "predicate",
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="DIGEST", help="The document with this digest.")
    ] = None,
) -> int:
    r"""Print one attached document, as it was attached.

    \b
    attest get python:3.13-slim --type sbom --platform linux/amd64
    attest get python:3.13-slim --type provenance --platform linux/amd64 --as statement
    """
    from attest.cli.access import access_of
    from attest.cli.output import print_bytes
    from attest.cli.run import tell_readings
    from attest.pipeline import Options, gather

    if form not in FORMS:
        raise UsageError(f"{form}: not a form of a document", hint=f"--as takes {', '.join(FORMS)}")
    kind = _kind(type_)
    tell_readings([ref], common)
    options = Options(
        platforms=tuple(common.platform),
        kinds=frozenset({kind}) if digest is None and kind is not EvidenceKind.OTHER else None,
        access=access_of(common),
        keep_raw=True,
    )
    inspection, documents = gather(ref, options)
    found = [each for each in documents if _is_wanted(each, type_, kind, digest)]
    print_bytes(_content(_only(inspection, found, digest or type_, None if digest else kind), form))
    return _ended()


def _ended() -> int:
    if sys.stdout.isatty():
        sys.stdout.write("\n")
    return 0


def _kind(type_: str) -> EvidenceKind:
    if type_ in _KINDS:
        return EvidenceKind(type_)
    if ":" not in type_:
        raise UsageError(f"{type_}: not a type of document", hint=f"one of {', '.join(_KINDS)}, or a URI")
    return kind_of_predicate(type_)


def _is_absence_known(inspection: Inspection, kind: EvidenceKind | None) -> bool:
    """Tell whether every list of what is attached could be read, and nothing in them may be of that kind."""
    is_read = not any(each.hides_content and each.evidence is None for each in inspection.problems)
    may_be = any(each.may_be(kind) for each in inspection.evidence if not each.readable) if kind else False
    return is_read and not may_be and all(each.conclusive for each in inspection.searched)


def _is_wanted(document: Document, type_: str, kind: EvidenceKind, digest: str | None) -> bool:
    if digest is not None:
        return str(document.attachment.layer.digest).startswith((digest, f"sha256:{digest}"))
    if type_ in _KINDS:
        return document.kind is kind
    return document.predicate_type == type_


def _only(inspection: Inspection, found: list[Document], wanted: str, kind: EvidenceKind | None) -> Document:
    ref = inspection.ref
    if not found and not _is_absence_known(inspection, kind):
        from attest.cli.run import cause_of

        raise cause_of(inspection, kind or EvidenceKind.OTHER, Presence.UNDETERMINED, wanted)
    if not found:
        raise NotFoundError(f"{ref}: no {wanted} is attached", code="ATT-SRC-005", hint=f"attest ls {ref}")
    contents = {document.attachment.layer.digest: document for document in found}
    if len(contents) > 1:
        choices = [
            f"--digest {document.attachment.layer.digest}   {document.attachment.platform or 'the index'}"
            for document in contents.values()
        ]
        raise UsageError(
            f"{ref}: {len(contents)} documents are {wanted}",
            code="ATT-USE-002",
            hint="\n".join(["choose one with --platform or --digest", *choices]),
        )
    document = found[0]
    if document.raw is None:
        problem = document.problems[0]
        from attest.errors import EvidenceError

        raise EvidenceError(problem.message, code=problem.code, hint=problem.hint)
    return document


def _content(document: Document, form: str) -> bytes:
    raw = document.raw or b""
    if form in ("raw", "envelope"):
        return raw
    statement = document.statement or raw
    if form == "predicate" and document.predicate_type is not None:
        from attest.formats import predicate_of

        return predicate_of(statement)
    return statement
