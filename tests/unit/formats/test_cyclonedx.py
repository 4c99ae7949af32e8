"""CycloneDX as producers write it."""

import gzip
import json
from collections import Counter
from typing import Any

import pytest

from attest.analysis import package_list
from attest.errors import DocumentError
from attest.formats import parse
from attest.model.sbom import Sbom
from attest.model.statement import Statement
from attest.predicates import normalize
from tests.command import LAYOUTS

DEBIAN = LAYOUTS.parent / "documents" / "debian-big"


def document(*components: Any, **more: Any) -> bytes:
    value = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(components)}
    return json.dumps(value | more).encode()


def component(*licenses: Any, **more: Any) -> dict[str, Any]:
    return {"type": "library", "bom-ref": "a", "name": "a", "version": "1", "licenses": list(licenses)} | more


def read(content: bytes) -> Sbom:
    parsed = parse(content)
    assert isinstance(parsed, Sbom)
    return parsed


def real(name: str) -> Sbom:
    return read(gzip.decompress((DEBIAN / name).read_bytes()))


def test_one_scan_gives_the_same_packages_in_cyclonedx_and_spdx() -> None:
    cyclonedx, spdx = real("big.cdx16.json.gz"), real("big.spdx23.json.gz")
    assert len(cyclonedx.packages) == 3425
    assert Counter(each.identity for each in cyclonedx.packages) == Counter(each.identity for each in spdx.packages)
    assert (cyclonedx.format, cyclonedx.tools, cyclonedx.problems) == ("cyclonedx-1.6", ("syft-1.18.1",), ())
    assert cyclonedx.created == "2026-11-23T16:32:29Z"


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_every_version_in_json_is_read(version: str) -> None:
    assert read(document(component(), specVersion=version)).format == f"cyclonedx-{version}"


def license_(**more: Any) -> dict[str, Any]:
    return {"license": more}


@pytest.mark.parametrize(
    ("licenses", "declared", "effective"),
    [
        pytest.param([license_(id="MIT")], "MIT", "MIT", id="an id"),
        pytest.param([license_(name="Apache License 2.0")], "Apache License 2.0", "Apache-2.0", id="a name"),
        pytest.param([{"expression": "MIT OR ISC"}], "MIT OR ISC", "MIT OR ISC", id="an expression"),
        pytest.param([license_(id="MIT"), license_(id="ISC")], "MIT AND ISC", "MIT AND ISC", id="a list"),
        pytest.param(
            [{"expression": "MIT OR ISC"}, license_(id="Zlib")],
            "(MIT OR ISC) AND Zlib",
            "(MIT OR ISC) AND Zlib",
            id="a choice in a list",
        ),
        pytest.param(
            [license_(id="MIT"), license_(name="Apache License 2.0")],
            "MIT AND LicenseRef-Apache-License-2.0",
            "MIT AND Apache-2.0",
            id="a name in a list",
        ),
        pytest.param(
            [license_(id="MIT"), {"expression": "ISC AND ("}],
            "MIT AND LicenseRef-ISC-AND",
            "MIT AND LicenseRef-ISC-AND",
            id="what is no expression spoils nothing else",
        ),
        pytest.param([license_(id="MIT"), license_(id="MIT")], "MIT", "MIT", id="one twice"),
        pytest.param([license_(id="MIT", name="Other")], "MIT", "MIT", id="both an id and a name"),
        pytest.param(
            [license_(name="Ours", url="https://www.apache.org/licenses/LICENSE-2.0")],
            "LicenseRef-Ours",
            "Apache-2.0",
            id="an address decides",
        ),
        pytest.param(license_(id="MIT"), "MIT", "MIT", id="an object in place of a list"),
        pytest.param([], None, "NOASSERTION", id="none"),
    ],
)
def test_licenses_become_one_expression(licenses: Any, declared: str | None, effective: str) -> None:
    sbom = read(document(component() | {"licenses": licenses}))
    (package,) = package_list([("E1", "linux/amd64", sbom)], ["linux/amd64"])
    assert (package.license.declared, package.license.effective) == (declared, effective)
    assert sbom.problems == ()
    if declared:
        assert package.license.pointer == "/components/0/licenses"


def test_what_is_concluded_stays_apart_from_what_is_declared() -> None:
    (package,) = read(document(component(license_(id="MIT"), license_(id="ISC", acknowledgement="concluded")))).packages
    assert (package.declared, package.concluded) == ("MIT", "ISC")


def test_names_that_look_alike_keep_their_own_texts() -> None:
    texts = [license_(name="Own", text={"content": content}) for content in ("one", "two")]
    encoded = license_(name="Own", text={"content": "b25l", "encoding": "base64"})
    sbom = read(document(component(*texts, encoded)))
    assert sbom.packages[0].declared == "LicenseRef-Own AND LicenseRef-Own-2"
    assert [each.text for each in sbom.texts.values()] == ["one", "two"]


def test_components_inside_components_are_packages() -> None:
    inner = component(**{"bom-ref": "c", "name": "c"})
    outer = component(**{"bom-ref": "b", "name": "b", "components": [inner]})
    sbom = read(document(component(components=[outer]), component(**{"bom-ref": "d", "name": "d"})))
    assert [(each.name, each.pointer) for each in sbom.packages] == [
        ("a", "/components/0"),
        ("b", "/components/0/components/0"),
        ("c", "/components/0/components/0/components/0"),
        ("d", "/components/1"),
    ]


def test_the_scanned_thing_files_and_the_operating_system_are_no_packages() -> None:
    others = [component(**{"type": kind, "bom-ref": kind, "name": kind}) for kind in ("operating-system", "file")]
    sbom = read(document(component(), *others, metadata={"component": {"type": "container", "name": "image"}}))
    assert ([each.name for each in sbom.packages], sbom.name) == (["a"], "image")


@pytest.mark.parametrize(
    ("more", "name", "identity"),
    [
        ({"group": "@x", "purl": "pkg:npm/%40x/a@1"}, "@x/a", "npm/@x/a@1?"),
        ({"group": "org.x", "purl": "pkg:maven/org.x/a@1"}, "a", "maven/org.x/a@1?"),
        ({"bom-ref": "pkg:pypi/a@1"}, "a", "pypi//a@1?"),
        ({"version": 1.5}, "a", "generic//a@1.5?"),
        ({"properties": [{"name": "syft:package:type", "value": "python"}]}, "a", "pypi//a@1?"),
        ({"properties": [{"name": "aquasecurity:trivy:PkgType", "value": "debian"}]}, "a", "deb//a@1?"),
    ],
)
def test_a_component_is_identified_by_its_purl_or_by_what_its_producer_says(
    more: dict[str, Any], name: str, identity: str
) -> None:
    (package,) = read(document(component() | more)).packages
    assert (package.name, package.identity) == (name, identity)


@pytest.mark.parametrize(
    "tools",
    [
        [{"vendor": "x", "name": "tool", "version": "1"}],
        {"components": [{"type": "application", "name": "tool", "version": "1"}]},
    ],
)
def test_tools_are_read_in_the_old_and_the_new_form(tools: Any) -> None:
    assert read(document(component(), metadata={"tools": tools})).tools == ("tool-1",)


@pytest.mark.parametrize(
    ("more", "message", "pointer"),
    [
        ({"name": ""}, "a package has no name", "/components/0/name"),
        ({"name": 7}, "name has a wrong type", "/components/0/name"),
        ({"licenses": [{}]}, "a license entry is empty", "/components/0/licenses"),
        ({"licenses": [license_(id="Foo")]}, "an id of a license is not on the SPDX list", "/components/0/licenses"),
        ({"licenses": [license_(id=[])]}, "id has a wrong type", "/components/0/licenses/0/license/id"),
        ({"purl": "pkg:"}, "a purl cannot be read", "/components/0/purl"),
        ({"bom-ref": "b"}, "a bom-ref occurs more than once", "/components/1/bom-ref"),
        ({"components": {}}, "components is not a list", "/components/0/components"),
    ],
)
def test_a_fault_is_told_with_its_place_and_no_other_package_is_lost(
    more: dict[str, Any], message: str, pointer: str
) -> None:
    sbom = read(document(component() | more, component(**{"bom-ref": "b", "name": "b"})))
    assert {"b"} <= {each.name for each in sbom.packages}
    assert (message, pointer) in [(each.message, each.pointer) for each in sbom.problems]
    assert {each.code for each in sbom.problems} == {"ATT-SBOM-004"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(document(), "ATT-SBOM-003", id="no component"),
        pytest.param(document(components=None), "ATT-SBOM-003", id="null for components"),
        pytest.param(document(component(), specVersion="2.0"), "ATT-SBOM-002", id="another version"),
        pytest.param(b'["bomFormat", "CycloneDX", {"bomFormat": 1}]', "ATT-SBOM-001", id="a list"),
        pytest.param(document(component())[:-2], "ATT-SBOM-001", id="cut off"),
        pytest.param(
            document("@").replace(b'"@"', b'{"components": [' * 5000 + b"]}" * 5000), "ATT-EVD-003", id="deep"
        ),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(content)
    assert caught.value.code == code


@pytest.mark.parametrize("head", [{"bomFormat": "cyclonedx"}, {}])
def test_the_format_may_be_in_another_case_or_missing(head: dict[str, str]) -> None:
    content = json.dumps(head | {"specVersion": "1.4", "components": [component()]}).encode()
    assert read(content).format == "cyclonedx-1.4"


@pytest.mark.parametrize(
    ("predicate", "pointer"),
    [
        (json.loads(document(component())), "/predicate/components/0"),
        ({"Data": json.loads(document(component())), "Timestamp": ""}, "/predicate/Data/components/0"),
        ({"Data": document(component()).decode()}, "/predicate/Data/components/0"),
    ],
)
def test_a_statement_around_it_is_read_with_pointers_into_the_statement(predicate: Any, pointer: str) -> None:
    value = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://cyclonedx.org/bom/v1.6",
        "predicate": predicate,
    }
    statement = parse(json.dumps(value).encode())
    assert isinstance(statement, Statement)
    content = normalize(statement).content
    assert isinstance(content, Sbom)
    assert content.packages[0].pointer == pointer


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        pytest.param(
            "(" * 300 + "MIT" + ")" * 300, "a license nested deeper than 200 is not understood", id="parentheses"
        ),
        pytest.param(
            " OR ".join(["MIT"] * 4097), "a license of more than 4096 operands is not understood", id="operands"
        ),
    ],
)
@pytest.mark.parametrize("beside", [[], [license_(id="ISC")]], ids=["alone", "beside another"])
def test_a_license_beyond_the_bounds_is_a_problem(expression: str, message: str, beside: list[Any]) -> None:
    problems = read(document(component({"expression": expression}, *beside))).problems
    assert [(each.code, each.message) for each in problems] == [("ATT-EVD-003", message)]
