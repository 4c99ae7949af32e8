"""The report as YAML: the same data as JSON, for people who read it so."""

from typing import Final

import msgspec
from msgspec.structs import replace

from attest.model.report import Report
from attest.render.presentation import Presentation


class Yaml:
    """The document `attest.report/1.0`, every key present; characters that nobody sees are escaped."""

    name = "yaml"
    suffixes = (".yaml", ".yml")

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        import yaml

        if presentation.json_compact:
            report = replace(report, targets=tuple(replace(target, packages=None) for target in report.targets))
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text: str = yaml.dump(msgspec.to_builtins(report), Dumper=dumper, sort_keys=False, width=2**16)
        return text


RENDERER: Final = Yaml()
