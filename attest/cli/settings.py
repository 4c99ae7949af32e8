"""Each setting that is in effect, and where it comes from."""

import os
from typing import Final

import msgspec
from msgspec.structs import fields

from attest.cli.options import Common
from attest.cli.units import bytes_set_by
from attest.model.limits import Limits, setting
from attest.render.json import encoded
from attest.render.presentation import Presentation
from attest.render.sanitize import escape_json
from attest.render.terminal import Page
from attest.sources.source import (
    BLOB_SETTING,
    CACHE_SETTING,
    MANIFEST_SETTING,
    MAX_BLOB_BYTES,
    MAX_CACHE_BYTES,
    MAX_MANIFEST_BYTES,
)

_SIZES: Final = {
    MANIFEST_SETTING: MAX_MANIFEST_BYTES,
    BLOB_SETTING: MAX_BLOB_BYTES,
    CACHE_SETTING: MAX_CACHE_BYTES,
}
_KEYS: Final = {"cache_dir": "cache.dir", "output": "report.outputs", "plain_http": "registry", "mirror": "registry"}
_HIDDEN: Final = ("format", "config", "no_config", "trust_project", "configuration", "sources")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting: its name, its value as text, and who says so: `default`, a flag, a variable or a file."""

    name: str
    value: str
    source: str


def settings_of(common: Common) -> tuple[Setting, ...]:
    """Return every setting, the options first."""
    names = [each.name for each in fields(Common) if each.name not in _HIDDEN]
    return (
        *(Setting(name=name, value=_text(getattr(common, name)), source=_source(common, name)) for name in names),
        *(_of_variable(name, str(bytes_set_by(name, default))) for name, default in _SIZES.items()),
        *(_of_variable(setting(each.name), str(getattr(Limits.of(os.environ), each.name))) for each in fields(Limits)),
        *(
            Setting(name=f"registry.{host}.ca_file", value=path, source=_origin(common, f"registry.{host}.ca_file"))
            for host, path in common.configuration.ca_files
        ),
    )


def render_json(settings: tuple[Setting, ...]) -> str:
    """Return the settings as a JSON array."""
    return escape_json(encoded(settings, indent=2)) + "\n"


def render_text(settings: tuple[Setting, ...], presentation: Presentation) -> str:
    """Return the settings, one a line."""
    page = Page(presentation)
    page.table([(each.name, each.value, each.source) for each in settings])
    return str(page)


def _source(common: Common, name: str) -> str:
    source = common.sources.get(name, "default")
    if source == "commandline":
        return f"--{name.replace('_', '-')}"
    if source == "environment":
        return f"ATTEST_{name.upper()}"
    return _origin(common, _KEYS.get(name, name)) if source == "default_map" else "default"


def _origin(common: Common, key: str) -> str:
    """Return the file that says a key, or something below it."""
    origins = common.configuration.origins
    return next((path for each, path in origins.items() if each == key or each.startswith(f"{key}.")), "default")


def _of_variable(name: str, value: str) -> Setting:
    return Setting(name=name, value=value, source="environment" if os.environ.get(name) else "default")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)
