"""Every media type, annotation key and type URI that attest knows, each spelled once."""

from typing import Final

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"
OCI_ARTIFACT: Final = "application/vnd.oci.artifact.manifest.v1+json"
ORAS_ARTIFACT: Final = "application/vnd.cncf.oras.artifact.manifest.v1+json"

INDEX_TYPES: Final = frozenset({OCI_INDEX, DOCKER_LIST})
MANIFEST_TYPES: Final = frozenset({OCI_MANIFEST, DOCKER_MANIFEST, OCI_ARTIFACT, ORAS_ARTIFACT})
# docker-registry 2.8.2 answers 404 to a request for an OCI index under a bare `*/*`
ACCEPT_MANIFESTS: Final = (
    f"{OCI_INDEX}, {DOCKER_LIST}, {OCI_MANIFEST}, {DOCKER_MANIFEST}, {OCI_ARTIFACT}, {ORAS_ARTIFACT}, */*"
)

SCHEMA1_TYPES: Final = frozenset(
    {
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.docker.distribution.manifest.v1+json",
        # what an old registry calls schema 1
        "text/plain",
    }
)

DOCKER_CONFIG: Final = "application/vnd.docker.container.image.v1+json"
OCI_EMPTY: Final = "application/vnd.oci.empty.v1+json"
IN_TOTO: Final = "application/vnd.in-toto+json"

BUILDKIT_REFERENCE_TYPE: Final = "vnd.docker.reference.type"
BUILDKIT_REFERENCE_DIGEST: Final = "vnd.docker.reference.digest"
BUILDKIT_REFERENCE_DIGEST_OLD: Final = "com.docker.reference.digest"
BUILDKIT_ATTESTATION: Final = "attestation-manifest"
PREDICATE_TYPE: Final = "in-toto.io/predicate-type"

REF_NAME: Final = "org.opencontainers.image.ref.name"
CONTAINERD_NAME: Final = "io.containerd.image.name"
CREATED: Final = "org.opencontainers.image.created"
BASE_NAME: Final = "org.opencontainers.image.base.name"
BASE_DIGEST: Final = "org.opencontainers.image.base.digest"
CONTAINERD_SUBJECT: Final = "io.containerd.manifest.subject"
TITLE: Final = "org.opencontainers.image.title"
HARDENED_BUILD_ID: Final = "com.docker.dhi.build.id"
HARDENED_TITLE_PREFIX: Final = "dhi/"

SIGSTORE_BUNDLE_PREFIX: Final = "application/vnd.dev.sigstore.bundle"
SIGSTORE_PREDICATE_TYPE: Final = "dev.sigstore.bundle.predicateType"
COSIGN_SIGNATURE: Final = "dev.cosignproject.cosign/signature"
COSIGN_CERTIFICATE: Final = "dev.sigstore.cosign/certificate"
COSIGN_PREDICATE_TYPE: Final = "predicateType"
SIMPLE_SIGNING: Final = "application/vnd.dev.cosign.simplesigning.v1+json"
DSSE: Final = "application/vnd.dsse.envelope.v1+json"
NOTATION_SIGNATURE: Final = "application/vnd.cncf.notary.signature"

# what an artifactType says when it says nothing: broken producers write these
# (https://github.com/google/go-containerregistry/issues/1997)
MEANINGLESS_ARTIFACT_TYPES: Final = frozenset(
    {
        OCI_EMPTY,
        "application/vnd.oci.image.config.v1+json",
        DOCKER_CONFIG,
    }
)
