"""The options that every command takes, in one place.

`command` turns `function(common, …)` into a function that Typer understands:
its own parameters first, then one for each field of `Common`.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, Final, get_type_hints

import msgspec
import typer

from attest.cli.configuration import Configuration

ALL_PLATFORMS: Final = ("all",)

ImageArgument = Annotated[
    str,
    typer.Argument(metavar="REF", help="An image reference, oci:DIR[:NAME], or a path.", show_default=False),
]
ImagesArgument = Annotated[
    list[str],
    typer.Argument(metavar="REF...", help="Image references, oci:DIR[:NAME], or paths.", show_default=False),
]


def _option(*names: str, text: str, metavar: str | None = None, hidden: bool = False) -> Any:
    """Make an option that the environment sets too: `--dry-run` is `ATTEST_DRY_RUN`."""
    long = next(name for name in names if name.startswith("--"))
    variable = "ATTEST_" + long[2:].partition("/")[0].replace("-", "_").upper()
    return typer.Option(*names, help=text, metavar=metavar, hidden=hidden, envvar=variable, show_envvar=False)


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """The values of the common options, the `configuration` they may come from, and for each option where it does."""

    format: Annotated[
        str | None, _option("--format", "-f", metavar="FORMAT", text="What stdout gets: text, json, html, …")
    ] = None
    output: Annotated[
        list[str],
        _option("--output", "-o", metavar="[FORMAT=]PATH", text="Write a file too; repeatable; - is stdout."),
    ] = []
    platform: Annotated[
        list[str],
        _option("--platform", metavar="P", text="all, host, or os/arch[/variant]; repeatable. Default: all."),
    ] = []
    quiet: Annotated[bool, _option("--quiet", "-q", text="The verdict line only.")] = False
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Tell problems on stderr; -vv HTTP requests too.")
    ] = 0
    debug: Annotated[bool, _option("--debug", text="Show the traceback of an internal error.")] = False
    color: Annotated[str, _option("--color", metavar="WHEN", text="auto, always or never.")] = "auto"
    ascii: Annotated[bool, _option("--ascii", text="No box drawing, no symbols.")] = False
    width: Annotated[int | None, _option("--width", metavar="N", text="Columns of text output.")] = None
    no_progress: Annotated[bool, _option("--no-progress", text="Show no progress.")] = False
    no_pager: Annotated[bool, _option("--no-pager", text="Never start a pager.")] = False
    strict: Annotated[bool, _option("--strict", text="Any problem with the evidence exits 6.")] = False
    json_compact: Annotated[bool, _option("--json-compact", text="Leave the package list out of JSON.")] = False
    offline: Annotated[bool, _option("--offline", text="Open no socket: what was fetched before must do.")] = False
    cache_dir: Annotated[
        str | None, _option("--cache-dir", metavar="DIR", text="Where to keep what registries gave.")
    ] = None
    no_cache: Annotated[bool, _option("--no-cache", text="Keep nothing, and use nothing that was kept.")] = False
    refresh: Annotated[bool, _option("--refresh", text="Fetch everything again, and keep it.")] = False
    jobs: Annotated[int, _option("--jobs", "-j", metavar="N", text="Concurrent requests.")] = 16
    timeout: Annotated[float, _option("--timeout", metavar="S", text="Seconds to wait for an answer.")] = 30
    retries: Annotated[int, _option("--retries", metavar="N", text="Further attempts on a passing error.")] = 3
    authfile: Annotated[str | None, _option("--authfile", metavar="FILE", text="Credentials, in Docker's format.")] = (
        None
    )
    username: Annotated[
        str | None, _option("--username", metavar="NAME", text="Registry user; see --password-stdin.")
    ] = None
    password_stdin: Annotated[bool, _option("--password-stdin", text="Read the registry password from stdin.")] = False
    registry_token_file: Annotated[
        str | None, _option("--registry-token-file", metavar="FILE", text="File with a registry token.")
    ] = None
    ca_file: Annotated[str | None, _option("--ca-file", metavar="FILE", text="Certificates to trust, in PEM.")] = None
    plain_http: Annotated[
        list[str], _option("--plain-http", metavar="HOST", text="Speak HTTP to this host; repeatable.")
    ] = []
    mirror: Annotated[
        list[str], _option("--mirror", metavar="A=B", text="Ask host B in place of registry A; repeatable.")
    ] = []
    external_referrers: Annotated[
        list[str],
        _option("--external-referrers", metavar="REPO=REPO", text="Look for evidence there too; with *; repeatable."),
    ] = []
    trust_realm: Annotated[
        list[str], _option("--trust-realm", metavar="HOST", text="A token server that may get credentials.")
    ] = []
    allow_private_redirects: Annotated[
        bool, _option("--allow-private-redirects", text="Follow a registry into private networks.")
    ] = False
    insecure: Annotated[
        list[str], _option("--insecure", metavar="HOST", text="Do not check the certificate of this registry.")
    ] = []
    attachment_tag_prefix: Annotated[
        str | None, _option("--attachment-tag-prefix", metavar="PREFIX", text="Look for such cosign tags, too.")
    ] = None
    config: Annotated[
        str | None, _option("--config", metavar="FILE", text="Read this configuration, and no other.")
    ] = None
    no_config: Annotated[bool, _option("--no-config", text="Read no configuration.")] = False
    trust_project: Annotated[
        bool, _option("--trust-project", text="Believe the project's configuration in all it says.")
    ] = False
    configuration: Configuration = Configuration()
    sources: Mapping[str, str] = {}


class EndedError(Exception):
    """A command ended because its reader went away, or because of an interrupt: `cause` says which."""

    def __init__(self, cause: BrokenPipeError | KeyboardInterrupt) -> None:
        super().__init__(str(cause))
        self.cause = cause


def command(function: Callable[..., int]) -> Callable[..., int]:
    """Give `function(common, …)` the common options."""
    hints = get_type_hints(Common, include_extras=True)
    common = {name: hint for name, hint in hints.items() if hasattr(hint, "__metadata__")}
    defaults = {field.name: field for field in msgspec.structs.fields(Common)}
    own = [
        parameter.replace(annotation=hint)
        for parameter, hint in _own_parameters(function)
        if parameter.name != "common"
    ]
    shared = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_default(defaults[name]),
            annotation=hint,
        )
        for name, hint in common.items()
    ]
    shared.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))

    @wraps(function)
    def wrapper(**values: Any) -> int:
        context: typer.Context = values.pop("context")
        configuration = context.obj if isinstance(context.obj, Configuration) else Configuration()
        sources = {name: _source(context, name) for name in common}
        given = {name: values.pop(name) for name in common}
        options = Common(**given, configuration=configuration, sources=sources)
        try:
            return function(options, **values)
        except (BrokenPipeError, KeyboardInterrupt) as error:
            # Typer would make an exit code of its own of both, and 1 of the first
            raise EndedError(error) from error

    # Typer reads both: the signature for the parameters, the annotations for their types
    signature = inspect.Signature([*own, *shared], return_annotation=int)
    wrapper.__signature__ = signature  # type: ignore[attr-defined]
    wrapper.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    return wrapper


def _source(context: typer.Context, name: str) -> str:
    """Return where the value of an option comes from: `commandline`, `environment`, `default_map` or `default`."""
    source = context.get_parameter_source(name)
    return "default" if source is None else source.name.lower()


def _own_parameters(function: Callable[..., int]) -> list[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    return [(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY), hints[parameter.name]) for parameter in parameters]


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        return field.default
    factory = field.default_factory
    return factory() if callable(factory) else inspect.Parameter.empty


def read_password() -> str:
    """Read a password from stdin, without its final newline."""
    return sys.stdin.readline().rstrip("\r\n")
