from pathlib import Path

import pytest

from attest.licenses import Normalizer, all_ids, license_of, text_of
from attest.licenses.text_match import license_of_text
from attest.licenses.texts import fingerprints
from tests.unit.licenses.texts import MIT

TEXTS = {id_: text for id_ in all_ids() if not license_of(id_).deprecated and (text := text_of(id_))}
RESTRICTION = """
The Software is provided to you subject to a further condition. Without limiting other conditions, the grant of rights
does not include, and nothing here grants to you, the right to sell the Software, where to sell means to practice any of
the rights that are granted to you in order to provide to third parties, for a fee or other consideration, a product.
"""


def matched(text: str) -> str | None:
    match = license_of_text(text)
    return str(match.tree) if match else None


# one sentence, which other texts may well contain
TOO_SHORT = {"FSFUL", "Kastrup", "TermReadKey", "any-OSI", "check-cvs", "diffmark"}


@pytest.mark.parametrize("id_", sorted(set(TEXTS) - TOO_SHORT))
def test_a_text_of_the_list_is_found_as_itself_or_as_its_twin(id_: str) -> None:
    found = matched(TEXTS[id_])
    assert found is not None
    assert set(fingerprints(TEXTS[found])) & set(fingerprints(TEXTS[id_]))


@pytest.mark.parametrize("id_", sorted(TOO_SHORT))
def test_a_single_sentence_is_no_body(id_: str) -> None:
    assert matched(TEXTS[id_]) is None


def test_a_text_with_other_words_around_it_is_found_and_less_sure() -> None:
    match = license_of_text(f"Frobnicator, a library\n\n{MIT}\nThanks to everyone.\n")
    assert match is not None
    assert str(match.tree) == "MIT"
    assert 0.93 <= match.confidence < 1


def test_texts_behind_each_other_all_apply() -> None:
    assert matched(f"{TEXTS['Apache-2.0']}\n\n{TEXTS['ISC']}\n\n{MIT}") == "Apache-2.0 AND MIT AND ISC"


@pytest.mark.parametrize("id_", ["MIT", "ISC", "Apache-2.0", "GPL-3.0-only"])
def test_a_license_with_a_restriction_behind_it_is_not_that_license(id_: str) -> None:
    assert matched(TEXTS[id_] + RESTRICTION) is None


@pytest.mark.parametrize(
    "words", ["Not for commercial use.", "For research purposes only.", "Military use prohibited."]
)
def test_a_few_words_may_take_a_license_back(words: str) -> None:
    assert matched(f"{MIT}\n{words}") is None


@pytest.mark.parametrize(("id_", "other"), [("ISC", "0BSD"), ("Apache-2.0", "Pixar"), ("BSD-2-Clause", "BSD-3-Clause")])
def test_licenses_that_are_alike_are_told_apart(id_: str, other: str) -> None:
    assert matched(f"Some product\n\n{TEXTS[id_]}") == id_
    assert matched(f"Some product\n\n{TEXTS[other]}") == other


@pytest.mark.parametrize("text", ["", "MIT", "word " * 5_000, Path(__file__).read_text(encoding="utf-8")])
def test_other_texts_are_none(text: str) -> None:
    assert matched(text) is None


def test_a_body_in_place_of_a_name_is_read_as_a_body() -> None:
    normalized = Normalizer().normalize(MIT, "pypi")
    assert (normalized.expression, normalized.method, normalized.confidence) == ("MIT", "text", 1.0)
