"""Statements: what of them is read, and what is refused because two readers could read it differently."""

import json
from typing import Any

import pytest

from attest.errors import MalformedDocumentError
from attest.formats import parse, predicate_of
from attest.model.statement import Statement

TYPES = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")
HASH = "4746d264" * 8


def written(**more: Any) -> bytes:
    value = {"_type": TYPES[1], "subject": [], "predicateType": "https://example.org/x", "predicate": {}}
    return json.dumps(value | more).encode()


def read(content: bytes) -> Statement:
    parsed = parse(content)
    assert isinstance(parsed, Statement)
    return parsed


@pytest.mark.parametrize("type_", TYPES)
def test_both_versions_are_read_with_any_predicate(type_: str) -> None:
    statement = read(written(_type=type_, predicateType="https://slsa.dev/provenance/v1.0"))
    assert (statement.type, statement.predicate_type) == (type_, "https://slsa.dev/provenance/v1.0")


def test_a_subject_without_a_name_is_kept() -> None:
    statement = read(written(subject=[{"digest": {"sha256": HASH}}, {"name": "_", "digest": {"sha256": HASH}}]))
    assert [(each.name, each.digest) for each in statement.subject] == [(None, {"sha256": HASH})] * 2


def test_keys_beside_the_predicate_are_left_alone() -> None:
    assert read(written(slsaProvenance={"builder": 1})).predicate == b"{}"


@pytest.mark.parametrize("missing", ["predicate", "subject"])
def test_a_predicate_or_subjects_may_be_missing(missing: str) -> None:
    value = json.loads(written())
    del value[missing]
    statement = read(json.dumps(value).encode())
    assert (statement.subject, statement.problems) == ((), ())


def test_the_predicate_stays_byte_for_byte() -> None:
    odd = b'{ "b" :1.0,\n"a": "\\u0041" }'
    assert predicate_of(written(predicate="@").replace(b'"@"', odd)) == odd


def test_of_too_many_subjects_the_first_are_read_and_the_cut_is_told() -> None:
    statement = read(written(subject=[{"name": str(n), "digest": {"sha256": HASH}} for n in range(2000)]))
    assert len(statement.subject) == 1024
    (problem,) = statement.problems
    assert (problem.code, problem.pointer) == ("ATT-EVD-003", "/subject")
    assert problem.message == "2000 subjects, of which the first 1024 are read"


LARGE = json.dumps({"text": ["x" * 100] * 100})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(written()[:-1] + b', "predicate": {"a": 1}}', id="the predicate"),
        pytest.param(written()[:-1] + b', "predic\\u0061te": {}}', id="the predicate, escaped"),
        pytest.param(written()[:-1] + b', "predicateType": "y"}', id="its type"),
        pytest.param(written()[:-1] + f', "predicate": {LARGE}}}'.encode(), id="a large predicate"),
        pytest.param(
            written(predicate="@").replace(b'"@"', f'{LARGE}, "predicate": {LARGE}'.encode()), id="the same twice"
        ),
        pytest.param(written()[:-1] + f', "subject": [{{"digest": {{"sha256": "{HASH}"}}}}]}}'.encode(), id="subjects"),
    ],
)
def test_a_key_that_occurs_twice_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedDocumentError, match="a key occurs twice") as caught:
        parse(content)
    assert caught.value.code == "ATT-PROV-001"


def test_a_key_may_occur_twice_inside_the_predicate() -> None:
    assert read(written(predicate="@").replace(b'"@"', b'{"a": 1, "a": 2}')).predicate == b'{"a": 1, "a": 2}'


def test_a_large_predicate_that_quotes_itself_is_read() -> None:
    statement = read(written(predicate=json.loads(LARGE), note=LARGE))
    assert statement.predicate == LARGE.encode()


@pytest.mark.parametrize(
    ("content", "where"),
    [
        pytest.param(written(_type="https://in-toto.io/Statement/v9"), "/_type", id="another version"),
        pytest.param(written(predicateType=7), "/predicateType", id="no predicate type"),
        pytest.param(written(subject="x"), "/subject", id="subjects that are no list"),
        pytest.param(written(subject=[1]), "/subject/0", id="a subject that is no object"),
        pytest.param(written(subject=[{"digest": "x"}]), "/subject/0/digest", id="a digest that is no object"),
        pytest.param(
            written(subject=[{"digest": {str(n): "" for n in range(33)}}]), "/subject/0/digest", id="33 digests"
        ),
        pytest.param(written()[:-1], "", id="cut off"),
        pytest.param(written(x=1).replace(b'"x": 1', b'"x": ' + b"[" * 100_000 + b"]" * 100_000), "", id="deep"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_place(content: bytes, where: str) -> None:
    with pytest.raises(MalformedDocumentError) as caught:
        parse(content)
    assert caught.value.where == where
    assert caught.value.exit_code == 6


@pytest.mark.parametrize(
    ("digest", "where"),
    [
        pytest.param([], "/subject/0/digest", id="a list"),
        pytest.param("", "/subject/0/digest", id="a text"),
        pytest.param(False, "/subject/0/digest", id="a flag"),
        pytest.param({"sha256": 5}, "/subject/0/digest/sha256", id="a number in it"),
        pytest.param({"a/b~c": None}, "/subject/0/digest/a~1b~0c", id="null in it"),
    ],
)
def test_a_digest_of_the_wrong_type_is_not_taken_for_none(digest: object, where: str) -> None:
    head = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "x", "predicate": {}}
    with pytest.raises(MalformedDocumentError) as caught:
        parse(json.dumps(head | {"subject": [{"name": "a", "digest": digest}]}).encode())
    assert (caught.value.code, caught.value.where) == ("ATT-PROV-001", where)
