"""Configuration files: what stands there is the default of an option, unless a flag or the environment says otherwise.

A file is TOML: `attest.toml`, or the table `tool.attest` of `pyproject.toml`. That of a
project wins over the user's, and the user's over the system's. A project's file
may come with a change that somebody proposes, so that it decides neither where
requests go nor what lies outside the project.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from attest.errors import InvalidConfigError

FILE: Final = "attest.toml"
_PYPROJECT: Final = "pyproject.toml"
_SYSTEM: Final = Path("/etc/attest") / FILE
_MAX_BYTES: Final = 1024 * 1024
# where requests go, and with which credentials
_NOT_FROM_A_PROJECT: Final = ("registry", "external_referrers")
_REMOTE: Final = ("oci://", "http://", "https://")
_BUILTIN: Final = "builtin:"

LicenseSource = Literal["declared", "concluded", "observed"]


class RegistryTable(msgspec.Struct, frozen=True, kw_only=True):
    """How one registry is reached."""

    mirror: str | None = None
    ca_file: str | None = None
    plain_http: bool = False


class CacheTable(msgspec.Struct, frozen=True, kw_only=True):
    """Where what registries gave is kept, and how much of it; `max_size` as in `512MiB`."""

    dir: str | None = None
    max_size: str | None = None


class ReportTable(msgspec.Struct, frozen=True, kw_only=True):
    """What `attest report` writes when nothing else is asked for."""

    outputs: tuple[str, ...] = ()


class LicensesTable(msgspec.Struct, frozen=True, kw_only=True):
    """`source`: which statement of a document counts, the first that says something."""

    source: tuple[LicenseSource, ...] = ()


class ConfigurationFile(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration file as it is written; every key is optional."""

    policy: str | tuple[str, ...] | None = None
    platform: tuple[str, ...] = ()
    jobs: int | None = None
    timeout: float | None = None
    retries: int | None = None
    color: Literal["auto", "always", "never"] | None = None
    cache: CacheTable = CacheTable()
    report: ReportTable = ReportTable()
    licenses: LicensesTable = LicensesTable()
    registry: dict[str, RegistryTable] = {}
    external_referrers: dict[str, str] = {}


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """What all files say together; `origins` names the file of each key, such as `cache.dir`."""

    said: ConfigurationFile = ConfigurationFile()
    origins: Mapping[str, str] = {}

    def defaults(self, command: str) -> dict[str, Any]:
        """Return the defaults that a command's parameters have by it."""
        said = self.said
        policy = (said.policy,) if isinstance(said.policy, str) else said.policy
        found = {
            "platform": list(said.platform),
            "jobs": said.jobs,
            "timeout": said.timeout,
            "retries": said.retries,
            "color": said.color,
            "cache_dir": said.cache.dir,
            "plain_http": [host for host, table in said.registry.items() if table.plain_http],
            "mirror": [f"{host}={table.mirror}" for host, table in said.registry.items() if table.mirror],
            "external_referrers": [f"{pattern}={target}" for pattern, target in said.external_referrers.items()],
            "policy": list(policy or ()) if command in ("check", "report") else None,
            "output": list(said.report.outputs) if command == "report" else None,
        }
        return {name: value for name, value in found.items() if value not in (None, [])}

    @property
    def ca_files(self) -> tuple[tuple[str, str], ...]:
        """Registries, and the authorities that are trusted for each."""
        return tuple((host, table.ca_file) for host, table in self.said.registry.items() if table.ca_file)


NONE: Final = Configuration()


class _Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One file: what it says, and the folder its paths must stay in, null where they may lead anywhere."""

    path: Path
    raw: dict[str, Any]
    fence: Path | None = None


def configuration(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Configuration:
    """Read what the files say that hold for a command line given in a folder.

    Raises:
        InvalidConfigError: a file cannot be read, or says what it may not.
    """
    words = words[: words.index("--")] if "--" in words else words
    if "--no-config" in words or environment.get("ATTEST_NO_CONFIG") in ("1", "true"):
        return NONE
    named = _named(words) or environment.get("ATTEST_CONFIG")
    trusts = "--trust-project" in words or environment.get("ATTEST_TRUST_PROJECT") in ("1", "true")
    layers = [_named_layer(Path(named))] if named else _found(environment, folder, trusts=trusts)
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        placed = _placed(_checked(layer), layer)
        _overlay(merged, placed)
        origins |= dict.fromkeys(_keys(placed), str(layer.path))
    return Configuration(said=msgspec.convert(merged, ConfigurationFile), origins=origins)


def _named(words: Sequence[str]) -> str | None:
    for place, word in enumerate(words):
        if word == "--config":
            return "".join(words[place + 1 : place + 2])
        if word.startswith("--config="):
            return word.partition("=")[2]
    return None


def _named_layer(path: Path) -> _Layer:
    raw = _tables(path)
    if raw is None:
        raise InvalidConfigError(f"{path}: no such file", hint="--config names a file in TOML")
    return _Layer(path=path, raw=raw)


def _found(environment: Mapping[str, str], folder: Path, *, trusts: bool) -> list[_Layer]:
    """Return the files that hold without being named, the most general first."""
    # unlike that of pathlib, this answers without a home, too
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - see above
    own = environment.get("XDG_CONFIG_HOME") or f"{home}/.config"
    candidates: list[tuple[Path, Path | None]] = [(_SYSTEM, None), (Path(own) / "attest" / FILE, None)]
    root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    inside = [each for each in (folder, *folder.parents) if each.is_relative_to(root)]
    project = next((path for each in inside for path in (each / FILE, each / _PYPROJECT) if _tables(path)), None)
    if project is not None:
        candidates.append((project, None if trusts else root))
    layers = [(path, fence, _tables(path)) for path, fence in candidates]
    return [_Layer(path=path, raw=raw, fence=fence) for path, fence, raw in layers if raw]


def _tables(path: Path) -> dict[str, Any] | None:
    """Return what a file says to attest; null if there is no such file.

    Raises:
        InvalidConfigError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidConfigError(f"{path}: cannot be read ({error.__class__.__name__})") from error
    if path.name == _PYPROJECT and b"attest" not in content:
        return None
    if len(content) > _MAX_BYTES:
        raise InvalidConfigError(f"{path}: larger than 1 MiB")
    try:
        raw: dict[str, Any] = msgspec.toml.decode(content)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise InvalidConfigError(f"{path}: not TOML ({reason})", hint="https://toml.io/en/v1.0.0") from error
    if path.name == _PYPROJECT:
        tool = raw.get("tool")
        own = tool.get("attest") if isinstance(tool, dict) else None
        raw = own if isinstance(own, dict) else {}
    return raw


def _checked(layer: _Layer) -> dict[str, Any]:
    """Return what a file says, none of it unknown, wrong, or more than such a file may say."""
    from attest.policy.reading import near, unknown_keys

    for key, known in unknown_keys(layer.raw, ConfigurationFile):
        meant = near(key.rpartition(".")[2], known)
        raise InvalidConfigError(f"{layer.path}: {key} is not a setting", code="ATT-CFG-002", hint=meant)
    try:
        msgspec.convert(layer.raw, ConfigurationFile)
    except msgspec.ValidationError as error:
        reason, _, place = " ".join(str(error).split()).partition(" - at `$.")
        where = f"{place.rstrip('`')}: " if place else ""
        raise InvalidConfigError(f"{layer.path}: {where}{reason[:1].lower()}{reason[1:]}") from error
    if layer.fence is not None:
        for key in _NOT_FROM_A_PROJECT:
            if layer.raw.get(key):
                raise _not_from_a_project(layer, key)
    return layer.raw


def _placed(raw: dict[str, Any], layer: _Layer) -> dict[str, Any]:
    """Return what a file says with every path made whole: relative ones begin where the file is."""

    def whole(key: str, text: str) -> str:
        try:
            path = (layer.path.parent / Path(text).expanduser()).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise InvalidConfigError(f"{layer.path}: {key} = {text} is no path") from error
        fence = layer.fence.resolve() if layer.fence is not None else None
        # whoever writes there decides what git runs
        if fence is not None and (not path.is_relative_to(fence) or _is_in_git(path, fence)):
            raise _not_from_a_project(layer, f"{key} = {text}")
        return str(path)

    def policy(text: str) -> str:
        if text.startswith(_REMOTE) and layer.fence is not None:
            raise _not_from_a_project(layer, f"policy = {text}")
        return text if text.startswith((*_REMOTE, _BUILTIN)) else whole("policy", text)

    placed = {**raw}
    named = raw.get("policy")
    if named:
        placed["policy"] = policy(named) if isinstance(named, str) else [policy(each) for each in named]
    if raw.get("cache", {}).get("dir"):
        placed["cache"] = {**raw["cache"], "dir": whole("cache.dir", raw["cache"]["dir"])}
    if raw.get("report", {}).get("outputs"):
        placed["report"] = {**raw["report"], "outputs": [_output(each, whole) for each in raw["report"]["outputs"]]}
    placed["registry"] = {
        host: {**table, "ca_file": whole("ca_file", table["ca_file"])} if table.get("ca_file") else table
        for host, table in raw.get("registry", {}).items()
    }
    return placed


def _is_in_git(path: Path, fence: Path) -> bool:
    """Tell whether a path leads into git's own folder, of the repository or of one inside it, in any case."""
    return any(part.lower() == ".git" for part in path.relative_to(fence).parts)


def _output(text: str, whole: Callable[[str, str], str]) -> str:
    """Make the path of an output whole, which may follow a format and may end in a slash."""
    before, equals, path = text.partition("=")
    prefix, path = (f"{before}=", path) if equals else ("", text)
    return prefix + whole("report.outputs", path) + ("/" if path.endswith("/") else "")


def _not_from_a_project(layer: _Layer, key: str) -> InvalidConfigError:
    return InvalidConfigError(
        f"{layer.path}: {key} is not for a project's file to say",
        code="ATT-CFG-003",
        hint="say it in your own attest.toml or on the command line, or give --trust-project",
    )


def _overlay(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    """Let what stands above decide: tables key by key, all else as a whole."""
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _overlay(below[key], value)
        else:
            below[key] = dict(value) if isinstance(value, dict) else value


def _keys(raw: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in raw.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def of_process(words: Sequence[str]) -> Configuration:
    """Read what holds for this process; see `configuration`, also for what is raised."""
    return configuration(words, os.environ, Path.cwd())
