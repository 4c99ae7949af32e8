import re
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from trove_classifiers import classifiers

from attest.licenses import Method, Normalizer, all_ids, category_of, is_known, leaves, parse, replacement_of, text_of
from attest.licenses.aliases import rows
from attest.model.license import Category, LicenseText
from tests.unit.licenses.texts import MIT

VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))["vector"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['input']} {vector.get('ecosystem', '')}")
def test_a_text_means(vector: dict[str, Any]) -> None:
    normalized = Normalizer().normalize(vector["input"], vector.get("ecosystem"))
    assert normalized.expression == vector["expression"]
    assert bool(normalized.unrecognized) is vector.get("unrecognized", False)
    if "family" in vector:
        assert vector["family"] in normalized.families.values()
    if "category" in vector:
        assert Category(vector["category"]) in normalized.categories


@pytest.mark.parametrize(("name", "ecosystem", "expression", "reason"), rows(), ids=str)
def test_an_alias_means(name: str, ecosystem: str, expression: str, reason: str) -> None:
    assert reason
    normalized = Normalizer().normalize(name, None if ecosystem == "*" else ecosystem)
    assert normalized.expression == expression == str(parse(expression))
    has_unversioned = "LicenseRef-attest-" in expression
    assert normalized.unrecognized == ((name,) if has_unversioned else ())
    assert normalized.method is Method.ALIAS


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


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 30_000 + "MIT" + ")" * 30_000, id="parentheses"),
        pytest.param("MIT, " * 13_000, id="commas"),
        pytest.param("a/b " * 16_000, id="slashes"),
        pytest.param("GPL-2 or " * 7_000, id="choices"),
        pytest.param("(MIT and a, b or " * 3_000, id="open lists"),
        pytest.param("((a, MIT) or b) and " * 3_000 + "c", id="closed lists"),
        pytest.param("with " * 12_000, id="exceptions"),
        pytest.param("LicenseRef-x AND " * 3_800 + "MIT", id="references"),
        pytest.param("(A OR " * 10_000 + "B" + ")" * 10_000, id="an operator at each level"),
        pytest.param("(A and (b c or " * 95 + "d" + ")" * 190, id="as deep as it may be"),
        pytest.param("(" * 10_000 + "MIT", id="not closed"),
        pytest.param("MIT" + ")" * 10_000, id="not opened"),
        pytest.param("()" * 10_000, id="empty parentheses"),
        pytest.param(")(" * 10_000, id="wrong way round"),
        pytest.param("a or " * 12_000, id="one choice"),
        pytest.param(" and ".join(f"a b{n} or c{n}" for n in range(3_500)), id="7,000 names"),
        pytest.param("dual licensed under " * 3_200, id="preambles"),
    ],
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    texts = {"LicenseRef-x": LicenseText(name="LicenseRef-x AND LicenseRef-x", text="x, " * 60)}
    start = time.process_time()
    assert Normalizer(texts).normalize(text, "deb").expression
    assert time.process_time() - start < 0.3


def test_references_to_each_other_end() -> None:
    texts = {"LicenseRef-a": LicenseText(text="LicenseRef-b"), "LicenseRef-b": LicenseText(text="LicenseRef-a AND MIT")}
    assert Normalizer(texts).normalize("LicenseRef-b").expression == "LicenseRef-a AND MIT"


def test_a_reference_that_is_said_to_be_unknown_is_no_license() -> None:
    assert one("LicenseRef-UNKNOWN", text="UNKNOWN") == "NOASSERTION"


def test_a_page_explains_a_reference_when_nothing_else_does() -> None:
    assert one("LicenseRef-x", name="My license", see_also=("https://opensource.org/licenses/ISC",)) == "ISC"


def test_a_text_gives_the_same_id_in_every_document() -> None:
    first, second = Normalizer(), Normalizer({"LicenseRef-x": LicenseText(name="Foo Bar")})
    assert first.normalize("Foo Bar").expression == second.normalize("Foo Bar").expression


def test_texts_that_leave_no_letters_behind_have_ids_of_their_own() -> None:
    ids = {Normalizer().normalize(text).expression for text in ("木兰", "许可证", "Лицензия", "???", "-.-")}
    assert len(ids) == 5


def test_confidence_is_that_of_the_least_sure_part() -> None:
    assert Normalizer().normalize("MIT AND GPLv2+").confidence == 1
    assert Normalizer().normalize("MIT AND GPL").confidence == 0


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("MIT", "id"),
        ("Expat", "alias"),
        ("MIT OR ISC", "expression"),
        ("GPLv2+", "name"),
        ("https://opensource.org/licenses/MIT", "page"),
        ("MIT, ISC", "list"),
        ("LicenseRef-x", "reference"),
        ("Frobnicate", "unrecognized"),
        ("", "silent"),
        (MIT, "text"),
    ],
)
def test_the_trace_tells_how_a_meaning_was_found(text: str, method: str) -> None:
    assert Normalizer().normalize(text).method == method


def test_every_classifier_of_a_license_is_that_license_or_a_name_of_its_own() -> None:
    meanings = {each: Normalizer().normalize(each, "pypi") for each in classifiers if each.startswith("License :: ")}
    assert len(meanings) > 80
    for classifier, meaning in meanings.items():
        (leaf,) = leaves(meaning.tree)
        assert is_known(leaf.id) or leaf.id.startswith("LicenseRef-"), classifier
    unresolved = {each for each, meaning in meanings.items() if re.search(r"\bv?\d", each) and meaning.unrecognized}
    assert unresolved == {"License :: GUST Font License 1.0", "License :: GUST Font License 2006-09-30"}


@pytest.mark.parametrize(
    ("name", "pages", "expected"),
    [
        pytest.param("BSD", ["https://opensource.org/licenses/BSD-3-Clause"], "BSD-3-Clause", id="BSD"),
        pytest.param("Apache License", ["http://www.apache.org/licenses/LICENSE-2.0.txt"], "Apache-2.0", id="Apache"),
        pytest.param(
            "Creative Commons", ["https://creativecommons.org/licenses/by/4.0/legalcode"], "CC-BY-4.0", id="CC"
        ),
        pytest.param("BSD", ["https://example.org/license"], "LicenseRef-attest-BSD", id="a page about nothing"),
        pytest.param("GPL", ["https://opensource.org/licenses/MIT"], "LicenseRef-attest-GPL", id="another family"),
        pytest.param(
            "BSD",
            ["https://opensource.org/licenses/BSD-3-Clause", "https://opensource.org/licenses/BSD-2-Clause"],
            "LicenseRef-attest-BSD",
            id="two members",
        ),
    ],
)
def test_a_page_says_which_member_of_a_family_is_meant(name: str, pages: list[str], expected: str) -> None:
    texts = {"LicenseRef-1": LicenseText(name=name, see_also=tuple(pages))}
    assert Normalizer(texts).normalize("LicenseRef-1").expression == expected


def test_a_body_says_which_member_of_a_family_is_meant() -> None:
    texts = {"LicenseRef-1": LicenseText(name="BSD", text=text_of("BSD-3-Clause"))}
    assert Normalizer(texts).normalize("LicenseRef-1").expression == "BSD-3-Clause"
