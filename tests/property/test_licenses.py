from hypothesis import example, given, strategies

from attest.licenses import Normalizer, parse
from attest.model.license import LicenseText

VOCABULARY = """
MIT GPL GPLv2+ GPL-2.0-only Apache License, Version 2.0 and or with AND OR WITH ( ) , ; / & | + exception LicenseRef-x
BSD 3-Clause public domain Artistic later any NOASSERTION NONE Expat http://www.apache.org/licenses/LICENSE-2.0
"""
WORDS = strategies.sampled_from(VOCABULARY.split())
TEXTS = strategies.lists(WORDS, max_size=14).map(" ".join) | strategies.text(max_size=60)
ECOSYSTEMS = strategies.sampled_from([None, "deb", "rpm", "apk", "pypi", "npm", "cargo", "maven"])


@given(TEXTS, ECOSYSTEMS)
@example("MIT AND (", None)
@example("(" * 300, None)
@example("\ud800", None)
def test_any_text_gives_an_expression(text: str, ecosystem: str | None) -> None:
    normalized = Normalizer().normalize(text, ecosystem)
    assert str(parse(normalized.expression)) == normalized.expression
    assert normalized.categories


@given(TEXTS)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = Normalizer().normalize(text).expression
    assert Normalizer().normalize(once).expression == once


@given(TEXTS, TEXTS)
def test_what_a_document_says_of_its_own_ids_never_fails(text: str, name: str) -> None:
    texts = {"LicenseRef-x": LicenseText(name=name, text=text)}
    assert Normalizer(texts).normalize("MIT AND LicenseRef-x").expression
