"""Signed documents before anyone verified them: what is signed, and by which kind of signature."""

import msgspec

from attest.model.statement import Statement, Subject


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope, a bundle or a bare signature, taken apart and not verified.

    `statement` is what an envelope wraps, null for a bare signature, whose
    `subject` says what it signs. `method` is the kind of signature
    (`sigstore-keyless`, `sigstore-key`, `cosign-keyless`, `cosign-key`,
    `dsse-key`, `notation`), null where nothing is signed. `wrapped` is the
    statement as it was written.
    """

    format: str
    statement: Statement | None = None
    subject: tuple[Subject, ...] = ()
    method: str | None = None
    wrapped: bytes | None = None
