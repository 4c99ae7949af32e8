"""Filling the templates that are shipped with attest; the only place where Jinja is used.

Every value is escaped, and hidden characters in it are made visible. The one
exception is the style sheet, which is attest's own.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attest.errors import AttestError
from attest.render.sanitize import sanitize

if TYPE_CHECKING:
    from jinja2 import Environment

_CHECKOUT: Final = Path(__file__).resolve().parents[2]


def fill(template: str, style: str, **values: Any) -> str:
    """Fill a template with `values`, and with the style sheet `style` and its Content-Security-Policy hash.

    Both are names of files below `templates/`.
    """
    from markupsafe import Markup

    sheet = _read(style)
    return (
        _environment()
        .get_template(template)
        .render(
            style=Markup(sheet),  # noqa: S704 - a file of our own
            style_hash=f"sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}",
            **values,
        )
    )


def folder() -> Traversable:
    """Return the folder of templates: in the installed package, else in the checkout.

    Raises:
        AttestError: neither has it.
    """
    installed = files("attest") / "templates"
    if installed.is_dir():
        return installed
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "templates").is_dir():
        return _CHECKOUT / "templates"
    raise AttestError("templates: not part of this installation", hint="install attest again")


def _read(name: str) -> str:
    return folder().joinpath(*name.split("/")).read_text(encoding="utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: Any) -> Any:
    """Make hidden characters visible, except in what was made safe already."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return sanitize(value) if is_text else value
