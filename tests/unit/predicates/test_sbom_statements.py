"""Statements whose predicate should be an SBOM, and what stands there instead."""

import json
from typing import Final

import pytest

from attest.errors import MalformedDocumentError, UnsupportedDocumentError
from attest.model.sbom import Sbom
from attest.model.statement import Statement
from attest.predicates import normalize

DOCUMENT: Final = '{"spdxVersion":"SPDX-2.3","packages":[{"name":"p","licenseDeclared":"MIT"}]}'


def read(predicate: str) -> object:
    statement = Statement(type="", predicate_type="https://spdx.dev/Document", subject=(), predicate=predicate.encode())
    return normalize(statement).content


@pytest.mark.parametrize(
    ("predicate", "where"),
    [
        pytest.param('"goodbad"', "/predicate", id="a text"),
        pytest.param("5", "/predicate", id="a number"),
        pytest.param("true", "/predicate", id="a flag"),
        pytest.param("[]", "/predicate", id="a list"),
        pytest.param("{}", "/predicate", id="an empty object"),
        pytest.param('"{}"', "/predicate", id="an empty object in a text"),
        pytest.param('"{"', "/predicate", id="half an object in a text"),
        pytest.param('{"Data":"goodbad"}', "/predicate/Data", id="a wrapped text"),
        pytest.param('{"Data":5}', "/predicate/Data", id="a wrapped number"),
        pytest.param('{"Data":null}', "/predicate/Data", id="an empty wrapper"),
    ],
)
def test_a_predicate_that_is_no_object_is_malformed(predicate: str, where: str) -> None:
    with pytest.raises(MalformedDocumentError) as caught:
        read(predicate)
    assert (caught.value.code, caught.value.where) == ("ATT-SBOM-001", where)


@pytest.mark.parametrize(
    "predicate",
    [
        pytest.param(json.dumps({"Data": '<?xml version="1.0"?><bom/>'}), id="wrapped XML"),
    ],
)
def test_an_sbom_of_another_kind_is_unsupported(predicate: str) -> None:
    with pytest.raises(UnsupportedDocumentError) as caught:
        read(predicate)
    assert caught.value.code == "ATT-SBOM-002"


YAML = "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\npackages:\n- name: p\n"
BOM = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component><name>p</name></component></components></bom>'
SPDX3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [{"type": "software_Package", "name": "p"}],
}


@pytest.mark.parametrize(
    ("predicate", "pointer"),
    [
        pytest.param(json.dumps(SPDX3), "/predicate/@graph/0", id="SPDX 3"),
        pytest.param(
            json.dumps("SPDXVersion: SPDX-2.3\nPackageName: p\n"), "/predicate/packages/0", id="tag-value in a text"
        ),
        pytest.param(json.dumps(YAML), "/predicate/packages/0", id="YAML in a text"),
        pytest.param(json.dumps({"Data": BOM}), "/predicate/Data/components/0", id="wrapped XML"),
    ],
)
def test_an_sbom_in_any_syntax_is_read_from_its_place(predicate: str, pointer: str) -> None:
    sbom = read(predicate)
    assert isinstance(sbom, Sbom)
    assert [(each.name, each.pointer) for each in sbom.packages] == [("p", pointer)]


@pytest.mark.parametrize("wrapped", [DOCUMENT, json.dumps(DOCUMENT)], ids=["an object", "a text"])
def test_a_wrapped_document_is_read_from_its_place(wrapped: str) -> None:
    sbom = read(f'{{"Timestamp":"x","Data":{wrapped}}}')
    assert isinstance(sbom, Sbom)
    assert sbom.packages[0].pointer == "/predicate/Data/packages/0"


@pytest.mark.parametrize("second", ['"Data"', '"D\\u0061ta"'], ids=["plain", "escaped"])
def test_a_wrapper_around_two_documents_is_unreadable(second: str) -> None:
    with pytest.raises(MalformedDocumentError, match="a key occurs twice"):
        read(f'{{"Data":{DOCUMENT.replace("MIT", "GPL-3.0-only")},{second}:{DOCUMENT}}}')
