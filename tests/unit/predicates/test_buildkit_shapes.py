"""BuildKit's provenance in its four shapes: two versions of SLSA, two levels of detail."""

import json
from typing import Any, Final

import pytest

from attest.formats import parse
from attest.model.provenance import BaseImage, BuildSource, Completeness, Confidence, Material, Provenance, Role
from attest.model.statement import Statement
from attest.predicates import normalize

V1, V0_2 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
BUILDKIT_V1 = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
BUILDKIT_V0_2 = "https://mobyproject.org/buildkit@v1"
GOLANG, STATIC, ALPINE = "4746d264" * 8, "3f2b64ef" * 8, "8914eb54" * 8
COMMIT: Final = "4d329c75" * 5
REPOSITORY: Final = f"https://github.com/acme/app.git#{COMMIT}"
RUN: Final = "https://github.com/acme/app/actions/runs/5947345653"


def read(predicate: dict[str, Any], predicate_type: str) -> Provenance:
    statement = parse(
        json.dumps(
            {
                "_type": "https://in-toto.io/Statement/v0.1",
                "predicateType": predicate_type,
                "subject": [{"name": "pkg:docker/app", "digest": {"sha256": "d1fc0de9" * 8}}],
                "predicate": predicate,
            }
        ).encode()
    )
    assert isinstance(statement, Statement)
    content = normalize(statement).content
    assert isinstance(content, Provenance)
    return content


def image(name: str, digest: str) -> dict[str, Any]:
    uri = f"pkg:docker/{name}?digest=sha256:{digest}&platform=linux%2Famd64"
    return {"uri": uri, "digest": {"sha256": digest}}


GIT: Final = {"uri": REPOSITORY, "digest": {"sha1": COMMIT}}
LAYERS: Final = {
    "step0:0": [
        [
            {
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                "digest": f"sha256:{'a7ca0d9b' * 8}",
                "size": 103732,
            }
        ]
    ]
}
DOCKERFILE: Final = {"filename": "Dockerfile", "language": "Dockerfile", "data": "RlJPTSBhbHBpbmU6My4yMgo="}

V0_2_MIN: Final[dict[str, Any]] = {
    "builder": {"id": ""},
    "buildType": BUILDKIT_V0_2,
    "materials": [image("golang@1.21", GOLANG), image("gcr.io/distroless/static", STATIC), GIT],
    "invocation": {
        "configSource": {"uri": REPOSITORY, "digest": {"sha1": COMMIT}, "entryPoint": "Dockerfile"},
        "parameters": {"frontend": "dockerfile.v0"},
        "environment": {"platform": "linux/amd64"},
    },
    "metadata": {
        "buildInvocationID": "i2zs9o1wwh74",
        "buildStartedOn": "2025-02-25T21:57:06.800879795Z",
        "buildFinishedOn": "2025-02-25T21:57:29.66Z",
        "completeness": {"parameters": False, "environment": True, "materials": True},
        "reproducible": False,
        f"{BUILDKIT_V0_2}#metadata": {},
    },
}

V0_2_MAX: Final[dict[str, Any]] = {
    "builder": {"id": RUN},
    "buildType": BUILDKIT_V0_2,
    "materials": [image("golang@1.20", GOLANG), image("gcr.io/distroless/static", STATIC), GIT],
    "invocation": {
        "configSource": {"uri": REPOSITORY, "digest": {"sha1": COMMIT}, "entryPoint": "Dockerfile"},
        "parameters": {
            "frontend": "dockerfile.v0",
            "args": {"build-arg:VERSION": "1.2", "label:org.opencontainers.image.revision": COMMIT},
            "secrets": [{"id": "GIT_AUTH_TOKEN", "optional": True}],
        },
        "environment": {"platform": "linux/amd64"},
    },
    "buildConfig": {
        "digestMapping": {f"sha256:{'1ab3192e' * 8}": "step8"},
        "llbDefinition": [
            {
                "id": "step0",
                "op": {
                    "Op": {"source": {"identifier": f"docker-image://gcr.io/distroless/static@sha256:{STATIC}"}},
                    "platform": {"Architecture": "amd64", "OS": "linux"},
                    "constraints": {},
                },
            },
            {
                "id": "step4",
                "op": {"Op": {"source": {"identifier": f"docker-image://docker.io/library/golang@sha256:{GOLANG}"}}},
            },
            {
                "id": "step5",
                "op": {
                    "Op": {
                        "exec": {
                            "meta": {
                                "args": ["/bin/sh", "-c", "go build"],
                                "env": ["GOLANG_VERSION=1.20.7"],
                                "cwd": "/app",
                            },
                            "mounts": [{"input": 0, "dest": "/", "output": 0}],
                        }
                    }
                },
                "inputs": ["step4:0"],
            },
            {
                "id": "step7",
                "op": {
                    "Op": {
                        "file": {
                            "actions": [
                                {
                                    "input": 0,
                                    "secondaryInput": 1,
                                    "output": 0,
                                    "Action": {"copy": {"src": "/app/app", "dest": "/app", "mode": -1}},
                                }
                            ]
                        }
                    }
                },
                "inputs": ["step0:0", "step5:0"],
            },
            {"id": "step8", "op": {"Op": None}, "inputs": ["step7:0"]},
        ],
    },
    "metadata": {
        "buildInvocationID": "3550cpmbxk0t",
        "completeness": {"parameters": True, "environment": True, "materials": True},
        "reproducible": False,
        f"{BUILDKIT_V0_2}#hermetic": True,
        f"{BUILDKIT_V0_2}#metadata": {
            "source": {
                "locations": {
                    "step0": {"locations": [{"ranges": [{"start": {"line": 13}, "end": {"line": 13}}]}]},
                    "step4": {},
                },
                "infos": [DOCKERFILE],
            },
            "layers": LAYERS,
        },
    },
}

V1_MIN: Final[dict[str, Any]] = {
    "buildDefinition": {
        "buildType": BUILDKIT_V1,
        "externalParameters": {
            "configSource": {"path": "Dockerfile"},
            "request": {"frontend": "dockerfile.v0", "locals": [{"name": "context"}, {"name": "dockerfile"}]},
        },
        "internalParameters": {"builderPlatform": "linux/amd64"},
        "resolvedDependencies": [image("alpine@3.22", ALPINE)],
    },
    "runDetails": {
        "builder": {"id": ""},
        "metadata": {
            "invocationId": "yirbp1aosi1v",
            "startedOn": "2026-03-01T11:48:59.466Z",
            "finishedOn": "2026-03-01T11:49:01.256Z",
            "buildkit_completeness": {"request": False, "resolvedDependencies": False},
            "buildkit_metadata": {"vcs": {"source": "https://github.com/acme/app", "revision": COMMIT}},
        },
    },
}

V1_MAX: Final[dict[str, Any]] = {
    "buildDefinition": {
        "buildType": BUILDKIT_V1,
        "externalParameters": {
            "configSource": {},
            "request": {
                "frontend": "dockerfile.v0",
                "args": {"build-arg:VERSION": "7"},
                "locals": [{"name": "context"}, {"name": "dockerfile"}],
                "root": {"configSource": {}, "request": {"args": {"build-arg:VERSION": "7"}}},
                "compatibilityVersion": 30,
            },
        },
        "internalParameters": {
            "builderPlatform": "linux/amd64",
            "dockerfileVersion": "1.26.0",
            "buildConfig": {
                "digestMapping": {f"sha256:{'b729e9f3' * 8}": "step0"},
                "llbDefinition": [
                    {
                        "id": "step0",
                        "op": {
                            "Op": {
                                "source": {
                                    "identifier": f"docker-image://docker.io/library/alpine:3.22@sha256:{ALPINE}"
                                }
                            },
                            "constraints": {},
                        },
                    },
                    {
                        "id": "step1",
                        "inputs": ["step0:0"],
                        "op": {
                            "Op": {
                                "exec": {
                                    "meta": {
                                        "args": ["/bin/sh", "-c", "echo $VERSION > /v"],
                                        "cwd": "/",
                                        "env": ["VERSION=7"],
                                    },
                                    "mounts": [{"dest": "/"}],
                                }
                            },
                            "platform": {"Architecture": "amd64", "OS": "linux"},
                        },
                    },
                    {"id": "step2", "inputs": ["step1:0"], "op": {"Op": {}}},
                ],
            },
        },
        "resolvedDependencies": [image("alpine@3.22", ALPINE)],
    },
    "runDetails": {
        "builder": {"id": ""},
        "metadata": {
            "invocationId": "uvvold21j2q5",
            "startedOn": "2026-03-02T16:34:02.5Z",
            "finishedOn": "2026-03-02T16:34:02.9Z",
            "buildkit_completeness": {"request": True, "resolvedDependencies": False},
            "buildkit_metadata": {"source": {"locations": {"step0": {}}, "infos": [DOCKERFILE]}, "layers": LAYERS},
        },
    },
}

FETCHED: Final = BuildSource(uri="https://github.com/acme/app", commit=COMMIT, path="Dockerfile")


def test_v0_2_in_mode_min_from_a_git_context() -> None:
    provenance = read(V0_2_MIN, V0_2)
    assert (provenance.builder, provenance.invocation) == (None, "i2zs9o1wwh74")
    assert (provenance.started, provenance.finished) == ("2025-02-25T21:57:06Z", "2025-02-25T21:57:29Z")
    assert provenance.source == FETCHED
    assert (provenance.mode, provenance.reproducible, provenance.hermetic) == ("min", False, None)
    assert provenance.complete == Completeness(parameters=False, environment=True, materials=True)
    assert [each.role for each in provenance.materials] == [Role.OTHER, Role.OTHER, Role.SOURCE]
    assert [(each.digest, each.confidence) for each in provenance.base] == [
        (f"sha256:{GOLANG}", Confidence.UNKNOWN),
        (f"sha256:{STATIC}", Confidence.UNKNOWN),
    ]


def test_v0_2_in_mode_max() -> None:
    provenance = read(V0_2_MAX, V0_2)
    assert (provenance.builder, provenance.invocation) == (None, RUN)
    assert (provenance.started, provenance.finished) == (None, None)
    assert provenance.source == FETCHED
    assert (provenance.mode, provenance.reproducible, provenance.hermetic) == ("max", False, True)
    assert provenance.complete == Completeness(parameters=True, environment=True, materials=True)
    assert [each.role for each in provenance.materials] == [Role.STAGE, Role.BASE, Role.SOURCE]
    (base,) = provenance.base
    assert (base.reference, base.digest) == ("gcr.io/distroless/static", f"sha256:{STATIC}")
    assert (base.depth, base.pinned, base.confidence) == (1, True, Confidence.RECORDED)
    assert provenance.parameters == V0_2_MAX["invocation"]["parameters"]


def test_v1_in_mode_min_from_a_local_directory() -> None:
    provenance = read(V1_MIN, V1)
    assert (provenance.builder, provenance.invocation) == (None, "yirbp1aosi1v")
    assert (provenance.started, provenance.finished) == ("2026-03-01T11:48:59Z", "2026-03-01T11:49:01Z")
    claimed = BuildSource(uri="https://github.com/acme/app", commit=COMMIT, path="Dockerfile", claimed=True)
    assert provenance.source == claimed
    assert (provenance.mode, provenance.reproducible, provenance.hermetic) == ("min", False, None)
    assert provenance.complete == Completeness(parameters=False, environment=None, materials=False)
    uri = image("alpine@3.22", ALPINE)["uri"]
    assert provenance.materials == (Material(uri=uri, digest=f"sha256:{ALPINE}", pinned=True),)
    assert [each.confidence for each in provenance.base] == [Confidence.RECORDED]


def test_v1_in_mode_max() -> None:
    provenance = read(V1_MAX, V1)
    assert (provenance.build_type, provenance.invocation) == (BUILDKIT_V1, "uvvold21j2q5")
    assert provenance.source is None
    assert (provenance.mode, provenance.reproducible, provenance.hermetic) == ("max", False, None)
    assert provenance.complete == Completeness(parameters=True, environment=None, materials=False)
    assert provenance.base == (
        BaseImage(
            reference="docker.io/library/alpine:3.22",
            digest=f"sha256:{ALPINE}",
            depth=1,
            pinned=True,
            confidence=Confidence.RECORDED,
        ),
    )
    assert [each.role for each in provenance.materials] == [Role.BASE]
    assert provenance.parameters == V1_MAX["buildDefinition"]["externalParameters"]


@pytest.mark.parametrize(("predicate", "type_"), [(V0_2_MIN, V0_2), (V1_MIN, V1)])
def test_mode_min_never_says_that_there_were_no_arguments(predicate: dict[str, Any], type_: str) -> None:
    provenance = read(predicate, type_)
    assert provenance.complete.parameters is False
    assert provenance.parameters is not None
    assert "args" not in json.dumps(provenance.parameters)


@pytest.mark.parametrize(("predicate", "type_"), [(V0_2_MIN, V0_2), (V0_2_MAX, V0_2), (V1_MIN, V1), (V1_MAX, V1)])
def test_without_a_builder_level_1_is_incomplete(predicate: dict[str, Any], type_: str) -> None:
    slsa = read(predicate, type_).slsa
    assert slsa.assessed == 0
    assert [fact.fact for fact in slsa.facts if fact.met is False] == ["incomplete: builder not identified"]
