"""A denied license fails the gate or stops it, however a document of any format hides it from one reader or another."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from attest.errors import AttestError
from attest.pipeline import inspect
from attest.policy import evaluate, load_policy

DENIED: Final = "AGPL-3.0-only"
TAGS: Final = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\nPackageName: a\nSPDXID: SPDXRef-a\n"
DECLARED: Final = "PackageLicenseDeclared"
EVIL: Final = f"PackageName: evil\n{DECLARED}: {DENIED}\n"
BOM: Final = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>{}</components></bom>'
GOOD: Final = "<licenses><expression>MIT</expression></licenses>"
BAD: Final = f"<licenses><expression>{DENIED}</expression></licenses>"
SPDX_XML: Final = (
    "<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID><spdxVersion>SPDX-2.3</spdxVersion><name>d</name>"
    "<packages><SPDXID>SPDXRef-a</SPDXID><name>a</name>{}</packages></Document>"
)
YAML: Final = (
    "spdxVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nname: d\n"
    "packages:\n- name: a\n  SPDXID: SPDXRef-a\n  licenseDeclared: {}\n"
)
CONTEXT: Final = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
PACKAGE: Final = {"type": "software_Package", "spdxId": "p", "name": "a"}
EXPRESSION: Final = "simplelicensing_licenseExpression"
TERMS: Final = "https://spdx.org/rdf/3.0.1/terms"


def component(licenses: str, name: str = "a", tag: str = "component") -> str:
    return f"<{tag} type='library'><name>{name}</name>{licenses}</{tag}>"


def bom(licenses: str) -> str:
    return BOM.format(component(licenses))


def graph(*elements: Any, **more: Any) -> str:
    return json.dumps({"@context": CONTEXT, "@graph": list(elements)} | more)


def license_(id_: str, expression: str, **more: Any) -> dict[str, Any]:
    return {"type": "simplelicensing_LicenseExpression", "spdxId": id_, EXPRESSION: expression} | more


def relation(to: Any, kind: str = "hasDeclaredLicense", origin: Any = "p", **more: Any) -> dict[str, Any]:
    return {"type": "Relationship", "from": origin, "to": to, "relationshipType": kind} | more


MIT: Final = license_("m", "MIT")
AGPL: Final = license_("g", DENIED)
IS_MIT: Final = relation(["m"], "hasConcludedLicense")
IS_AGPL: Final = relation(["g"])


def doubling() -> str:
    """Nest sets that share their members, until they stand for more text than anybody reads."""
    sets, last = [], "m"
    for number in range(40):
        either = {"type": "expandedlicensing_DisjunctiveLicenseSet", "spdxId": f"o{number}"}
        both = {"type": "expandedlicensing_ConjunctiveLicenseSet", "spdxId": f"c{number}"}
        sets += [
            either | {"expandedlicensing_member": [last, "g"]},
            both | {"expandedlicensing_member": [last, f"o{number}"]},
        ]
        last = f"c{number}"
    return graph(PACKAGE, MIT, AGPL, *sets, relation([last]))


def spdx2(license_: str, **more: Any) -> str:
    package = {"name": "a", "SPDXID": "SPDXRef-a", "licenseDeclared": license_} | more
    return json.dumps({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "d", "packages": [package]})


def cyclonedx(*licenses: Any) -> str:
    part = {"type": "library", "name": "a", "licenses": list(licenses)}
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [part]})


def syft(*licenses: Any) -> str:
    artifact = {"id": "1", "name": "a", "version": "1", "licenses": list(licenses)}
    schema = {"version": "16.0.18", "url": "https://x/anchore/syft/main/schema/json/schema-16.0.18.json"}
    return json.dumps({"artifacts": [artifact], "descriptor": {"name": "syft"}, "schema": schema})


PLAIN: Final = {
    "tag-value": f"{TAGS}{DECLARED}: {DENIED}\n",
    "CycloneDX XML": bom(BAD),
    "CycloneDX JSON": cyclonedx({"expression": DENIED}),
    "SPDX XML": SPDX_XML.format(f"<licenseDeclared>{DENIED}</licenseDeclared>"),
    "YAML": YAML.format(DENIED),
    "SPDX 2": spdx2(DENIED),
    "SPDX 3": graph(PACKAGE, AGPL, IS_AGPL),
    "syft": syft({"value": DENIED, "spdxExpression": DENIED, "type": "declared"}),
}
MANY: Final = " AND ".join(["MIT"] * 20_000)
HIDDEN: Final = {
    "a blank before the colon": f"{TAGS}{DECLARED} : {DENIED}\nPackageLicenseConcluded: MIT\n",
    "an indented tag": f"{TAGS}  {DECLARED}: {DENIED}\nPackageLicenseConcluded: MIT\n",
    "an indented package": f"{TAGS}{DECLARED}: MIT\n PackageName: evil\n {DECLARED}: {DENIED}\n",
    "a tab": f"{TAGS}{DECLARED}: MIT\n\tPackageName\t:\tevil\n\t{DECLARED}\t:\t{DENIED}\n",
    "a tag in another case": f"{TAGS}packagelicensedeclared: {DENIED}\nPackageLicenseConcluded: MIT\n",
    "behind a text": f"{TAGS}{DECLARED}: <text>MIT</text> AND {DENIED}\n",
    "a line behind a text": f"{TAGS}{DECLARED}: MIT\nPackageComment: <text>x</text>{EVIL}",
    "carriage returns": f"{TAGS}{DECLARED}: MIT\n{EVIL}".replace("\n", "\r"),
    "some carriage returns": f"{TAGS}{DECLARED}: MIT\r" + EVIL.replace("\n", "\r"),
    "a line that is no tag": f"{TAGS}{DECLARED}: MIT AND\n {DENIED}\n",
    "a text inside a value": f"{TAGS}{DECLARED}: MIT <text>AND {DENIED}</text>\n",
    "two ids": bom(f"<licenses><license><id>MIT</id><id>{DENIED}</id></license></licenses>"),
    "a child of an expression": bom(f"<licenses><expression>MIT<x/> AND {DENIED}</expression></licenses>"),
    "a child of an id": bom(f"<licenses><license><id><b>{DENIED}</b></id><name>MIT</name></license></licenses>"),
    "a comment in an expression": bom(f"<licenses><expression>MIT<!-- --> AND {DENIED}</expression></licenses>"),
    "a component in another element": BOM.format(component(GOOD) + f"<group>{component(BAD, 'evil')}</group>"),
    "a component in another case": BOM.format(component(GOOD) + component(BAD, "evil", "Component")),
    "a license in another case": bom(f"<licenses><License><id>{DENIED}</id></License></licenses>"),
    "licenses of another spelling": bom(f"<licences><license><id>{DENIED}</id></license></licences>"),
    "components of another version": BOM.format(component(GOOD)).replace(
        "</components>",
        f"<component xmlns='http://cyclonedx.org/schema/bom/1.4'><name>e</name>{BAD}</component></components>",
    ),
    "components without a namespace": BOM.format(
        component(GOOD) + f"<component xmlns=''><name>evil</name>{BAD}</component>"
    ),
    "a license said twice in XML": SPDX_XML.format(
        f"<licenseDeclared>MIT</licenseDeclared><licenseDeclared>{DENIED}</licenseDeclared>"
    ),
    "a child in SPDX XML": SPDX_XML.format(f"<licenseDeclared>MIT<x/>AND {DENIED}</licenseDeclared>"),
    "text beside children in SPDX XML": SPDX_XML.format(f"<licenseDeclared><x>MIT</x>{DENIED}</licenseDeclared>"),
    "another case in SPDX XML": SPDX_XML.format(f"<LicenseDeclared>{DENIED}</LicenseDeclared>"),
    "a second document": YAML.format("MIT") + "---\n" + YAML.format(DENIED),
    "behind the end of a document": YAML.format("MIT") + "...\n" + YAML.format(DENIED),
    "a merge": YAML.format("NOASSERTION") + f"  <<: {{licenseConcluded: {DENIED}}}\n",
    "a list of licenses": YAML.format(f"[MIT, {DENIED}]"),
    "a tag of YAML": YAML.format("!!binary QUdQTC0zLjAtb25seQ=="),
    "another case in YAML": YAML.format("NOASSERTION") + f"  licenseconcluded: {DENIED}\n",
    "an origin in place": graph(PACKAGE, AGPL, MIT, IS_MIT, relation(["g"], origin={"spdxId": "p"})),
    "a relation by its address": graph(
        PACKAGE, AGPL, MIT, IS_MIT, relation(["g"], f"{TERMS}/Core/RelationshipType/hasDeclaredLicense")
    ),
    "a type by its address": graph(PACKAGE, AGPL, MIT, IS_MIT, IS_AGPL | {"type": f"{TERMS}/Core/Relationship"}),
    "a package by the address of its type": graph(
        PACKAGE,
        MIT,
        IS_MIT,
        {"type": f"{TERMS}/Software/Package", "spdxId": "q", "name": "e"},
        AGPL,
        relation(["g"], origin="q"),
    ),
    "a type under another key": graph(
        PACKAGE,
        MIT,
        IS_MIT,
        {"@type": "software_Package", "spdxId": "q", "name": "e"},
        AGPL,
        relation(["g"], origin="q"),
    ),
    "a package in a reference": graph(
        {"type": "software_Sbom", "spdxId": "s", "element": [PACKAGE | {"spdxId": "q"}]},
        PACKAGE,
        MIT,
        IS_MIT,
        AGPL,
        relation(["g"], origin="q"),
    ),
    "a package at the end of a relation": graph(
        PACKAGE, MIT, IS_MIT, relation([PACKAGE | {"spdxId": "q"}], "dependsOn"), AGPL, relation(["g"], origin="q")
    ),
    "two names of one value": graph(
        PACKAGE, MIT | {"licenseExpression": DENIED}, IS_MIT | {"relationshipType": "hasDeclaredLicense"}
    ),
    "two licenses of one id": graph(PACKAGE, MIT, AGPL | {"spdxId": "m"}, relation(["m"])),
    "an element beside its graph": graph(PACKAGE, MIT, IS_MIT, type="software_Package", spdxId="q", name="e"),
    "words of JSON-LD": graph(PACKAGE | {"@included": [AGPL, IS_AGPL]}, MIT, IS_MIT),
    "a context of its own": json.dumps(
        {"@context": [CONTEXT, {"was": "relationshipType"}], "@graph": [PACKAGE, AGPL, MIT, IS_MIT, IS_AGPL]}
    ),
    "sets without end": doubling(),
    "a long list in SPDX 3": graph(PACKAGE, license_("g", f"{MANY} AND {DENIED}"), IS_AGPL),
    "a long license": spdx2(f"{MANY} AND {DENIED}"),
    "many operands": spdx2(" AND ".join([*(f"LicenseRef-{n}" for n in range(4_200)), DENIED])),
    "deep parentheses": spdx2("(" * 300 + f"MIT AND {DENIED}" + ")" * 300),
    "a long list in CycloneDX": cyclonedx({"expression": f"{MANY} AND {DENIED}"}),
    "a license beside an expression": cyclonedx({"license": {"id": "MIT"}, "expression": DENIED}),
    "another case in SPDX 2": spdx2("NOASSERTION", LicenseConcluded=DENIED),
    "both cases in SPDX 2": spdx2("MIT", LicenseDeclared=DENIED),
    "packages in another case": spdx2(DENIED).replace('"packages"', '"Packages"'),
    "another case in CycloneDX": cyclonedx({"Expression": DENIED}),
    "licenses in another case": cyclonedx({"expression": DENIED}).replace('"licenses"', '"LICENSES" '),
    "both cases in CycloneDX": cyclonedx({"expression": "MIT", "Expression": DENIED}),
    "another case in syft": syft({"Value": DENIED, "type": "declared"}),
    "a license that is a list": spdx2(["MIT", DENIED]),  # type: ignore[arg-type]
    "two statements of syft": syft({"value": DENIED, "spdxExpression": "MIT", "type": "declared"}),
    "a license of an unknown type": syft({"value": DENIED, "type": "found"}, {"value": "MIT", "type": "declared"}),
}


def verdict(text: str, folder: Path) -> str:
    path = folder / "document"
    path.write_bytes(text.encode())
    try:
        inspection = inspect(f"sbom:{path}")
    except AttestError as error:
        return error.code
    return evaluate(inspection, load_policy("builtin:base")).verdict.status


@pytest.mark.parametrize("name", PLAIN)
def test_a_denied_license_fails_the_gate_in_every_format(tmp_path: Path, name: str) -> None:
    assert verdict(PLAIN[name], tmp_path) == "fail"


@pytest.mark.parametrize("name", PLAIN)
def test_the_same_with_another_license_passes(tmp_path: Path, name: str) -> None:
    assert verdict(PLAIN[name].replace(DENIED, "MIT"), tmp_path) == "pass"


@pytest.mark.parametrize("name", HIDDEN)
def test_a_denied_license_is_not_hidden(tmp_path: Path, name: str) -> None:
    assert verdict(HIDDEN[name], tmp_path) not in ("pass", "review")
