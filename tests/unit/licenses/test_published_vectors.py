"""Tables that other projects publish, under the rules of this one: where they differ, the test says why."""

import json
from typing import Any

import pytest

from attest.licenses import ExpressionError, Normalizer, leaves, parse
from tests.command import LAYOUTS

VECTORS = LAYOUTS.parent / "vectors"


def table(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]


def meaning(text: str, ecosystem: str | None = None) -> str:
    return Normalizer().normalize(text, ecosystem).expression


# --- Expressions ----------------------------------------------------------------------------------------

EXPRESSIONS = table("spdx-expression-parse-js")
# blanks around the colon are no part of the specification's grammar
VALID = [each for each in EXPRESSIONS["valid"] if " : " not in str(each)]
# white space around an expression is no fault of its license: a document may be indented
INVALID = [each for each in EXPRESSIONS["invalid"] if each == each.strip()]


@pytest.mark.parametrize("text", [each if isinstance(each, str) else each["input"] for each in VALID])
def test_what_is_an_expression_elsewhere_is_one_here(text: str) -> None:
    assert str(parse(text))


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_expression_elsewhere_is_none_here(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


PARSED = [
    (row["expression"], row["nodestr"]) if isinstance(row, dict) else (row[1], row[4])
    for row in table("go-spdx-parse")["TestParse"]
]


@pytest.mark.parametrize(("text", "nodes"), [each for each in PARSED if each[1]])
def test_an_expression_has_the_same_leaves_in_the_same_order(text: str, nodes: str) -> None:
    marks = ("LEFT:", "RIGHT:", "{", "}", "and", "or")
    expected = " ".join(word for word in nodes.split() if word not in marks)
    found = " ".join(str(leaf).replace(" WITH ", " with ") for leaf in leaves(parse(text)))
    assert found.lower() == expected.lower()  # ids are given their case by the catalog, not by the parser


def test_what_is_on_no_list_is_kept_and_told() -> None:
    """That table refuses it; a document's license is what it is."""
    unknown = [text for text, nodes in PARSED if not nodes and text]
    assert unknown == ["NON-EXISTENT-LICENSE"]
    normalized = Normalizer().normalize(unknown[0])
    assert (normalized.expression, normalized.unrecognized) == (f"LicenseRef-attest-{unknown[0]}", (unknown[0],))


# --- Pages ----------------------------------------------------------------------------------------------

# -only and -or-later share this page, so that it tells neither
AMBIGUOUS = {"GPL 3.0 or later URL"}


@pytest.mark.parametrize("row", table("syft-licence-url")["TestLicenseByURL"], ids=lambda row: row["name"])
def test_pages_mean_the_same_license(row: dict[str, Any]) -> None:
    found = meaning(row["url"])
    if row["wantFound"] and row["name"] not in AMBIGUOUS:
        assert found == row["wantID"]
    else:
        assert found.startswith("LicenseRef-") or found == "NOASSERTION"


# --- Free text ------------------------------------------------------------------------------------------

FREE_TEXT = table("trivy-licence-normalize")
# that table gives each of these a version, or an id of another license
GUESSED = {
    "apache": "no version",
    "the apache license": "no version",
    "the apache  license": "no version",
    "apache license": "no version",
    "apachelicence": "no version",
    "apachelicense": "no version",
    "apache-licence": "no version",
    "apache-license": "no version",
    "apache-licensed": "no version",
    "apache+": "no version",
    "eclipse public": "no version",
    "gpl-or-later": "no version",
    "gpl+": "no version outside of Fedora",
    "gplv2 with exceptions": "it does not say which exceptions",
    "http://json.codeplex.com/license": "a page that was moved, and about another license",
    "the unmapped license": "on no list: it keeps its words and becomes an id",
}
# abbreviations and slips that nothing else uses
UNKNOWN = {"al-2", "al-v2", "al2", "alv2", "asf 2.0", "gnu general lesser public license (lgpl) version 3.0"}
# a remark behind a license, which is kept
REMARKED = {"apache license, asl version 2.0", "apache software license (apache-2.0)"}
NAMES = [
    (each["License"], row["want"])
    for row in FREE_TEXT["TestNormalize"]
    for each in row["licenses"]
    if "License" in each
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names_mean_the_same_license(text: str, expected: str) -> None:
    key, found = " ".join(text.split()).lower(), meaning(text)
    if key in GUESSED or key in UNKNOWN or key in REMARKED:
        assert found != expected
    else:
        assert found == expected


# a body's first words, which that project marks as text and does not split
LISTS = [row for row in FREE_TEXT["TestSplitLicenses"] if row["name"] != "License text"]


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row["license"][:40])
def test_lists_have_the_same_parts(row: dict[str, Any]) -> None:
    found = [str(leaf) for leaf in leaves(parse(meaning(row["license"], "deb")))]
    assert found == [meaning(each, "deb") for each in row["licenses"]]


CORRECTED = {row["input"]: row["expected"] for row in table("spdx-correct-js") if "expected" in row}


def test_names_are_never_corrected_into_another_license() -> None:
    """That table adds versions, `-or-later` and what a slip may have meant; what remains is the same in both."""
    differing = {}
    for text, expected in CORRECTED.items():
        normalized = Normalizer().normalize(text)
        ours, theirs = (str(parse(each)) for each in (normalized.expression, meaning(expected or "NOASSERTION")))
        if not normalized.unrecognized and ours != theirs:
            differing[text] = (ours, theirs)
    assert {text: pair for text, pair in differing.items() if not _is_range_of(*pair)} == {}


def _is_range_of(version: str, range_: str) -> bool:
    return version.removesuffix("-only") == range_.removesuffix("-or-later")
