"""What else documents in tag-value, XML and YAML may be: hostile, odd, or nearly right."""

import json
from collections.abc import Callable

import pytest

from attest.errors import DocumentError, MalformedDocumentError
from attest.formats import parse
from attest.model.sbom import Sbom
from tests.command import LAYOUTS

TAGS = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\n"
BOM = '<bom xmlns="http://cyclonedx.org/schema/bom/1.6">{}</bom>'
ONE = "<components><component type='library'><name>p</name>{}</component></components>"

SPDX_XML = "<Document><spdxVersion>SPDX-2.3</spdxVersion><packages><name>p</name>{}</packages></Document>"


def read(text: str) -> Sbom:
    parsed = parse(text.encode())
    assert isinstance(parsed, Sbom)
    return parsed


def test_what_stands_in_a_text_is_no_tag() -> None:
    sbom = read(
        f"# made by hand\n\n{TAGS}PackageName: p\nPackageComment: <text>first\nPackageLicenseDeclared: MIT\n"
        "PackageName: q\n</text>\nPackageLicenseDeclared: GPL-2.0-only\n"
    )
    assert [(each.name, each.declared) for each in sbom.packages] == [("p", "GPL-2.0-only")]


def test_a_license_of_a_file_is_none_of_its_package() -> None:
    sbom = read(f"{TAGS}PackageName: p\nSPDXID: SPDXRef-p\nFileName: f\nSPDXID: SPDXRef-f\nLicenseConcluded: MIT\n")
    assert [(each.ref, each.concluded) for each in sbom.packages] == [("SPDXRef-p", None)]


def test_windows_line_ends_are_none_of_a_value() -> None:
    sbom = read((TAGS + "PackageName: p\nPackageVersion: 1\n").replace("\n", "\r\n"))
    assert [(each.name, each.version) for each in sbom.packages] == [("p", "1")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{TAGS}PackageName: p\nPackageComment: <text>no end", "does not end"),
        (f"{TAGS}PackageName: p\nPackageLicenseDeclared: MIT\nPackageLicenseDeclared: GPL-2.0-only\n", "stands twice"),
        (TAGS, "no list of packages"),
        ("SPDXVersion: SPDX-9.0\nPackageName: p\n", "SPDX version SPDX-9.0"),
        (BOM.format(""), "lists no package"),
        (BOM.format(ONE.format(""))[:-4], "not XML"),
        ('<!DOCTYPE bom [<!ENTITY a "b">]>' + BOM.format(ONE.format("&a;")), "entities is not read"),
        (BOM.format("<a>" * 300 + "</a>" * 300), "nested deeper"),
        ('<bom xmlns="http://cyclonedx.org/schema/bom/2.0"/>', "HTML or XML|no format"),
        ("spdxVersion: SPDX-2.3\npackages:\n- &a {name: p}\n- *a\n", "aliases"),
        ("spdxVersion: SPDX-2.3\nspdxVersion: SPDX-2.2\npackages: []\n", "stands twice"),
        ("spdxVersion: SPDX-2.3\npackages: " + "[" * 300, "nested deeper|not YAML"),
        ("spdxVersion: SPDX-2.3\npackages: {]\n", "not YAML"),
        (f"{TAGS}PackageLicenseDeclared: MIT\nPackageName: p\n", "before any package"),
        (BOM.format(ONE.format("<purl>pkg:npm/a@1</purl><purl>pkg:npm/b@1</purl>")), "purl stands twice"),
        (BOM.format(ONE.format("<licenses/><licenses/>")), "licenses stands twice"),
        (SPDX_XML.format("<licenseDeclared>MIT</licenseDeclared>" * 2), "licenseDeclared stands twice"),
        ("spdxVersion: SPDX-2.3\n? [a]\n: b\n", "no text"),
    ],
)
def test_what_cannot_be_meant_is_one_line(text: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as raised:
        parse(text.encode())
    assert "\n" not in raised.value.message


def test_entities_do_not_hide_behind_an_encoding() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE bom [<!ENTITY a "b">]>' + BOM.format(ONE.format("&a;"))
    for content in (text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-7")):
        with pytest.raises(DocumentError):
            parse(content)


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        pytest.param(TAGS + "PackageName: p\n" + "PackageComment: <text>\n" * 200_000, None, id="open texts"),
        pytest.param(TAGS + "PackageName: p\n" + "A:" + " " * 500_000 + "\n", 1, id="blanks"),
        pytest.param(TAGS + "PackageName: p\n" + ("\t" * 50 + "\n") * 50_000, 1, id="tabs"),
        pytest.param(TAGS + "PackageName: p\nPackageComment: x" + " " * 500_000 + "y\n", 1, id="blanks inside"),
        pytest.param(SPDX_XML.format("<x/>" * 200_000), 1, id="many elements"),
        pytest.param("#" * 1_000_000 + "\n" + TAGS, None, id="a long comment"),
        pytest.param("\n# x" * 300_000, None, id="comments"),
        pytest.param(BOM.format("<!--" + "<" * 1_000_000 + "-->" + ONE.format("")), 1, id="an XML comment"),
        pytest.param("spdxVersion: SPDX-2.3\nx: " + "[" * 100_000, None, id="deep YAML"),
        pytest.param('spdxVersion: SPDX-2.3\nx: "' + "\\x41" * 200_000 + '"\npackages:\n- name: p\n', 1, id="escapes"),
    ],
)
def test_a_long_text_is_read_in_one_go(text: str, packages: int | None) -> None:
    """Each of these would take hours if it were looked through once for each of its characters."""
    if packages is None:
        with pytest.raises(DocumentError):
            parse(text.encode())
    else:
        assert len(read(text).packages) == packages


@pytest.mark.parametrize(
    ("licenses", "declared", "concluded"),
    [
        ("<license><id>MIT</id></license>", "MIT", None),
        ("<license><name>My License</name></license>", "My License", None),
        ("<license><id>MIT</id></license><license><id>Zlib</id></license>", "MIT AND Zlib", None),
        ("<expression>MIT OR Zlib</expression>", "MIT OR Zlib", None),
        ('<expression acknowledgement="concluded">MIT</expression>', None, "MIT"),
        ('<license acknowledgement="concluded"><id>MIT</id></license><license><id>Zlib</id></license>', "Zlib", "MIT"),
        ('<expression-detailed expression="MIT AND Zlib"/>', "MIT AND Zlib", None),
    ],
)
def test_licenses_in_xml_are_those_of_json(licenses: str, declared: str | None, concluded: str | None) -> None:
    found = read(BOM.format(ONE.format(f"<licenses>{licenses}</licenses>"))).packages[0]
    assert (found.declared, found.concluded, found.pointer) == (declared, concluded, "/components/0")


def test_components_inside_components_are_packages_in_xml_too() -> None:
    inner = "<components><component type='library'><name>q</name></component></components>"
    assert [each.name for each in read(BOM.format(ONE.format(inner))).packages] == ["p", "q"]


def test_yaml_reads_numbers_and_times_as_they_are_written() -> None:
    sbom = read(
        "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\ncreationInfo:\n  created: 2024-01-02T03:04:05Z\n"
        "packages:\n- name: p\n  versionInfo: 1.10\n  supplier: ~\n"
    )
    assert (sbom.created, sbom.packages[0].version, sbom.packages[0].supplier) == ("2024-01-02T03:04:05Z", "1.10", None)


def test_an_export_of_github_is_what_is_inside() -> None:
    package = {"name": "p", "SPDXID": "SPDXRef-p", "licenseDeclared": "MIT"}
    inside = {"SPDXID": "SPDXRef-DOCUMENT", "spdxVersion": "SPDX-2.3", "name": "x", "packages": [package]}
    sbom = read(json.dumps({"sbom": inside}))
    assert [(each.name, each.declared, each.pointer) for each in sbom.packages] == [("p", "MIT", "/sbom/packages/0")]


@pytest.mark.parametrize(
    "document",
    [
        {"artifacts": [{"name": "p", "licenses": ["MIT"]}], "schema": {"url": "https://x/anchore/syft/schema.json"}},
        {
            "artifacts": [{"name": "p", "licenses": [{"value": "MIT", "spdxExpression": "MIT", "type": "declared"}]}],
            "schema": {"version": "16.0.18", "url": "https://x/anchore/syft/schema.json"},
        },
    ],
    ids=["before schema 8", "since"],
)
def test_licenses_of_syft_were_texts_once(document: object) -> None:
    assert [(each.name, each.declared) for each in read(json.dumps(document)).packages] == [("p", "MIT")]


@pytest.mark.parametrize("damage", [lambda text: text.replace('"p"', "5"), lambda text: text.replace("[{", "[7,{")])
def test_a_syft_document_with_a_fault_is_read_as_far_as_it_goes(damage: Callable[[str], str]) -> None:
    text = '{"artifacts":[{"id":"1","name":"p","version":"1"}],"descriptor":{},"schema":{"url":"anchore/syft"}}'
    sbom = read(damage(text))
    assert len(sbom.packages) == 1
    assert [each.code for each in sbom.problems] == ["ATT-SBOM-004"]


def test_a_syft_document_without_packages_is_refused() -> None:
    with pytest.raises(MalformedDocumentError, match="lists no package"):
        parse(b'{"artifacts":[],"descriptor":{},"schema":{"url":"anchore/syft"}}')


def test_an_extension_in_xml_says_nothing_of_a_license() -> None:
    extension = "<x:licenses xmlns:x='urn:x'><x:license><x:id>MIT</x:id></x:license></x:licenses>"
    assert read(BOM.format(ONE.format(extension))).packages[0].declared is None


@pytest.mark.parametrize(
    "twice",
    [
        lambda text: text.replace(
            "<spdx:versionInfo>2.11.1<", "<spdx:versionInfo>9</spdx:versionInfo><spdx:versionInfo>2.11.1<"
        ),
        lambda text: text.replace(
            "</rdf:RDF>",
            '<spdx:Package rdf:about="http://spdx.org/spdxdocs/spdx-example-444504E0-4F89-41D3-9A0C-0305E82C3301#SPDXRef-Package">'
            '<spdx:licenseDeclared rdf:resource="http://spdx.org/licenses/MIT"/></spdx:Package></rdf:RDF>',
        ),
    ],
    ids=["in one element", "in two"],
)
def test_what_rdf_says_twice_of_one_package_is_refused(twice: Callable[[str], str]) -> None:
    text = (LAYOUTS.parent / "documents" / "other" / "example-2.3.spdx.rdf.xml").read_text(encoding="utf-8")
    assert len(read(text).packages) == 4
    changed = twice(text)
    assert changed != text
    with pytest.raises(MalformedDocumentError, match="is said twice"):
        read(changed)


def test_a_number_that_no_reader_holds_is_one_line() -> None:
    huge = "9" * 5000
    for text in (
        f'{{"spdxVersion": "SPDX-2.3", "packages": [{{"name": {huge}}}]}}',
        f'{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"name": {huge}}}]}}',
    ):
        with pytest.raises(MalformedDocumentError, match="out of range"):
            read(text)
