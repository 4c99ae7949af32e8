"""The report as one JSON object per line, for tools that read streams."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from attest.model.report import Report, Target
from attest.render.json import encoded
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json

# the parts of a target that are records of their own, by the name of such a record
_RECORDS: Final = {
    "platforms": "platform",
    "evidence": "evidence",
    "searched": "probe",
    "packages": "package",
    "licenses": "license",
    "provenance": "provenance",
    "findings": "finding",
    "problems": "problem",
}


class NdJson:
    """Each record names its kind first, and the position of its target among those of the run."""

    name = "ndjson"
    suffixes = (".ndjson",)

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        left_out = {"packages"} if presentation.json_compact else set()
        lines = [_line("run", None, {"schema": report.schema, "tool": report.tool, **_fields(report.run)})]
        for index, target in enumerate(report.targets):
            lines += _target_lines(index, target, left_out)
        refs = [target.ref for target in report.targets]
        for error in report.errors:
            lines.append(_line("error", refs.index(error.ref) if error.ref in refs else None, _fields(error)))
        return "".join(lines)


RENDERER: Final = NdJson()


def _target_lines(index: int, target: Target, left_out: set[str]) -> Iterator[str]:
    fields = _fields(target)
    yield _line("target", index, {name: value for name, value in fields.items() if name not in _RECORDS})
    for name, record in _RECORDS.items():
        for value in () if name in left_out else fields[name] or ():
            yield _line(record, index, _fields(value))


def _fields(value: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(value)


def _line(record: str, target: int | None, fields: dict[str, Any]) -> str:
    return escape_json(encoded({"record": record, "target": target, **fields})) + "\n"
