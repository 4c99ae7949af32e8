"""Every field of provenance in the two versions of SLSA, and what builders get wrong in them."""

import json
from typing import Any, Final

import pytest

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.formats import parse
from attest.model.provenance import BuildSource, Completeness, Material, Provenance, Role
from attest.model.statement import Statement
from attest.predicates import normalize

V1, V0_2 = "https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"
COMMIT, HASH = "4d329c75" * 5, "4746d264" * 8


def statement_of(predicate: str, predicate_type: str) -> Statement:
    head = f'"_type":"https://in-toto.io/Statement/v1","predicateType":"{predicate_type}"'
    statement = parse(f'{{{head},"predicate":{predicate}}}'.encode())
    assert isinstance(statement, Statement)
    return statement


def read(predicate: Any, predicate_type: str) -> Provenance:
    content = normalize(statement_of(json.dumps(predicate), predicate_type)).content
    assert isinstance(content, Provenance)
    return content


FULL_V0_2: Final[dict[str, Any]] = {
    "builder": {"id": "https://example.org/builder"},
    "buildType": "https://example.org/build",
    "invocation": {
        "configSource": {
            "uri": "git+https://github.com/acme/app@refs/tags/v1",
            "digest": {"sha1": COMMIT},
            "entryPoint": "release.yml",
        },
        "parameters": {"level": 3},
        "environment": {"os": "linux"},
    },
    "metadata": {
        "buildInvocationId": "run-1",
        "buildStartedOn": "2025-01-01T00:00:00Z",
        "buildFinishedOn": "2025-01-01T00:00:01Z",
        "completeness": {"parameters": True, "environment": False, "materials": True},
        "reproducible": True,
    },
    "materials": [
        {"uri": "git+https://github.com/acme/app@refs/tags/v1", "digest": {"sha1": COMMIT}},
        {"uri": "pkg:docker/a@1", "digest": {"sha256": HASH}},
    ],
}
FULL_V1: Final[dict[str, Any]] = {
    "buildDefinition": {
        "buildType": "https://example.org/build",
        "externalParameters": {"level": 3},
        "internalParameters": {"os": "linux"},
        "resolvedDependencies": FULL_V0_2["materials"],
    },
    "runDetails": {
        "builder": {"id": "https://example.org/builder"},
        "metadata": {
            "invocationId": "run-1",
            "startedOn": "2025-01-01T00:00:00Z",
            "finishedOn": "2025-01-01T00:00:01Z",
        },
    },
}
MATERIALS: Final = (
    Material(uri="git+https://github.com/acme/app@refs/tags/v1", digest=None, role=Role.SOURCE, pinned=True),
    Material(uri="pkg:docker/a@1", digest=f"sha256:{HASH}", pinned=True),
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("predicate_type", V0_2),
        ("builder", "https://example.org/builder"),
        ("build_type", "https://example.org/build"),
        ("invocation", "run-1"),
        ("started", "2025-01-01T00:00:00Z"),
        ("finished", "2025-01-01T00:00:01Z"),
        (
            "source",
            BuildSource(uri="https://github.com/acme/app", commit=COMMIT, ref="refs/tags/v1", path="release.yml"),
        ),
        ("parameters", {"level": 3}),
        ("mode", None),
        ("reproducible", True),
        ("hermetic", None),
        ("complete", Completeness(parameters=True, environment=False, materials=True)),
        ("materials", MATERIALS),
        ("base", ()),
    ],
)
def test_field_of_v0_2(field: str, expected: Any) -> None:
    assert getattr(read(FULL_V0_2, V0_2), field) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("predicate_type", V1),
        ("builder", "https://example.org/builder"),
        ("build_type", "https://example.org/build"),
        ("invocation", "run-1"),
        ("started", "2025-01-01T00:00:00Z"),
        ("finished", "2025-01-01T00:00:01Z"),
        ("source", BuildSource(uri="https://github.com/acme/app", commit=COMMIT, ref="refs/tags/v1")),
        ("parameters", {"level": 3}),
        ("mode", None),
        ("reproducible", None),
        ("hermetic", None),
        ("complete", Completeness()),
        ("materials", MATERIALS),
        ("base", ()),
    ],
)
def test_field_of_v1(field: str, expected: Any) -> None:
    assert getattr(read(FULL_V1, V1), field) == expected


@pytest.mark.parametrize(("predicate", "type_"), [(FULL_V0_2, V0_2), (FULL_V1, V1)])
def test_level_1_is_reached_where_everything_is_stated(predicate: Any, type_: str) -> None:
    slsa = read(predicate, type_).slsa
    assert (slsa.claimed, slsa.assessed) == (None, 1)
    assert [(fact.level, fact.met) for fact in slsa.facts if not fact.met] == [(2, None)]


def test_the_configuration_that_was_built_counts_as_external_parameters() -> None:
    invocation = {"configSource": {"uri": "git+https://github.com/acme/app"}}
    assert read(FULL_V0_2 | {"invocation": invocation}, V0_2).slsa.assessed == 1
    assert read(FULL_V0_2 | {"invocation": {}}, V0_2).slsa.assessed == 0


@pytest.mark.parametrize(
    ("metadata", "type_"),
    [({"buildInvocationID": "run-2"}, V0_2), ({"invocationID": "run-2"}, V1)],
)
def test_an_invocation_is_found_in_either_spelling(metadata: dict[str, str], type_: str) -> None:
    predicate = {"metadata": metadata} if type_ == V0_2 else {"runDetails": {"metadata": metadata}}
    assert read(predicate, type_).invocation == "run-2"


@pytest.mark.parametrize("time", ["", "yesterday", 5, None, "2025-13-01T00:00:00Z"])
def test_a_malformed_time_is_left_out(time: Any) -> None:
    assert read({"metadata": {"buildStartedOn": time}}, V0_2).started is None


@pytest.mark.parametrize(
    ("digest", "commit"),
    [
        pytest.param({"sha1": COMMIT}, COMMIT, id="SHA-1"),
        pytest.param({"gitCommit": COMMIT}, COMMIT, id="gitCommit"),
        pytest.param({"sha256": HASH}, HASH, id="SHA-256"),
        pytest.param({"sha256": COMMIT}, None, id="SHA-1 called SHA-256"),
        pytest.param({"sha1": COMMIT[:7]}, None, id="abbreviated"),
        pytest.param({"sha1": "x" * 40}, None, id="not hexadecimal"),
        pytest.param([], None, id="no object"),
    ],
)
def test_a_commit_has_the_length_that_its_name_demands(digest: Any, commit: str | None) -> None:
    invocation = {"configSource": {"uri": "git+https://github.com/acme/app", "digest": digest}}
    source = read({"invocation": invocation}, V0_2).source
    assert source is not None
    assert source.commit == commit


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("git+https://user:secret@github.com/acme/app.git", BuildSource(uri="https://github.com/acme/app")),
        (
            "https://github.com/acme/app.git#main:docker",
            BuildSource(uri="https://github.com/acme/app", ref="main", path="docker"),
        ),
        (f"https://github.com/acme/app#{COMMIT}", BuildSource(uri="https://github.com/acme/app", commit=COMMIT)),
        ("git@github.com:acme/app.git", BuildSource(uri="https://github.com/acme/app")),
        ("ssh://git@github.com/acme/app.git", BuildSource(uri="https://github.com/acme/app")),
    ],
)
def test_a_source_is_brought_to_one_form(uri: str, source: BuildSource) -> None:
    assert read({"invocation": {"configSource": {"uri": uri}}}, V0_2).source == source


def test_of_10_001_materials_the_first_10_000_are_read() -> None:
    materials = [{"uri": f"pkg:generic/{number}"} for number in range(10_001)]
    assert len(read({"builder": {"id": "b"}, "materials": materials}, V0_2).materials) == 10_000


EMPTY: Final[dict[str, Any]] = {"builder": {}, "invocation": None, "buildDefinition": {}, "runDetails": {}}


@pytest.mark.parametrize("predicate_type", [V1, V0_2])
@pytest.mark.parametrize("predicate", [None, {}, [], "text", 5, True, EMPTY], ids=repr)
def test_provenance_that_states_nothing_is_malformed(predicate: Any, predicate_type: str) -> None:
    with pytest.raises(MalformedDocumentError) as caught:
        read(predicate, predicate_type)
    assert (caught.value.code, caught.value.where) == ("ATT-PROV-001", "/predicate")


@pytest.mark.parametrize(
    ("predicate_type", "key"), [(V1, "buildDefinition"), (V1, "runDetails"), (V0_2, "builder"), (V0_2, "invocation")]
)
def test_a_part_of_the_wrong_type_is_malformed(predicate_type: str, key: str) -> None:
    with pytest.raises(MalformedDocumentError) as caught:
        read((FULL_V1 if predicate_type == V1 else FULL_V0_2) | {key: ["x"]}, predicate_type)
    assert (caught.value.code, caught.value.where) == ("ATT-PROV-001", f"/predicate/{key}")


@pytest.mark.parametrize("version", ["v9", "v1.1", "v0.1", "v2"])
def test_an_unknown_version_of_provenance_is_unsupported(version: str) -> None:
    with pytest.raises(UnsupportedDocumentError) as caught:
        read(FULL_V1, f"https://slsa.dev/provenance/{version}")
    assert caught.value.code == "ATT-PROV-002"


@pytest.mark.parametrize(
    ("predicate", "predicate_type", "expected"),
    [
        pytest.param({"builder": {"id": 5}}, V0_2, ("/builder/id", "id is not a text"), id="builder"),
        pytest.param(FULL_V0_2 | {"buildType": []}, V0_2, ("/buildType", "buildType is not a text"), id="build type"),
        pytest.param(FULL_V0_2 | {"materials": "x"}, V0_2, ("/materials", "materials is not a list"), id="materials"),
        pytest.param(
            FULL_V0_2 | {"materials": [{"uri": "pkg:a/b"}, "x"]},
            V0_2,
            ("/materials/1", "materials holds what is not an object"),
            id="one material",
        ),
        pytest.param(
            FULL_V0_2 | {"materials": [{"uri": 5}]},
            V0_2,
            ("/materials/0", "materials holds what has no address"),
            id="address of a material",
        ),
        pytest.param(
            FULL_V0_2 | {"metadata": {"reproducible": "no"}},
            V0_2,
            ("/metadata/reproducible", "reproducible is not true or false"),
            id="flag",
        ),
        pytest.param(
            FULL_V1 | {"runDetails": {"builder": "x"}},
            V1,
            ("/runDetails/builder", "builder is not an object"),
            id="builder of v1",
        ),
        pytest.param(
            FULL_V1 | {"buildDefinition": {"externalParameters": "x"}},
            V1,
            ("/buildDefinition/externalParameters", "externalParameters is not an object"),
            id="parameters of v1",
        ),
    ],
)
def test_a_field_of_the_wrong_type_is_null_and_a_problem(
    predicate: Any, predicate_type: str, expected: tuple[str, str]
) -> None:
    problems = normalize(statement_of(json.dumps(predicate), predicate_type)).problems
    pointer, message = expected
    assert [(each.code, each.pointer, each.message) for each in problems] == [
        ("ATT-PROV-001", f"/predicate{pointer}", message)
    ]


@pytest.mark.parametrize(("predicate", "predicate_type"), [(FULL_V0_2, V0_2), (FULL_V1, V1)])
def test_fields_of_the_right_types_are_no_problem(predicate: Any, predicate_type: str) -> None:
    assert normalize(statement_of(json.dumps(predicate), predicate_type)).problems == ()


def test_materials_beyond_the_limit_are_a_problem() -> None:
    materials = [{"uri": f"pkg:generic/{number}"} for number in range(10_001)]
    predicate = json.dumps(FULL_V0_2 | {"materials": materials})
    problems = normalize(statement_of(predicate, V0_2)).problems
    assert [(each.code, each.pointer) for each in problems] == [("ATT-EVD-003", "/predicate/materials")]


@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param('{"builder":{"id":"a"},"builder":{"id":"b"}}', id="part"),
        pytest.param('{"builder":{"id":"a","id":"b"}}', id="field"),
        pytest.param('{"builder":{"id":"a","\\u0069d":"b"}}', id="field, escaped"),
        pytest.param('{"builder":{"id":"a"},"materials":[{"uri":"a","uri":"b"}]}', id="material"),
    ],
)
def test_provenance_in_which_a_key_occurs_twice_is_unreadable(predicate: str) -> None:
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        normalize(statement_of(predicate, V0_2))
    assert caught.value.code == "ATT-PROV-001"
