"""Tables that other projects publish, under the rules of this one: where they differ, the test says why."""

import json
from typing import Any

import pytest

from attest.licenses import ExpressionError, Normalizer, parse
from tests.command import LAYOUTS

VECTORS = LAYOUTS.parent / "vectors"


def table(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]


EXPRESSIONS = table("spdx-expression-parse-js")
# blanks around the colon are no part of the specification's grammar
VALID = [each for each in EXPRESSIONS["valid"] if " : " not in str(each)]
# -only and -or-later share this page, so that it tells neither
AMBIGUOUS = {"GPL 3.0 or later URL"}


@pytest.mark.parametrize("text", [each if isinstance(each, str) else each["input"] for each in VALID])
def test_what_is_an_expression_elsewhere_is_one_here(text: str) -> None:
    assert str(parse(text))


@pytest.mark.parametrize("row", table("syft-licence-url")["TestLicenseByURL"], ids=lambda row: row["name"])
def test_pages_mean_the_same_license(row: dict[str, Any]) -> None:
    normalized = Normalizer().normalize(row["url"]).expression
    if row["wantFound"] and row["name"] not in AMBIGUOUS:
        assert normalized == row["wantID"]
    else:
        assert normalized.startswith("LicenseRef-") or normalized == "NOASSERTION"


def test_white_space_around_an_expression_does_not_matter() -> None:
    """That table refuses tabs and line breaks; a document's indentation is no fault of its license."""
    assert parse("\nMIT\t") == parse("MIT")


@pytest.mark.parametrize("text", ["", "()", "MIT AND", "OR MIT", "(MIT", "MIT)", "MIT WITH", "MIT MIT", "AND"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)
