"""What a build used: images, sources, downloads, each pinned by a digest or not."""

from typing import Any

from attest.model.provenance import Material, Role
from attest.predicates.reading import MAX_MATERIALS, a_list, a_text, commit_of, digest_of
from attest.predicates.source_uri import is_git, parse_source


def materials(listed: Any, source_uri: str | None = None) -> tuple[Material, ...]:
    """Read a list of materials or resolved dependencies; `source_uri` is the one that was built."""
    source = parse_source(source_uri).uri if source_uri else None
    found = []
    for each in a_list(listed, MAX_MATERIALS):
        uri = a_text(each.get("uri")) or a_text(each.get("name")) if isinstance(each, dict) else None
        if uri is not None:
            found.append(_material(uri, each.get("digest"), source))
    return tuple(found)


def _material(uri: str, digests: Any, source: str | None) -> Material:
    digest = digest_of(digests)
    commit = commit_of(digests) if not uri.startswith("pkg:") else None
    role = Role.OTHER
    if source is not None and parse_source(uri).uri == source:
        role = Role.SOURCE
    elif is_git(uri):
        role = Role.CONTEXT
    return Material(uri=uri, digest=digest, role=role, pinned=digest is not None or commit is not None)
