"""Dependency snapshots, as they are submitted to GitHub: packages without licenses.

https://docs.github.com/en/rest/dependency-graph/dependency-submission
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from attest.errors import MalformedDocumentError
from attest.formats import purl as purls
from attest.formats.ambiguity import refuse_twice
from attest.formats.bounds import MAX_PACKAGES
from attest.formats.faults import Faults
from attest.formats.json_text import decode
from attest.model.sbom import Sbom, SbomPackage

_SNAPSHOT: Final = "dependency snapshot"


class _Detector(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Resolved(msgspec.Struct, gc=False):
    package_url: str = ""


class _Manifest(msgspec.Struct, gc=False):
    name: str = ""
    resolved: dict[str, _Resolved] | None = None


class _Document(msgspec.Struct):
    detector: _Detector | None = None
    scanned: str | None = None
    manifests: dict[str, _Manifest] | None = None


class GithubSnapshot:
    """Dependency snapshots, which state no licenses."""

    name = "github-snapshot"
    media_types: frozenset[str] = frozenset()

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`."""
        return all(key in head for key in (b'"detector"', b'"job"', b'"manifests"'))

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = GithubSnapshot()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a snapshot that stands at the JSON pointer `prefix` of a larger one.

    Raises:
        DocumentError: it is not JSON, no snapshot, or lists no package.
    """
    try:
        document = decode(content, _Document, _SNAPSHOT)
    except msgspec.ValidationError as error:
        raise MalformedDocumentError(f"{_SNAPSHOT}: {' '.join(str(error).split())}", where=prefix) from error
    refuse_twice(content, _SNAPSHOT)
    faults = Faults(prefix)
    packages = tuple(_packages(document, prefix, faults))
    if not packages:
        # "nothing is in it" and "nothing was found" look the same, and only one of them may pass
        raise MalformedDocumentError("the document lists no package", where=f"{prefix}/manifests", code="ATT-SBOM-003")
    if len(packages) > MAX_PACKAGES:
        raise MalformedDocumentError(f"more than {MAX_PACKAGES} packages", where=f"{prefix}/manifests")
    tool = document.detector or _Detector()
    return Sbom(
        format="github-snapshot",
        created=faults.time(document.scanned, "/scanned"),
        tools=("-".join(part for part in (tool.name, tool.version) if part),) if tool.name else (),
        packages=packages,
        problems=faults.problems(),
    )


def _packages(document: _Document, prefix: str, faults: Faults) -> Iterator[SbomPackage]:
    """Yield each package once, though many manifests may list it."""
    seen: set[str] = set()
    for manifest, listed in (document.manifests or {}).items():
        for key, resolved in (listed.resolved or {}).items():
            where = f"/manifests/{_escaped(manifest)}/resolved/{_escaped(key)}"
            location = resolved.package_url or key
            parts = purls.split(location)
            if parts is None:
                faults.note("ATT-SBOM-004", "a purl cannot be read", f"{where}/package_url")
            identity = parts.identity if parts else f"generic//{location}@?"
            if identity not in seen:
                seen.add(identity)
                yield _package(key, location, parts, identity, f"{prefix}{where}")


def _package(ref: str, location: str, parts: purls.Purl | None, identity: str, pointer: str) -> SbomPackage:
    if parts is None:
        return SbomPackage(ref=ref, name=location, type="generic", identity=identity, pointer=pointer)
    return SbomPackage(
        ref=ref,
        name=parts.name,
        type=parts.type,
        namespace=parts.namespace,
        version=parts.version,
        purl=location,
        identity=identity,
        pointer=pointer,
    )


def _escaped(key: str) -> str:
    """Return a key as it stands in an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")
