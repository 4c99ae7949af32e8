import json
import unicodedata

import pytest

from attest.render.sanitize import CLOSING, HIDDEN, OPENING, escape_json, sanitize


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x1b[31mb", "a<U+001B>[31mb", id="C0"),
        pytest.param("a\x7fb", "a<U+007F>b", id="DEL"),
        pytest.param("a\x9bb", "a<U+009B>b", id="C1"),
        pytest.param("a\u202eb", "a<U+202E>b", id="bidi override"),
        pytest.param("a\u2066b", "a<U+2066>b", id="bidi isolate"),
        pytest.param("a\u200bb", "a<U+200B>b", id="zero width"),
        pytest.param("a\U000e0041b", "a<U+E0041>b", id="tag"),
        pytest.param("a\udc80b", "a<U+DC80>b", id="byte that is not UTF-8"),
        pytest.param("a\nb", "a<U+000A>b", id="line feed"),
    ],
)
def test_hidden_character_becomes_visible(text: str, shown: str) -> None:
    assert sanitize(text) == shown.replace("<", OPENING).replace(">", CLOSING)


@pytest.mark.parametrize("text", ["libstdc++6", "Grüße", "日本語", "العربية", "e\u0301"])
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert sanitize(text) == text


def test_every_control_character_is_hidden() -> None:
    controls = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Zl", "Zp", "Cs")]
    assert [hex(ord(each)) for each in controls if not HIDDEN.fullmatch(each)] == []


def test_json_escapes_keep_the_meaning() -> None:
    text = "a\x7f\u202e\u200b\ufeff\U000e0041b"
    written = escape_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert HIDDEN.search(written) is None
