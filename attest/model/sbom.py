"""A software bill of materials, whatever format it was written in."""

import msgspec

from attest.model.license import LicenseText
from attest.model.problem import Problem


class SbomPackage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One package as one document lists it.

    `type` is the purl's type or `generic`. `identity` is what makes two entries
    the same package: type, namespace, name, version, and the qualifiers that
    tell packages apart (`arch`, `classifier`, `os`, `platform`), in one text.
    License values are as written. `pointer` is the RFC 6901 pointer of the package inside the
    document; `ref` is the document's own id for it.
    """

    ref: str
    name: str
    type: str
    pointer: str
    identity: str
    namespace: str | None = None
    version: str | None = None
    purl: str | None = None
    declared: str | None = None
    concluded: str | None = None
    supplier: str | None = None


class Sbom(msgspec.Struct, frozen=True, kw_only=True):
    """One document: its identity, its packages without the root it describes, its license texts.

    `format` is the standard and version (`spdx-2.3`). `texts` maps the
    document's own `LicenseRef-…` ids to what it says about them. `declared_at`
    and `concluded_at` are the last segments of the pointers to a package's
    license values (`licenseDeclared`), empty where these stand elsewhere.
    """

    format: str
    name: str | None = None
    namespace: str | None = None
    created: str | None = None
    tools: tuple[str, ...] = ()
    packages: tuple[SbomPackage, ...] = ()
    texts: dict[str, LicenseText] = {}
    problems: tuple[Problem, ...] = ()
    declared_at: str = "licenseDeclared"
    concluded_at: str = "licenseConcluded"
