"""What the rarer syntaxes of SPDX 2.x have in common: each is read into the document that JSON would be."""

from collections.abc import Sequence
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
_IN_PACKAGE: Final = ("SPDXID", "name", "versionInfo", "licenseDeclared", "licenseConcluded", "externalRefs")


def decoded(value: Any, prefix: str, problems: tuple[Problem, ...]) -> Sbom:
    """Read the values of a document that stands at the JSON pointer `prefix`; see `spdx2.decode_document`."""
    if not isinstance(value, dict):
        raise MalformedDocumentError("the document is not an object", where=prefix)
    _refuse_misspelled(value, _KEPT, prefix)
    for package in value.get("packages") or ():
        if isinstance(package, dict):
            _refuse_misspelled(package, _IN_PACKAGE, prefix)
    needed = {key: value[key] for key in _KEPT if key in value}
    sbom = spdx2.decode_document(msgspec.json.encode(needed), prefix)
    return msgspec.structs.replace(sbom, problems=(*problems, *sbom.problems))


def _refuse_misspelled(value: dict[str, Any], known: Sequence[str], where: str) -> None:
    """Refuse a key that is one of these but for its case: another reader might take it for that."""
    lowered = {key.lower() for key in known}
    for key in value:
        if str(key).lower() in lowered and key not in known:
            raise MalformedDocumentError(f"{key} is a key in another case", where=where)
