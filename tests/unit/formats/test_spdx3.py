import json
from typing import Any

import pytest

from attest.errors import DocumentError
from attest.formats import parse
from attest.model.sbom import Sbom

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
LISTED = "https://spdx.org/licenses/"


def read(*elements: Any, **more: Any) -> Sbom:
    parsed = parse(json.dumps({"@context": CONTEXT, "@graph": list(elements)} | more).encode())
    assert isinstance(parsed, Sbom)
    return parsed


def package(id_: str = "urn:p", **more: Any) -> dict[str, Any]:
    return {"type": "software_Package", "spdxId": id_, "name": id_} | more


def says(license_: Any, kind: str = "hasDeclaredLicense", origin: str = "urn:p") -> dict[str, Any]:
    return {"type": "Relationship", "from": origin, "relationshipType": kind, "to": license_}


def of(type_: str, id_: str, **more: Any) -> dict[str, Any]:
    prefix = "simplelicensing_" if type_ in ("LicenseExpression", "SimpleLicensingText") else "expandedlicensing_"
    return {"type": prefix + type_, "spdxId": id_} | {f"{prefix}{key}": value for key, value in more.items()}


BOTH = of("ConjunctiveLicenseSet", "urn:and", member=["urn:or", LISTED + "Zlib"])
MIT_OR_X = of("DisjunctiveLicenseSet", "urn:or", member=[LISTED + "MIT", "urn:x"])
CUSTOM = of("CustomLicense", "urn:x") | {"name": "X", "simplelicensing_licenseText": "do as you like"}


@pytest.mark.parametrize(
    ("elements", "declared"),
    [
        ([says([LISTED + "MIT"])], "MIT"),
        ([says(LISTED + "MIT")], "MIT"),
        ([says([LISTED + "MIT", LISTED + "Zlib"])], "MIT AND Zlib"),
        ([says(["urn:e"]), of("LicenseExpression", "urn:e", licenseExpression="MIT OR Zlib")], "MIT OR Zlib"),
        ([says(["urn:or"]), MIT_OR_X, CUSTOM], "MIT OR LicenseRef-urn-x"),
        (
            [
                says(["urn:and"]),
                of("ConjunctiveLicenseSet", "urn:and", member=["urn:or", LISTED + "Zlib"]),
                MIT_OR_X,
                CUSTOM,
            ],
            "(MIT OR LicenseRef-urn-x) AND Zlib",
        ),
        ([says(["urn:l"]), of("OrLaterOperator", "urn:l", subjectLicense=LISTED + "GPL-2.0-only")], "GPL-2.0-only+"),
        (
            [
                says(["urn:w"]),
                of(
                    "WithAdditionOperator",
                    "urn:w",
                    subjectExtendableLicense=LISTED + "GPL-2.0-only",
                    subjectAddition=LISTED + "Classpath-exception-2.0",
                ),
            ],
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        ([says([of("LicenseExpression", "", licenseExpression="MIT")])], "MIT"),
        ([says(["expandedlicensing_NoneLicense"])], "NONE"),
        ([says(["https://spdx.org/rdf/3.0.1/terms/Licensing/None"])], "NONE"),
        ([says(["https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"])], "NOASSERTION"),
        ([says(["https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"])], "NOASSERTION"),
    ],
)
def test_a_license_is_what_its_elements_say(elements: list[Any], declared: str) -> None:
    sbom = read(package(), *elements)
    assert (sbom.packages[0].declared, sbom.problems) == (declared, ())


def test_declared_and_concluded_are_kept_apart() -> None:
    found = read(package(), says([LISTED + "MIT"]), says([LISTED + "Zlib"], "hasConcludedLicense")).packages[0]
    assert (found.declared, found.concluded, found.pointer) == ("MIT", "Zlib", "/@graph/0")


def test_a_custom_license_keeps_its_text() -> None:
    text = read(package(), says(["urn:x"]), CUSTOM).texts["LicenseRef-urn-x"]
    assert (text.name, text.text) == ("X", "do as you like")


def test_ids_of_an_expression_are_explained() -> None:
    entry = {"type": "DictionaryEntry", "key": "LicenseRef-1", "value": "urn:x"}
    expression = of("LicenseExpression", "urn:e", licenseExpression="LicenseRef-1", customIdToUri=[entry])
    assert read(package(), says(["urn:e"]), expression, CUSTOM).texts["LicenseRef-1"].name == "X"


def test_a_license_that_is_missing_is_a_problem() -> None:
    sbom = read(package(), says(["urn:nowhere"]))
    assert (sbom.packages[0].declared, [each.message for each in sbom.problems]) == (
        "NOASSERTION",
        ["a license element is missing"],
    )


def test_licenses_that_lead_in_a_circle_end() -> None:
    one = of("ConjunctiveLicenseSet", "urn:a", member=["urn:b", LISTED + "MIT"])
    two = of("ConjunctiveLicenseSet", "urn:b", member=["urn:a"])
    assert read(package(), says(["urn:a"]), one, two).packages[0].declared == "NOASSERTION AND MIT"


def test_sets_that_share_sets_do_not_grow_without_end() -> None:
    sets = [
        of("ConjunctiveLicenseSet", f"urn:{n}", member=[f"urn:{n + 1}", f"urn:{n + 2}", LISTED + f"L-{n}"])
        for n in range(400)
    ]
    sbom = read(package(), says(["urn:0"]), *sets)
    assert any("characters is not read" in each.message for each in sbom.problems)


def test_what_the_document_is_about_is_no_package() -> None:
    root = package("urn:image", software_primaryPurpose="container")
    sbom = read({"type": "SpdxDocument", "spdxId": "urn:d", "rootElement": ["urn:image"]}, root, package())
    assert [each.ref for each in sbom.packages] == ["urn:p"]
    hidden = package("urn:image", software_primaryPurpose="container", software_packageUrl="pkg:deb/debian/x@1")
    sbom = read({"type": "SpdxDocument", "spdxId": "urn:d", "rootElement": ["urn:image"]}, hidden, package())
    assert [each.ref for each in sbom.packages] == ["urn:image", "urn:p"]


@pytest.mark.parametrize("kind", ["packageUrl", "packageURL"])
def test_a_purl_may_be_an_identifier(kind: str) -> None:
    identifier = {"type": "ExternalIdentifier", "externalIdentifierType": kind, "identifier": "pkg:npm/x@1"}
    found = read(package(externalIdentifier=[identifier])).packages[0]
    assert (found.purl, found.type, found.version) == ("pkg:npm/x@1", "npm", "1")


def test_a_document_without_a_graph_is_its_only_element() -> None:
    parsed = parse(json.dumps({"@context": CONTEXT, **package()}).encode())
    assert isinstance(parsed, Sbom)
    assert [each.name for each in parsed.packages] == ["urn:p"]


def test_a_value_of_a_wrong_type_is_noted_and_the_rest_is_read() -> None:
    sbom = read(package(software_packageVersion=3), package("urn:q", name=["q"]), 7)
    assert [(each.ref, each.version) for each in sbom.packages] == [("urn:p", "3"), ("urn:q", None)]
    assert [each.code for each in sbom.problems] != []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"@context": CONTEXT, "@graph": []}, "lists no package"),
        ({"@context": CONTEXT, "@graph": {}}, "no list"),
        ({"@context": CONTEXT, "@graph": [{"type": "CreationInfo", "specVersion": "4.0"}]}, "version 4.0"),
    ],
)
def test_what_is_no_document_is_refused(content: Any, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        parse(json.dumps(content).encode())
