"""Whatever bytes come, a document or one kind of error comes out; and SBOMs may come in any order."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.analysis import package_list
from attest.errors import DocumentError
from attest.formats import parse
from attest.model.envelope import Signed
from attest.model.sbom import Sbom, SbomPackage
from attest.model.statement import Statement
from attest.predicates import normalize

DOCUMENTS: Final = Path(__file__).resolve().parents[2] / "fixtures" / "documents" / "spdx2"
SMALL: Final = (DOCUMENTS / "syft-image.spdx.json").read_bytes()

JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def objects(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have some of the keys, with any value at all."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, JSON))


def lists_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner | JSON, max_size=3) | JSON


def understood(content: bytes) -> Sbom | Statement | Signed | str:
    """Read a document and what it wraps; for the one kind of error that may come out, its message."""
    try:
        parsed = parse(content)
        statement = parsed.statement if isinstance(parsed, Signed) else parsed
        if isinstance(statement, Statement):
            normalize(statement)
    except DocumentError as error:
        return error.message
    return parsed


@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_an_error(content: bytes) -> None:
    assert isinstance(understood(content), Sbom | Statement | Signed | str)


@given(st.binary(max_size=200))
def test_an_error_is_one_line(content: bytes) -> None:
    result = understood(b'{"spdxVersion": "SPDX-2.3", "packages": [{"name": "' + content)
    assert isinstance(result, str)
    assert len(result.splitlines()) == 1


@given(
    st.sampled_from(
        [
            b'{"spdxVersion": "SPDX-2.3", ',
            b'{"_type": "https://in-toto.io/Statement/v1", ',
            b'{"bomFormat": "CycloneDX", ',
        ]
    ),
    st.binary(max_size=100),
)
def test_any_bytes_behind_a_familiar_head_give_a_document_or_an_error(head: bytes, rest: bytes) -> None:
    assert isinstance(understood(head + rest), Sbom | Statement | str)


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 255))
def test_one_wrong_byte_in_a_real_document_gives_a_document_or_an_error(position: int, byte: int) -> None:
    content = SMALL[:position] + bytes([byte]) + SMALL[position + 1 :]
    assert isinstance(understood(content), Sbom | str)


@given(st.integers(0, len(SMALL) - 2))
def test_a_real_document_that_is_cut_off_is_an_error(length: int) -> None:
    assert isinstance(understood(SMALL.rstrip()[:length]), str)


PACKAGE: Final = objects("SPDXID", "name", "versionInfo", "supplier", "licenseDeclared", "licenseConcluded").flatmap(
    lambda package: lists_of(objects("referenceType", "referenceLocator")).map(
        lambda refs: package | {"externalRefs": refs}
    )
)
SPDX: Final = st.fixed_dictionaries(
    {"spdxVersion": st.just("SPDX-2.3"), "packages": lists_of(PACKAGE)},
    optional={
        "creationInfo": objects("created", "creators") | JSON,
        "documentDescribes": lists_of(st.text(max_size=5)),
        "relationships": lists_of(objects("spdxElementId", "relatedSpdxElement", "relationshipType")),
        "hasExtractedLicensingInfos": lists_of(objects("licenseId", "name", "extractedText", "seeAlsos")),
    },
)


@given(SPDX)
def test_a_document_of_wrong_types_loses_no_package_that_is_an_object(document: dict[str, Any]) -> None:
    sbom = understood(json.dumps(document).encode())
    if isinstance(sbom, Sbom):
        packages = document["packages"]
        objects_ = [packages] if isinstance(packages, dict) else [each for each in packages if isinstance(each, dict)]
        described = "documentDescribes" in document or "relationships" in document
        assert len(sbom.packages) == len(objects_) or (described and len(sbom.packages) < len(objects_))


STEPS: Final = lists_of(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["step0", "step1", "step2"])},
        optional={
            "inputs": lists_of(st.sampled_from(["step0:0", "step1:0", "step2:1", "step9:0"])),
            "op": st.fixed_dictionaries(
                {
                    "Op": st.fixed_dictionaries(
                        {},
                        optional={
                            "source": objects("identifier"),
                            "exec": st.fixed_dictionaries({"mounts": lists_of(objects("input", "output", "dest"))}),
                            "file": st.fixed_dictionaries({"actions": lists_of(objects("input", "output"))}),
                            "merge": JSON,
                            "diff": objects("upper") | JSON,
                        },
                    )
                }
            )
            | JSON,
        },
    )
)
BUILDKIT_V1: Final = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md"
V1: Final = st.fixed_dictionaries(
    {
        "buildDefinition": st.fixed_dictionaries(
            {
                "buildType": st.just(BUILDKIT_V1) | JSON,
                "externalParameters": objects("configSource", "request", "workflow", "source") | JSON,
                "internalParameters": st.fixed_dictionaries(
                    {"buildConfig": st.fixed_dictionaries({"llbDefinition": STEPS}) | JSON}
                ),
                "resolvedDependencies": lists_of(objects("uri", "digest", "name")),
            }
        )
        | JSON,
        "runDetails": objects("builder", "metadata") | JSON,
    }
)
V0_2: Final = st.fixed_dictionaries(
    {
        "buildType": st.just("https://mobyproject.org/buildkit@v1") | JSON,
        "builder": objects("id") | JSON,
        "invocation": st.fixed_dictionaries(
            {"configSource": objects("uri", "digest", "entryPoint") | JSON, "parameters": JSON}
        )
        | JSON,
        "buildConfig": st.fixed_dictionaries({"llbDefinition": STEPS}) | JSON,
        "metadata": objects("completeness", "reproducible", "buildStartedOn") | JSON,
        "materials": lists_of(objects("uri", "digest")),
    }
)


@given(
    st.tuples(st.just("https://slsa.dev/provenance/v1"), V1)
    | st.tuples(st.just("https://slsa.dev/provenance/v0.2"), V0_2)
    | st.tuples(st.sampled_from(["https://spdx.dev/Document", "https://cyclonedx.org/bom"]), JSON | SPDX),
    lists_of(objects("name", "digest")),
)
def test_any_predicate_gives_what_it_says_or_an_error(typed: tuple[str, Any], subject: Any) -> None:
    predicate_type, predicate = typed
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subject,
        "predicateType": predicate_type,
        "predicate": predicate,
    }
    assert isinstance(understood(json.dumps(statement).encode()), Statement | str)


ENTRY: Final = st.builds(
    lambda name, declared, supplier: SbomPackage(
        ref=name,
        name=name,
        type="generic",
        pointer=f"/packages/{name}",
        identity=f"generic//{name}@?",
        declared=declared,
        supplier=supplier,
    ),
    st.sampled_from(["a", "b"]),
    st.sampled_from([None, "NOASSERTION", "MIT", "ISC"]),
    st.sampled_from([None, "x", "y"]),
)
SBOM: Final = st.builds(
    lambda packages, created: Sbom(format="spdx-2.3", packages=tuple(packages), created=created),
    st.lists(ENTRY, max_size=4),
    st.sampled_from([None, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]),
)
PLATFORMS: Final = ("linux/amd64", "linux/arm64")


@given(st.data(), st.lists(st.tuples(st.sampled_from(PLATFORMS), SBOM), max_size=12))
def test_the_list_of_packages_is_independent_of_the_order_of_documents(
    data: st.DataObject, sboms: list[tuple[str, Sbom]]
) -> None:
    listed = [(f"E{number}", platform, sbom) for number, (platform, sbom) in enumerate(sboms, start=1)]
    shuffled = data.draw(st.permutations(listed))
    assert package_list(shuffled, PLATFORMS) == package_list(listed, PLATFORMS)


@given(st.lists(SBOM, max_size=4))
def test_no_document_hides_a_license_that_another_states(sboms: list[Sbom]) -> None:
    listed = [(f"E{number}", PLATFORMS[0], sbom) for number, sbom in enumerate(sboms, start=1)]
    stated = {(each.name, each.declared) for sbom in sboms for each in sbom.packages}
    kept = {(each.name, each.license.effective) for each in package_list(listed, PLATFORMS)}
    assert {each for each in stated if each[1] in ("MIT", "ISC")} == {each for each in kept if each[1] != "NOASSERTION"}
    assert {name for name, _ in stated} == {name for name, _ in kept}


@pytest.mark.parametrize("path", sorted(DOCUMENTS.rglob("*.json")), ids=lambda path: str(path.name))
def test_a_real_document_reads_alike_in_any_byte_order(path: Path) -> None:
    content = path.read_bytes()
    assert understood(content.decode().encode("utf-16")) == understood(content)
