"""The report as JSON, and the JSON Schema of that document."""

import json
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from attest.model.doctor import DOCTOR_SCHEMA, Examination
from attest.model.report import SCHEMA, Report
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json


class Json:
    """The document `attest.report/1.0`, indented by two spaces, every key present."""

    name = "json"
    suffixes = (".json",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        if presentation.json_compact:
            targets = tuple(replace(target, packages=None) for target in report.targets)
            report = replace(report, targets=targets)
        return escape_json(encoded(report, indent=2)) + "\n"


RENDERER: Final = Json()


def encoded(value: Any, indent: int = 0) -> str:
    """Write `value` as JSON, on one line without `indent`.

    Bytes of the command line that are not UTF-8 are lone surrogates, which
    only the standard library writes.
    """
    try:
        content = msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), indent=indent or None)
    return (msgspec.json.format(content, indent=indent) if indent else content).decode()


def schema_report() -> bytes:
    """Return the JSON Schema of the report."""
    return _schema(Report, SCHEMA)


def schema_doctor() -> bytes:
    """Return the JSON Schema of an examination."""
    return _schema(Examination, DOCTOR_SCHEMA)


def _schema(written: type[Report | Examination], name: str) -> bytes:
    """Return a JSON Schema, made from the types that are written."""
    schema = msgspec.json.schema(written)
    for definition in schema["$defs"].values():
        _require_everything(definition)
    schema["$defs"][written.__name__]["properties"]["schema"] = {"const": name}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        **schema,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _require_everything(definition: dict[str, Any]) -> None:
    """Demand every key: a default is how a value is made, not leave to omit it."""
    properties = definition.get("properties")
    if properties is None:
        return
    definition["required"] = list(properties)
    for value in properties.values():
        value.pop("default", None)
