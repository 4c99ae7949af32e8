import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

import attest.render.json as module
from attest.model.report import Report, Target
from attest.pipeline import inspect
from attest.render import RENDERERS, SCHEMAS
from attest.render.presentation import Presentation
from tests.command import LAYOUTS, layout
from tests.unit.render.samples import UNREADABLE, judged, report, target

RENDER = RENDERERS.named("json").render
PLAIN = Presentation()


def keys(value: object, path: str = "") -> dict[str, list[str]]:
    """Return the keys of every object, in their order, by where it stands."""
    found: dict[str, list[str]] = {}
    if isinstance(value, dict):
        found[path] = list(value)
        for key, each in value.items():
            found |= keys(each, f"{path}/{key}")
    if isinstance(value, list):
        for each in value:
            found |= keys(each, f"{path}/*")
    return found


def test_every_key_is_present_and_in_the_order_of_the_contract() -> None:
    found = keys(json.loads(RENDER(report("check", judged()), PLAIN)))
    assert found[""] == ["schema", "tool", "run", "targets", "errors"]
    assert found["/run"] == [
        "command", "started", "effective_time", "exit_code", "policy", "baseline", "options",
    ]  # fmt: skip
    assert found["/targets/*"] == [
        "ref", "status", "resolved", "platforms", "evidence", "searched", "packages", "licenses", "provenance",
        "layers", "vulnerabilities", "verdict", "findings", "problems",
    ]  # fmt: skip
    assert found["/targets/*/packages/*"] == [
        "id", "name", "type", "namespace", "version", "purl", "supplier", "platforms", "origin", "license",
        "effect", "sources",
    ]  # fmt: skip
    assert found["/targets/*/findings/*"] == [
        "id", "fingerprint", "rule", "effect", "status", "message", "fix", "license", "package", "subject",
        "platforms", "evidence", "pointer", "waiver", "baseline",
    ]  # fmt: skip


def test_the_document_reads_back_as_the_report() -> None:
    made = report("inspect", target(problems=(UNREADABLE,)))
    assert msgspec.json.decode(RENDER(made, PLAIN), type=Report) == made


def test_indentation_is_two_spaces() -> None:
    assert RENDER(report("inspect", target()), PLAIN).startswith(
        '{\n  "schema": "attest.report/1.0",\n  "tool": {\n    '
    )


def test_what_was_not_determined_is_null_and_never_empty() -> None:
    (shown,) = json.loads(RENDER(report("packages", target(packages=None, licenses=None)), PLAIN))["targets"]
    assert shown["packages"] is None
    assert shown["licenses"] is None
    assert shown["problems"] == []


def test_compact_leaves_the_packages_out() -> None:
    (shown,) = json.loads(RENDER(report("inspect", target()), Presentation(json_compact=True)))["targets"]
    assert shown["packages"] is None
    assert len(shown["licenses"]) == 2


def test_hidden_characters_are_escaped_and_kept() -> None:
    text = RENDER(report("inspect", target(ref="a\x1b\u202e\u200b\x9b")), PLAIN)
    assert not {"\x1b", "\u202e", "\u200b", "\x9b"} & set(text)
    assert json.loads(text)["targets"][0]["ref"] == "a\x1b\u202e\u200b\x9b"


@pytest.mark.parametrize("name", ["json", "ndjson"])
def test_bytes_of_the_command_line_that_are_not_utf_8_are_kept(name: str) -> None:
    text = RENDERERS.named(name).render(report("inspect", Target.failed("app\udcff")), PLAIN)
    assert '"app\\udcff"' in text
    assert text.encode()


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_one_of_the_types(name: str) -> None:
    committed = Path(module.__file__).parent / "schemas" / f"{name}.json"
    assert committed.read_bytes() == SCHEMAS[name](), f"write SCHEMAS[{name!r}]() to schemas/{name}.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMAS["report"]())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(path.name for path in LAYOUTS.iterdir()))
def test_reports_on_real_images_meet_the_schema(name: str, validator: jsonschema.Draft202012Validator) -> None:
    document = json.loads(RENDER(report("inspect", Target.of(inspect(layout(name)))), PLAIN))
    assert list(validator.iter_errors(document)) == []


def test_a_judged_and_a_failed_image_meet_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    document = json.loads(RENDER(report("check", judged(), Target.failed("no/such")), PLAIN))
    assert list(validator.iter_errors(document)) == []


def test_the_schema_refuses_a_document_that_lacks_a_key(validator: jsonschema.Draft202012Validator) -> None:
    document = json.loads(RENDER(report("check", judged()), PLAIN))
    del document["targets"][0]["searched"]
    assert [error.message for error in validator.iter_errors(document)] == ["'searched' is a required property"]


def test_ndjson_names_record_and_target_first() -> None:
    text = RENDERERS.named("ndjson").render(report("check", judged(), judged()), PLAIN)
    records = [json.loads(line) for line in text.splitlines()]
    assert all(list(record)[:2] == ["record", "target"] for record in records)
    assert {record["record"] for record in records} == {
        "run", "target", "platform", "evidence", "probe", "package", "license", "provenance", "finding",
    }  # fmt: skip
    assert [record["target"] for record in records if record["record"] == "finding"] == [0, 1]
