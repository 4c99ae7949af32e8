"""Provenance of both versions of SLSA, of BuildKit and of others, right and hostile."""

import base64
import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from attest.errors import DocumentError
from attest.formats import parse
from attest.model.provenance import Confidence, Provenance, Role
from attest.model.statement import Statement
from attest.pipeline import inspect
from attest.predicates import normalize
from tests.command import layout

V1, V0_2 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
BUILDKIT_V1 = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
BUILDKIT_V0_2 = "https://mobyproject.org/buildkit@v1"
COMMIT, HASH = "4d329c75" * 5, "4746d264" * 8


def statement(predicate: Any, predicate_type: str = V1) -> Statement:
    parsed = parse(
        json.dumps(
            {
                "_type": "https://in-toto.io/Statement/v1",
                "subject": [{"name": "app", "digest": {"sha256": HASH}}],
                "predicateType": predicate_type,
                "predicate": predicate,
            }
        ).encode()
    )
    assert isinstance(parsed, Statement)
    return parsed


def read(predicate: Any, predicate_type: str = V1) -> Provenance:
    content = normalize(statement(predicate, predicate_type)).content
    assert isinstance(content, Provenance)
    return content


def image(name: str, digest: str = HASH) -> dict[str, Any]:
    return {"uri": f"pkg:docker/{name}?platform=linux%2Famd64", "digest": {"sha256": digest}}


def buildkit(steps: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    internal = {"builderPlatform": "linux/amd64"} | ({"buildConfig": {"llbDefinition": steps}} if steps else {})
    return {
        "buildDefinition": {
            "buildType": BUILDKIT_V1,
            "externalParameters": {"configSource": {}, "request": {"frontend": "dockerfile.v0"}},
            "internalParameters": internal,
            "resolvedDependencies": [image("alpine@3.22")],
        }
        | more,
        "runDetails": {"builder": {"id": ""}, "metadata": {}},
    }


def source(identifier: str) -> dict[str, Any]:
    return {"id": "step0", "op": {"Op": {"source": {"identifier": identifier}}}}


RESULT = {"id": "step9", "op": {"Op": None}, "inputs": ["step1:0"]}


GIT_BUILD: dict[str, Any] = {
    "builder": {"id": ""},
    "buildType": BUILDKIT_V0_2,
    "materials": [
        image("golang@1.21"),
        {"uri": f"https://github.com/acme/app.git#{COMMIT}", "digest": {"sha1": COMMIT}},
    ],
    "invocation": {
        "configSource": {
            "uri": f"https://github.com/acme/app.git#{COMMIT}",
            "digest": {"sha1": COMMIT},
            "entryPoint": "Dockerfile",
        },
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
        f"{BUILDKIT_V0_2}#hermetic": True,
    },
}


def test_a_v0_2_statement_from_a_git_context() -> None:
    provenance = read(GIT_BUILD, V0_2)
    assert provenance.builder is None
    assert provenance.source is not None
    assert provenance.source.uri == "https://github.com/acme/app"
    assert (provenance.source.commit, provenance.source.path) == (COMMIT, "Dockerfile")
    assert provenance.source.claimed is False
    assert (provenance.started, provenance.finished) == ("2025-02-25T21:57:06Z", "2025-02-25T21:57:29Z")
    assert (provenance.mode, provenance.reproducible, provenance.hermetic) == ("min", False, True)
    assert (provenance.complete.parameters, provenance.complete.materials) == (False, True)
    assert [material.role for material in provenance.materials] == [Role.OTHER, Role.SOURCE]
    assert all(material.pinned for material in provenance.materials)
    assert provenance.slsa.assessed == 0
    assert "incomplete: builder not identified" in [fact.fact for fact in provenance.slsa.facts]


def test_a_source_that_only_the_client_states_is_a_claim() -> None:
    predicate = buildkit()
    predicate["runDetails"]["metadata"]["buildkit_metadata"] = {
        "vcs": {"source": "https://user:secret@github.com/acme/app.git", "revision": "9f1c"}
    }
    provenance = read(predicate)
    assert provenance.source is not None
    assert (provenance.source.uri, provenance.source.claimed) == ("https://github.com/acme/app", True)


def test_what_is_not_stated_is_null_and_not_false() -> None:
    provenance = read({"buildDefinition": {"buildType": "https://example.org/build"}, "runDetails": {}})
    assert (provenance.builder, provenance.started, provenance.reproducible, provenance.hermetic) == (None,) * 4
    assert provenance.complete.parameters is None
    assert provenance.mode is None


def test_the_address_of_a_run_is_an_invocation_and_no_builder() -> None:
    predicate = buildkit()
    predicate["runDetails"]["builder"]["id"] = "https://github.com/acme/app/actions/runs/5947345653"
    provenance = read(predicate)
    assert provenance.builder is None
    assert provenance.invocation == "https://github.com/acme/app/actions/runs/5947345653"


def test_the_base_is_where_the_file_system_began() -> None:
    steps = [
        source(f"docker-image://docker.io/library/alpine:3.22@sha256:{HASH}"),
        {"id": "step1", "inputs": ["step0:0"], "op": {"Op": {"exec": {"mounts": [{"dest": "/"}]}}}},
        RESULT,
    ]
    provenance = read(buildkit(steps))
    (base,) = provenance.base
    assert base.reference == "docker.io/library/alpine:3.22"
    assert (base.digest, base.pinned, base.confidence) == (f"sha256:{HASH}", True, Confidence.RECORDED)
    assert provenance.materials[0].role is Role.BASE
    assert provenance.mode == "max"


def test_a_file_action_is_followed_to_its_own_input() -> None:
    actions = [{"input": 0, "secondaryInput": 1, "output": -1}, {"input": 2, "output": 0}]
    steps = [
        source(f"docker-image://alpine@sha256:{HASH}"),
        {"id": "step1", "inputs": ["step0:0", "step0:0"], "op": {"Op": {"file": {"actions": actions}}}},
        RESULT,
    ]
    assert read(buildkit(steps)).base[0].reference == "alpine"


def test_an_image_from_scratch_has_no_base() -> None:
    steps = [
        source("git://github.com/acme/app.git"),
        {"id": "step1", "inputs": ["step0:0"], "op": {"Op": {"file": {"actions": [{"input": -1, "output": 0}]}}}},
        RESULT,
    ]
    assert read(buildkit(steps)).base == ()


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            {"id": "step1", "inputs": ["step1:0"], "op": {"Op": {"exec": {"mounts": [{"dest": "/"}]}}}}, id="itself"
        ),
        pytest.param(
            {"id": "step1", "inputs": [], "op": {"Op": {"file": {"actions": [{"input": 0, "output": 0}]}}}},
            id="a loop of actions",
        ),
        pytest.param({"id": "step1", "inputs": ["none:0"], "op": {"Op": {"merge": {}}}}, id="no such step"),
        pytest.param({"id": "step1", "inputs": [7], "op": {"Op": {"merge": {}}}}, id="no text"),
        pytest.param(
            {"id": "step1", "inputs": ["step0:99999999999999999999"], "op": {"Op": {"merge": {}}}}, id="a huge number"
        ),
        pytest.param({"id": "step1", "op": {"Op": {"exec": {"mounts": "x"}}}}, id="mounts that are none"),
        pytest.param({"id": "step1", "op": None}, id="no operation"),
    ],
)
def test_a_graph_that_leads_nowhere_ends(step: dict[str, Any]) -> None:
    assert read(buildkit([source("docker-image://x"), step, RESULT])).base == ()


def test_a_deep_recursion_of_inputs_is_cut() -> None:
    request: dict[str, Any] = {}
    for _ in range(150):
        request = {"root": {"request": request}}
    predicate = buildkit()
    predicate["buildDefinition"]["externalParameters"]["request"] = request
    assert len(json.dumps(read(predicate).parameters)) < 2000


def test_5_000_nested_inputs_are_refused() -> None:
    request = '{"inputs": {"a": {"request": ' * 5000 + "{}" + "}}}" * 5000
    written = (
        f'{{"_type": "https://in-toto.io/Statement/v1", "predicateType": "{V1}", "predicate": {{"a": {request}}}}}'
    )
    with pytest.raises(DocumentError) as caught:
        parse(written.encode())
    assert caught.value.code == "ATT-EVD-003"


def test_a_circle_of_steps_ends() -> None:
    steps = [
        {"id": f"step{n}", "inputs": [f"step{(n + 1) % 5000}:0"], "op": {"Op": {"merge": {}}}} for n in range(5000)
    ]
    assert read(buildkit([*steps, RESULT])).base == ()


def test_a_circle_of_actions_ends() -> None:
    actions = [{"input": 1 + (n + 1) % 100, "output": 0 if n == 0 else -1} for n in range(100)]
    step = {"id": "step1", "inputs": ["step0:0"], "op": {"Op": {"file": {"actions": actions}}}}
    assert read(buildkit([source("docker-image://x"), step, RESULT])).base == ()


def test_a_dockerfile_of_escape_sequences_is_not_in_what_is_read() -> None:
    predicate = buildkit()
    data = base64.b64encode(b"\x1b]0;owned\x07FROM alpine\x1b[2J" * 1000).decode()
    infos = [{"filename": "\x1b[31mDockerfile", "language": "Dockerfile", "data": data}]
    predicate["runDetails"]["metadata"]["buildkit_metadata"] = {"source": {"infos": infos}}
    provenance = read(predicate)
    assert provenance.mode == "max"
    assert b"\\u001b" not in msgspec.json.encode(provenance)
    assert data[:40] not in msgspec.json.encode(provenance).decode()


@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param({"buildDefinition": {"resolvedDependencies": [1, None, {"uri": 3}]}}, id="wrong materials"),
        pytest.param({"runDetails": {"builder": {"id": 5}, "metadata": {"startedOn": 5}}}, id="wrong values"),
        pytest.param(
            {"buildDefinition": {"buildType": BUILDKIT_V1, "internalParameters": {"buildConfig": 1}}}, id="graph"
        ),
    ],
)
def test_wrong_types_are_as_good_as_missing(predicate: Any) -> None:
    assert read(predicate).builder is None


def test_a_commit_under_the_wrong_name_is_not_trusted() -> None:
    dependency = {"uri": "git+https://gitlab.com/acme/app.git", "digest": {"sha256": COMMIT}}
    provenance = read({"buildDefinition": {"buildType": "x", "resolvedDependencies": [dependency]}})
    assert provenance.source is not None
    assert provenance.source.commit is None
    assert provenance.materials[0].pinned is False


def test_a_github_workflow_names_its_source() -> None:
    dependency = {"uri": "git+https://github.com/acme/app@refs/heads/main", "digest": {"gitCommit": COMMIT}}
    workflow = {
        "ref": "refs/heads/main",
        "repository": "https://github.com/acme/app",
        "path": ".github/workflows/a.yml",
    }
    provenance = read(
        {
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": {"workflow": workflow},
                "resolvedDependencies": [dependency],
            },
            "runDetails": {"builder": {"id": "https://github.com/acme/app/.github/workflows/a.yml@refs/heads/main"}},
        }
    )
    assert provenance.source is not None
    assert (provenance.source.commit, provenance.source.ref) == (COMMIT, "refs/heads/main")
    assert provenance.source.path == ".github/workflows/a.yml"
    assert provenance.slsa.assessed == 1


def test_a_secret_in_the_parameters_is_not_shown() -> None:
    predicate = buildkit()
    secret = "ghp_" + "a1B2" * 9
    predicate["buildDefinition"]["externalParameters"]["request"]["args"] = {
        "build-arg:NPM_TOKEN": secret,
        "plain": secret,
    }
    shown = json.dumps(read(predicate).parameters)
    assert secret not in shown
    assert "redacted" in shown


def test_a_material_without_a_digest_is_kept_and_not_pinned() -> None:
    dependencies = [{"uri": "pkg:docker/alpine@3.22"}, {"uri": "https://example.org/x.tar"}]
    provenance = read(buildkit(None, resolvedDependencies=dependencies))
    assert [material.pinned for material in provenance.materials] == [False, False]


@pytest.mark.parametrize("predicate_type", [V1, f"{V1}.0", "https://slsa.dev/provenance/v1-rc1"])
def test_drafts_of_the_version_are_read_alike(predicate_type: str) -> None:
    assert replace(read(buildkit(), predicate_type), predicate_type=V1) == read(buildkit())


def test_real_generators_name_themselves_and_their_source() -> None:
    inspection = inspect(layout("github-slsa3-v2.1.0"))
    generator = next(each for each in inspection.provenance or () if each.builder)
    assert (generator.builder or "").endswith("generator_container_slsa3.yml@refs/tags/v2.1.0")
    assert generator.source is not None
    assert generator.source.uri == "https://github.com/slsa-framework/example-package"
    assert generator.slsa.assessed == 1


def test_a_document_that_nobody_reads_is_no_problem() -> None:
    assert normalize(statement({"anything": 1}, "https://example.org/custom/v1")).content is None
