"""Statements whose predicate is an SBOM; pointers lead into the statement."""

from typing import Final

import msgspec

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import (
    cyclonedx,
    cyclonedx_xml,
    github_export,
    github_snapshot,
    spdx2,
    spdx3,
    spdx_rdf,
    spdx_tag_value,
    spdx_xml,
    spdx_yaml,
    syft,
)
from attest.formats.ambiguity import values_of
from attest.formats.format import HEAD_BYTES
from attest.formats.json_text import decode
from attest.model.statement import Statement
from attest.predicates.predicate import Normalized

_TYPES: Final = ("https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://cyclonedx.org/schema")
# cosign once put any document under this key, as an object or as JSON in a text
_WRAPPER: Final = "Data"
_MAX_WRAPPERS: Final = 3
# each reads a document and is told the pointer at which it stands
_SBOMS: Final = (
    github_export,
    cyclonedx,
    spdx3,
    syft,
    spdx_tag_value,
    cyclonedx_xml,
    spdx_rdf,
    spdx_xml,
    github_snapshot,
    spdx_yaml,
)


class SbomPredicate:
    """SBOMs inside statements."""

    name = "sbom"

    def takes(self, predicate_type: str) -> bool:
        """See `Predicate.takes`."""
        return predicate_type.startswith(_TYPES)

    def normalize(self, statement: Statement) -> Normalized:
        """See `Predicate.normalize`; an SBOM's problems travel with it, and its content decides what it is."""
        content, pointer = _unwrapped(statement.predicate or b"{}")
        head = content[:HEAD_BYTES] + content[-HEAD_BYTES:]
        for module in _SBOMS:
            if module.FORMAT.recognizes(head):
                return Normalized(content=module.decode_document(content, pointer))
        # the key may stand anywhere
        if b'"spdxVersion"' in content:
            return Normalized(content=spdx2.decode_document(content, pointer))
        _refuse_no_object(content, pointer)
        raise UnsupportedDocumentError("the predicate is no SBOM of any format that attest reads")


PREDICATE: Final = SbomPredicate()


def _refuse_no_object(content: bytes, pointer: str) -> None:
    """Refuse what is no SBOM of any kind: a text, a number, a list, or an object that says nothing."""
    if content.lstrip().startswith(b"<"):
        return
    try:
        values = decode(content, dict[str, msgspec.Raw], "predicate")
    except (msgspec.ValidationError, MalformedDocumentError) as error:
        raise MalformedDocumentError("not an object", where=pointer) from error
    if not values:
        raise MalformedDocumentError("an empty object", where=pointer)


def _unwrapped(content: bytes) -> tuple[bytes, str]:
    """Take a document out of what older tools put around it; return it and its pointer."""
    pointer = "/predicate"
    for _ in range(_MAX_WRAPPERS):
        if content.startswith(b'"'):
            content = decode(content, str, "predicate").encode()
        wrapped = _data(content)
        if wrapped is None:
            break
        content, pointer = wrapped, f"{pointer}/{_WRAPPER}"
    return content, pointer


def _data(content: bytes) -> bytes | None:
    # a document itself is not read twice
    if f'"{_WRAPPER}"'.encode() not in content[:HEAD_BYTES]:
        return None
    try:
        return bytes(values_of(content, "predicate").get(_WRAPPER, b"")) or None
    except msgspec.ValidationError:
        return None
