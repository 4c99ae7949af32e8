import tomllib
from pathlib import Path
from typing import Any

import pytest

from attest.licenses import Normalizer, all_ids, category_of, is_known, leaves, parse, replacement_of
from attest.licenses.aliases import rows
from attest.model.license import Category, LicenseText
from tests.unit.licenses.texts import MIT

VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))["vector"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['input']} {vector.get('ecosystem', '')}")
def test_a_text_means(vector: dict[str, Any]) -> None:
    normalized = Normalizer().normalize(vector["input"], vector.get("ecosystem"))
    assert normalized.expression == vector["expression"]
    assert bool(normalized.unrecognized) is vector.get("unrecognized", False)
    if "category" in vector:
        assert Category(vector["category"]) in normalized.categories


@pytest.mark.parametrize(("name", "ecosystem", "expression", "reason"), rows(), ids=str)
def test_an_alias_means(name: str, ecosystem: str, expression: str, reason: str) -> None:
    assert reason
    normalized = Normalizer().normalize(name, None if ecosystem == "*" else ecosystem)
    assert normalized.expression == expression == str(parse(expression))
    assert normalized.unrecognized == ()


def test_no_alias_means_two_things_in_one_ecosystem() -> None:
    keys = [(name, ecosystem) for name, ecosystem, *_ in rows()]
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys)


@pytest.mark.parametrize("id_", all_ids())
def test_an_id_is_itself_or_what_replaced_it_in_any_case(id_: str) -> None:
    for spelling in (id_, id_.lower(), id_.upper()):
        assert Normalizer().normalize(spelling).expression == replacement_of(id_)


def one(id_: str, **info: Any) -> str:
    return Normalizer({id_: LicenseText(**info)}).normalize(id_).expression


def test_a_reference_means_what_the_document_says_it_does() -> None:
    id_ = "LicenseRef-GPL-3--WITH-BISON-EXCEPTION"
    assert one(id_, text="GPL-3+-WITH-BISON-EXCEPTION") == "GPL-3.0-or-later WITH Bison-exception-2.2"


def test_a_reference_to_the_text_of_a_license_is_that_license() -> None:
    assert one("LicenseRef-" + "a" * 64, text=MIT) == "MIT"


@pytest.mark.parametrize("text", ["sha256:" + "a" * 64, "LicenseRef-x", "NOASSERTION", "", None])
def test_a_reference_that_nothing_explains_keeps_its_id(text: str | None) -> None:
    normalized = Normalizer({"LicenseRef-x": LicenseText(text=text)}).normalize("LicenseRef-x")
    assert normalized.expression == "LicenseRef-x"
    assert normalized.categories == (Category.UNKNOWN,)
    assert normalized.unrecognized


def test_a_reference_of_another_document_stays_as_it_is() -> None:
    normalized = Normalizer().normalize("DocumentRef-a:LicenseRef-b")
    assert normalized.expression == "DocumentRef-a:LicenseRef-b"
    assert normalized.unrecognized


def test_one_bad_operand_does_not_spoil_the_others() -> None:
    normalized = Normalizer().normalize("MIT AND Frobnicate AND GPL-2.0+")
    assert normalized.expression == "MIT AND LicenseRef-attest-Frobnicate AND GPL-2.0-or-later"
    assert normalized.unrecognized == ("Frobnicate",)


def test_a_family_never_becomes_a_version() -> None:
    for name in ("GPL", "LGPL", "BSD", "Apache License", "Artistic", "Creative Commons", "MPL", "EPL"):
        (leaf,) = leaves(Normalizer().normalize(name).tree)
        assert not is_known(leaf.id)


def test_a_family_has_the_category_of_its_strictest_common_member() -> None:
    (leaf,) = leaves(Normalizer().normalize("GPL").tree)
    assert category_of(leaf) is Category.COPYLEFT_STRONG


def test_a_text_of_any_length_gives_an_id_of_bounded_length() -> None:
    normalized = Normalizer().normalize("no such license " * 10_000)
    assert len(normalized.expression) < 120


def test_a_deep_nest_of_parentheses_ends() -> None:
    assert Normalizer().normalize("(" * 10_000 + "MIT" + ")" * 10_000).expression
