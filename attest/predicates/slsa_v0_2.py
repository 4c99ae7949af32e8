"""SLSA provenance v0.2.

https://slsa.dev/spec/v0.2/provenance
"""

from typing import Any, Final

from attest.model.provenance import BuildSource, Completeness, Material, Provenance
from attest.model.statement import Statement
from attest.predicates import buildkit
from attest.predicates.materials import materials
from attest.predicates.predicate import Normalized
from attest.predicates.reading import Json, a_flag, a_text, an_object, commit_of, misfits, parts_of, predicate_of
from attest.predicates.redaction import redact
from attest.predicates.slsa import slsa_of, times
from attest.predicates.source_uri import parse_source

_TYPES_OF_FIELDS: Final[dict[str, type]] = {
    "/buildType": str,
    "/builder/id": str,
    "/invocation/configSource": dict,
    "/invocation/configSource/uri": str,
    "/invocation/configSource/entryPoint": str,
    "/invocation/parameters": dict,
    "/invocation/environment": dict,
    "/metadata/buildInvocationId": str,
    "/metadata/buildStartedOn": str,
    "/metadata/buildFinishedOn": str,
    "/metadata/completeness": dict,
    "/metadata/completeness/parameters": bool,
    "/metadata/completeness/environment": bool,
    "/metadata/completeness/materials": bool,
    "/metadata/reproducible": bool,
    "/materials": list,
}


class SlsaV02:
    """What builds of 2021 to 2025 stated, and many images still carry."""

    name = "slsa-v0-2"

    def takes(self, predicate_type: str) -> bool:
        """See `Predicate.takes`."""
        return predicate_type == "https://slsa.dev/provenance/v0.2"

    def normalize(self, statement: Statement) -> Normalized:
        """See `Predicate.normalize`."""
        predicate = predicate_of(statement)
        build_type = a_text(predicate.get("buildType"))
        builder, metadata, invocation = parts_of(predicate, "builder", "metadata", "invocation")
        started, finished = times(metadata, "buildStartedOn", "buildFinishedOn")
        provenance = Provenance(
            predicate_type=statement.predicate_type,
            builder=a_text(builder.get("id")),
            build_type=build_type,
            invocation=a_text(metadata.get("buildInvocationId")) or a_text(metadata.get("buildInvocationID")),
            started=started,
            finished=finished,
            source=_source(invocation),
            parameters=redact(an_object(invocation.get("parameters"))) or None,
            reproducible=a_flag(metadata.get("reproducible")),
            complete=_completeness(metadata),
            materials=_materials(predicate, invocation),
        )
        if build_type == buildkit.BUILD_TYPE_V0_2:
            provenance = buildkit.refine(provenance, buildkit.from_v0_2(predicate))
        return Normalized(
            content=slsa_of(provenance, has_parameters=_has_parameters(invocation)),
            problems=misfits(predicate, _TYPES_OF_FIELDS),
        )


PREDICATE: Final = SlsaV02()


def _has_parameters(invocation: Json) -> bool:
    """Tell whether the caller's input is stated: parameters, or the configuration that was built."""
    return isinstance(invocation.get("parameters"), dict) or bool(an_object(invocation.get("configSource")))


def _source(invocation: Json) -> BuildSource | None:
    source = an_object(invocation.get("configSource"))
    uri = a_text(source.get("uri"))
    entry_point = a_text(source.get("entryPoint"))
    if uri is None:
        return None
    parsed = parse_source(uri)
    return BuildSource(
        uri=parsed.uri,
        commit=commit_of(source.get("digest")) or parsed.commit,
        ref=parsed.ref,
        path="/".join(part for part in (parsed.path, entry_point) if part) or None,
    )


def _materials(predicate: Json, invocation: Json) -> tuple[Material, ...]:
    listed: Any = predicate.get("materials")
    source = an_object(invocation.get("configSource"))
    return materials(listed, source_uri=a_text(source.get("uri")))


def _completeness(metadata: Json) -> Completeness:
    complete = an_object(metadata.get("completeness"))
    return Completeness(
        parameters=a_flag(complete.get("parameters")),
        environment=a_flag(complete.get("environment")),
        materials=a_flag(complete.get("materials")),
    )
