"""The commands of `attest`: to add one, write its module and add its line here."""

from collections.abc import Callable
from inspect import cleandoc
from typing import Final

import typer

from attest.cli import (
    cache,
    check,
    completion,
    doctor,
    get,
    inspect,
    licenses,
    ls,
    packages,
    provenance,
    report,
    schema,
)
from attest.cli.options import command

app: Final = typer.Typer(
    name="attest",
    help="Show what is attached to a container image: SBOMs, provenance, licenses, and who vouches for them.",
    rich_markup_mode=None,
    add_completion=False,
    # locals in a traceback leak secrets
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: Final[dict[str, Callable[..., int]]] = {}


MORE: Final = "Exit codes, formats and the policy file: the README of attest, which comes with the package."


def _add(name: str, function: Callable[..., int], *, plain: bool = False) -> None:
    COMMANDS[name] = function if plain else command(function)
    summary, _, examples = (function.__doc__ or "").partition("\n")
    # behind a backspace character lines stay as they are
    shown = "\b\n" + cleandoc(examples.replace("\\b", ""))
    app.command(name, help=f"{shown}\n\n{summary}", short_help=summary.rstrip("."), epilog=MORE)(COMMANDS[name])


def options_of(name: str) -> tuple[str, ...]:
    """Return the option names that a command takes."""
    import inspect as introspection

    names: list[str] = []
    for parameter in introspection.signature(COMMANDS[name]).parameters.values():
        for extra in getattr(parameter.annotation, "__metadata__", ()):
            # behind `Annotated` the first name stands where the default would
            words = (getattr(extra, "default", None), *(getattr(extra, "param_decls", None) or ()))
            names += [word for word in words if isinstance(word, str) and word.startswith("-")]
    return tuple(names)


def help_of(name: str) -> str:
    """Return the first sentence of a command's help."""
    return (COMMANDS[name].__doc__ or "").strip().partition("\n")[0].rstrip(".")


_add("inspect", inspect.inspect)
_add("ls", ls.ls)
_add("get", get.get)
_add("packages", packages.packages)
_add("licenses", licenses.licenses)
_add("provenance", provenance.provenance)
_add("check", check.check)
_add("report", report.report)
_add("cache", cache.cache)
_add("doctor", doctor.doctor)
_add("schema", schema.schema, plain=True)
_add("completion", completion.completion, plain=True)
