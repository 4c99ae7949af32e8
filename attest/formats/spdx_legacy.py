"""What the rarer syntaxes of SPDX 2.x have in common: each is read into the document that JSON would be."""

from typing import Any, Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats import spdx2
from attest.model.problem import Problem
from attest.model.sbom import Sbom

_KEPT: Final = (
    "spdxVersion",
    "name",
    "documentNamespace",
    "creationInfo",
    "packages",
    "documentDescribes",
    "hasExtractedLicensingInfos",
    "relationships",
)


def decoded(value: Any, prefix: str, problems: tuple[Problem, ...]) -> Sbom:
    """Read the values of a document that stands at the JSON pointer `prefix`; see `spdx2.decode_document`."""
    if not isinstance(value, dict):
        raise MalformedDocumentError("the document is not an object", where=prefix)
    needed = {key: value[key] for key in _KEPT if key in value}
    sbom = spdx2.decode_document(msgspec.json.encode(needed), prefix)
    return msgspec.structs.replace(sbom, problems=(*problems, *sbom.problems))
