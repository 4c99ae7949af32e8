"""Runs a command and answers for every way in which it can end.

Nothing but an unmet condition may exit 1, so whatever Typer, Python or the
operating system would turn into a 1 is caught here: a closed pipe is 141, an
interrupt 130, a crash 70.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from attest.cli.complaints import report_error
from attest.cli.output import writing_stdout
from attest.errors import AttestError, UsageError

if TYPE_CHECKING:
    from attest.cli.configuration import Configuration

EXIT_USAGE: Final = 2
EXIT_INTERNAL: Final = 70
EXIT_INTERRUPTED: Final = 130
EXIT_CLOSED_PIPE: Final = 141  # the shell's number for a process ended by SIGPIPE

_TELLS_OF_ITSELF: Final = frozenset({"-h", "--help", "--version"})
_NEED_NOTHING: Final = frozenset({"schema", "completion"})
# words of other tools, and what does the same here
_ELSEWHERE: Final = {
    "gate": "check",
    "scan": "inspect",
    "tree": "ls",
    "list": "ls",
    "sbom": "get --type sbom",
    "attestation": "ls",
    "license": "licenses",
    "download": "get",
    "verify-attestation": "check",
}


def run(words: Sequence[str]) -> int:
    """Run the command line `words` and return its exit code."""
    # `import httpx` pulls in click, rich and pygments through this module, which nobody needs
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    _open_streams()
    try:
        # these print by themselves, all else through `print_bytes`
        with writing_stdout() if _TELLS_OF_ITSELF.intersection(words) or not words else nullcontext():
            code = _dispatch(list(words))
        with writing_stdout():
            sys.stdout.flush()
    except BrokenPipeError:
        return EXIT_CLOSED_PIPE
    except KeyboardInterrupt:
        # threads may still wait for the network: leave without joining them
        sys.stderr.write("interrupted\n")
        sys.stderr.flush()
        os._exit(EXIT_INTERRUPTED)
    except AttestError as error:
        return report_error(error)
    except Exception as error:  # noqa: BLE001 - a crash must not look like an unmet condition
        return _crash(error, debug="--debug" in words)
    return code


def _dispatch(words: list[str]) -> int:
    from attest.cli.app import COMMANDS, app
    from attest.cli.options import EndedError

    if words[:1] == ["--version"]:
        return _version(verbose="-v" in words or "--verbose" in words)
    if words and words[0] not in COMMANDS and (words[0] == "-" or not words[0].startswith("-")):
        if not any(mark in words[0] for mark in "/:@.") and words[0] != "-":
            raise _no_such_command(words[0], tuple(COMMANDS))
        words = ["inspect", *words]
    words = _asking_for_settings(words)
    try:
        settings = _settings(words)
        defaults = {name: settings.defaults(name) for name in COMMANDS}
        result = app(words or ["--help"], standalone_mode=False, prog_name="attest", default_map=defaults, obj=settings)
    except EndedError as error:
        raise error.cause from None
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        raise _usage_error(error, words) from error
    if result == EXIT_INTERRUPTED:
        raise KeyboardInterrupt
    return int(result or 0) if words else EXIT_USAGE


def _asking_for_settings(words: list[str]) -> list[str]:
    """Read `attest doctor --config` without a file as the question which settings there are."""
    if words[:1] != ["doctor"] or "--config" not in words:
        return words
    place = words.index("--config")
    names_a_file = place + 1 < len(words) and os.path.isfile(words[place + 1])  # noqa: PTH113 - costs start-up time
    return words if names_a_file else [*words[:place], "--settings", *words[place + 1 :]]


def _settings(words: list[str]) -> "Configuration":
    """Read the configuration for commands that have any use for it."""
    from attest.cli.configuration import NONE, of_process

    if not words or words[0] in _TELLS_OF_ITSELF | _NEED_NOTHING or _TELLS_OF_ITSELF.intersection(words):
        return NONE
    return of_process(words)


def _no_such_command(word: str, commands: tuple[str, ...]) -> UsageError:
    near = get_close_matches(word, commands, n=1)
    meant = _ELSEWHERE.get(word) or (near[0] if near else None)
    suffix = f" Did you mean {meant!r}?" if meant else ""
    return UsageError(f"No such command {word!r}.{suffix}", hint=f"commands: {', '.join(commands)}")


def _usage_error(error: Any, words: list[str]) -> UsageError:
    """Put Typer's complaint into our own words, which do not change with its version."""
    from attest.cli.app import COMMANDS, options_of

    command = words[0] if words else ""
    option = getattr(error, "option_name", None)
    if option is None or type(error).__name__ != "NoSuchOption":
        text = " ".join(error.format_message().split())
        return UsageError(f"{command}: {text}", hint=f"attest {command} --help")
    owners = [name for name in COMMANDS if option in options_of(name)]
    if owners:
        return UsageError(f"`{option}` belongs to `attest {owners[0]}`", hint=f"attest {command} --help")
    near = get_close_matches(option, options_of(command), n=1)
    suffix = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(f"{command}: No such option {option!r}.{suffix}", hint=f"attest {command} --help")


def _version(*, verbose: bool) -> int:
    import platform

    from attest.version import __version__

    sys.stdout.write(f"attest {__version__}\n")
    if verbose:
        from attest.licenses import LIST_VERSION

        sys.stdout.write(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}\n")
        sys.stdout.write(f"SPDX license list {LIST_VERSION}\n")
    return 0


def _open_streams() -> None:
    """Give a stream that was closed before we started a place, which no file or socket may take.

    What is written to stdout then fails when it is written; stderr has no reader.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)


def _crash(error: Exception, *, debug: bool) -> int:
    """Keep the traceback in a file, for a traceback may hold what must not be on a terminal."""
    from attest.render.sanitize import sanitize

    text = "".join(traceback.format_exception(error))
    where = _crash_log(text)
    first = sanitize(f"{type(error).__name__}: {error}".splitlines()[0])
    sys.stderr.write(f"error[ATT-INT-001]: internal error: {first}\n")
    if debug:
        sys.stderr.write("".join(f"{sanitize(line)}\n" for line in text.splitlines()))
    sys.stderr.write(f"  fix:   please report it with {where}\n" if where else "")
    return EXIT_INTERNAL


def _crash_log(text: str) -> str | None:
    import tempfile

    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="attest-crash-", suffix=".log", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError:
        return None
    return file.name
