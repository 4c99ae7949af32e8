"""What BuildKit adds to provenance, in both versions of SLSA.

https://github.com/moby/buildkit/blob/v0.32.0/docs/attestations/slsa-definitions.md
"""

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from attest.model.provenance import (
    BaseImage,
    BuildSource,
    Completeness,
    Confidence,
    Material,
    Provenance,
    Role,
)
from attest.predicates.buildkit_graph import Graph
from attest.predicates.reading import Json, a_flag, a_text, an_object, commit_of, entry
from attest.predicates.slsa import is_run
from attest.predicates.source_uri import parse_source

BUILD_TYPE_V0_2: Final = "https://mobyproject.org/buildkit@v1"
BUILD_TYPE_V1: Final = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """The same facts from either version."""

    config_source: Json
    request: Json
    build_config: Any
    metadata: Json
    hermetic: bool | None
    reproducible: bool | None
    complete: Completeness


def from_v0_2(predicate: Json) -> Details:
    """Gather BuildKit's facts from a v0.2 predicate."""
    metadata = an_object(predicate.get("metadata"))
    complete = an_object(metadata.get("completeness"))
    return Details(
        config_source=an_object(entry(predicate, "invocation", "configSource")),
        request=an_object(entry(predicate, "invocation", "parameters")),
        build_config=predicate.get("buildConfig"),
        metadata=an_object(metadata.get(f"{BUILD_TYPE_V0_2}#metadata")),
        hermetic=a_flag(metadata.get(f"{BUILD_TYPE_V0_2}#hermetic")),
        reproducible=a_flag(metadata.get("reproducible")),
        complete=Completeness(
            parameters=a_flag(complete.get("parameters")),
            environment=a_flag(complete.get("environment")),
            materials=a_flag(complete.get("materials")),
        ),
    )


def from_v1(predicate: Json) -> Details:
    """Gather BuildKit's facts from a v1 predicate; reproducible is stated only where true."""
    external = an_object(entry(predicate, "buildDefinition", "externalParameters"))
    metadata = an_object(entry(predicate, "runDetails", "metadata"))
    complete = an_object(metadata.get("buildkit_completeness"))
    return Details(
        config_source=an_object(external.get("configSource")),
        request=an_object(external.get("request")),
        build_config=entry(predicate, "buildDefinition", "internalParameters", "buildConfig"),
        metadata=an_object(metadata.get("buildkit_metadata")),
        hermetic=a_flag(metadata.get("buildkit_hermetic")),
        reproducible=a_flag(metadata.get("buildkit_reproducible")) or False,
        complete=Completeness(
            parameters=a_flag(complete.get("request")),
            materials=a_flag(complete.get("resolvedDependencies")),
        ),
    )


def refine(provenance: Provenance, details: Details) -> Provenance:
    """Add what only BuildKit states: mode, base image, the roles of materials, and the claimed source."""
    graph = Graph.read(details.build_config)
    builder, invocation = provenance.builder, provenance.invocation
    if builder is not None and is_run(builder):
        # CI passes the address of its run, which says where it ran and not who built
        builder, invocation = None, builder
    base = graph.base_image() if graph else None
    frontend = a_text(entry(details.request, "args", "source"))
    materials = tuple(
        replace(material, role=_role(material, base, graph, frontend)) for material in provenance.materials
    )
    return replace(
        provenance,
        builder=builder,
        invocation=invocation,
        source=_source(details) or provenance.source,
        mode="max" if details.build_config or "source" in details.metadata or "layers" in details.metadata else "min",
        reproducible=details.reproducible,
        hermetic=details.hermetic,
        complete=details.complete,
        materials=materials,
        base=_base(base, graph, materials),
    )


def _source(details: Details) -> BuildSource | None:
    """Return what BuildKit fetched; else what the client says it sent, marked as a claim."""
    uri = a_text(details.config_source.get("uri"))
    path = a_text(details.config_source.get("path")) or a_text(details.config_source.get("entryPoint"))
    if uri is not None:
        parsed = parse_source(uri)
        return BuildSource(
            uri=parsed.uri,
            commit=commit_of(details.config_source.get("digest")) or parsed.commit,
            ref=parsed.ref,
            path="/".join(part for part in (parsed.path, path) if part) or None,
        )
    vcs = an_object(details.metadata.get("vcs"))
    claimed = a_text(vcs.get("source"))
    revision = a_text(vcs.get("revision"))
    if claimed is None and revision is None and path is None:
        return None
    return BuildSource(
        uri=parse_source(claimed).uri if claimed else None, commit=revision, ref=None, path=path, claimed=True
    )


def _role(material: Material, base: str | None, graph: Graph | None, frontend: str | None) -> Role:
    """Say what an image was used for: the base, a stage, or the frontend that read the Dockerfile."""
    if material.role is not Role.OTHER or material.digest is None:
        return material.role
    if base is not None and material.digest in base:
        return Role.BASE
    if frontend is not None and material.digest in frontend:
        return Role.FRONTEND
    if graph is not None and any(material.digest in image for image in graph.images()):
        return Role.STAGE
    return Role.OTHER


def _base(base: str | None, graph: Graph | None, materials: tuple[Material, ...]) -> tuple[BaseImage, ...]:
    """Name the base image: the build graph records it, else every image is a candidate."""
    if base is not None:
        reference, _, digest = base.partition("@")
        return (
            BaseImage(
                reference=reference,
                digest=digest or None,
                depth=1,
                pinned=bool(digest),
                confidence=Confidence.RECORDED,
            ),
        )
    if graph is not None:
        return ()
    candidates = [each for each in materials if each.uri.startswith(("pkg:docker/", "pkg:oci/"))]
    confidence = Confidence.RECORDED if len(candidates) == 1 else Confidence.UNKNOWN
    return tuple(
        BaseImage(reference=each.uri, digest=each.digest, depth=1, pinned=each.pinned, confidence=confidence)
        for each in candidates
    )
