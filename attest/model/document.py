"""A document after it was read: what it is, what it says, and what is wrong with it."""

import msgspec

from attest.model.attachment import Attachment, EvidenceKind, Probe
from attest.model.problem import Problem
from attest.model.provenance import Provenance
from attest.model.sbom import Sbom
from attest.model.statement import Subject


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One attached document, read as far as it can be.

    `subject` is null for a document that names none. `content` is null when it
    was not understood. `method` is the kind of signature that it carries.
    `raw` and `statement`, the statement inside an envelope, are kept only where
    a caller asked for them.
    """

    attachment: Attachment
    kind: EvidenceKind
    readable: bool
    format: str | None = None
    predicate_type: str | None = None
    subject: tuple[Subject, ...] | None = None
    content: Sbom | Provenance | None = None
    generator: str | None = None
    created: str | None = None
    problems: tuple[Problem, ...] = ()
    method: str | None = None
    raw: bytes | None = None
    statement: bytes | None = None


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was found attached to an image, and where attest looked."""

    documents: tuple[Document, ...]
    probes: tuple[Probe, ...]
    problems: tuple[Problem, ...]
