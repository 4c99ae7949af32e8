"""SLSA provenance v1, which SLSA 1.0 to 1.2 share.

https://slsa.dev/spec/v1.2/build-provenance
"""

from typing import Any, Final

from attest.model.provenance import BuildSource, Completeness, Provenance
from attest.model.statement import Statement
from attest.predicates import buildkit
from attest.predicates.materials import materials
from attest.predicates.predicate import Normalized
from attest.predicates.reading import (
    MAX_MATERIALS,
    Json,
    a_list,
    a_text,
    an_object,
    commit_of,
    entry,
    misfits,
    parts_of,
    predicate_of,
)
from attest.predicates.redaction import redact
from attest.predicates.slsa import slsa_of, times
from attest.predicates.source_uri import is_git, parse_source

TYPES: Final = (
    "https://slsa.dev/provenance/v1",
    "https://slsa.dev/provenance/v1.0",
    "https://slsa.dev/provenance/v1-rc1",
    "https://slsa.dev/provenance/v1.0?draft",
)
_TYPES_OF_FIELDS: Final[dict[str, type]] = {
    "/buildDefinition/buildType": str,
    "/buildDefinition/externalParameters": dict,
    "/buildDefinition/internalParameters": dict,
    "/buildDefinition/resolvedDependencies": list,
    "/runDetails/builder": dict,
    "/runDetails/builder/id": str,
    "/runDetails/metadata": dict,
    "/runDetails/metadata/invocationId": str,
    "/runDetails/metadata/startedOn": str,
    "/runDetails/metadata/finishedOn": str,
}


class SlsaV1:
    """What current builders state."""

    name = "slsa-v1"

    def takes(self, predicate_type: str) -> bool:
        """See `Predicate.takes`."""
        return predicate_type in TYPES

    def normalize(self, statement: Statement) -> Normalized:
        """See `Predicate.normalize`."""
        predicate = predicate_of(statement)
        definition, details = parts_of(predicate, "buildDefinition", "runDetails")
        metadata = an_object(details.get("metadata"))
        build_type = a_text(definition.get("buildType"))
        started, finished = times(metadata, "startedOn", "finishedOn")
        source, source_uri = _source(definition)
        external = an_object(definition.get("externalParameters"))
        provenance = Provenance(
            predicate_type=statement.predicate_type,
            builder=a_text(entry(details, "builder", "id")),
            build_type=build_type,
            invocation=a_text(metadata.get("invocationId")) or a_text(metadata.get("invocationID")),
            started=started,
            finished=finished,
            source=source,
            parameters=redact(external) or None,
            complete=Completeness(),
            materials=materials(definition.get("resolvedDependencies"), source_uri=source_uri),
        )
        if build_type == buildkit.BUILD_TYPE_V1:
            provenance = buildkit.refine(provenance, buildkit.from_v1(predicate))
        return Normalized(
            content=slsa_of(provenance, has_parameters=bool(external)), problems=misfits(predicate, _TYPES_OF_FIELDS)
        )


PREDICATE: Final = SlsaV1()


def _source(definition: Json) -> tuple[BuildSource | None, str | None]:
    """Find the source as the build type names it, else the first git repository that was resolved."""
    external = an_object(definition.get("externalParameters"))
    workflow = an_object(external.get("workflow"))
    config = an_object(external.get("buildConfigSource"))
    resolved = [
        each for each in a_list(definition.get("resolvedDependencies"), MAX_MATERIALS) if isinstance(each, dict)
    ]
    for place in (workflow, config):
        repository = a_text(place.get("repository"))
        if repository:
            return _named(repository, a_text(place.get("ref")), a_text(place.get("path")), resolved), repository
    source = a_text(external.get("source"))
    if source:
        return _named(source, None, a_text(external.get("entryPoint")), resolved), source
    for each in resolved:
        uri = a_text(each.get("uri"))
        if uri and is_git(uri):
            return _named(uri, None, None, [each]), uri
    return None, None


def _named(repository: str, ref: str | None, path: str | None, resolved: list[Any]) -> BuildSource:
    parsed = parse_source(repository)
    commit = parsed.commit
    for each in resolved:
        uri = a_text(each.get("uri"))
        if uri and parse_source(uri).uri == parsed.uri:
            commit = commit_of(each.get("digest")) or commit
            ref = ref or parse_source(uri).ref
    return BuildSource(uri=parsed.uri, commit=commit, ref=ref or parsed.ref, path=path or parsed.path)
