"""Where a report goes, in which format, and written so that no half file is ever left."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from attest.cli.options import Common
from attest.errors import OutputError, UsageError
from attest.model.report import Report
from attest.render import RENDERERS, format_of
from attest.render.presentation import Presentation

STDOUT: Final = "-"
JUDGED: Final = ("text", "json", "ndjson", "yaml", "markdown", "html", "csv", "sarif", "junit", "gitlab", "github")
"""The formats of commands that show what a policy says."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class Destination(msgspec.Struct, frozen=True):
    """A format and a path; the path `-` is stdout."""

    format: str
    path: str


def destinations(common: Common, formats: Sequence[str], default: str = "text") -> tuple[Destination, ...]:
    """Decide what is written where; stdout gets something unless a file is all that was asked for.

    Raises:
        UsageError: a format is unknown, or none that this command can give.
    """
    wanted = common.format or default
    _require(wanted, formats)
    chosen = [_destination(text, wanted, formats) for text in common.output]
    if common.format or not chosen:
        chosen.append(Destination(wanted, STDOUT))
    return tuple(dict.fromkeys(chosen))


def _destination(text: str, wanted: str, formats: Sequence[str]) -> Destination:
    named, equals, path = text.partition("=")
    if equals and named in RENDERERS.names:
        _require(named, formats)
        return Destination(named, path)
    if text == STDOUT:
        return Destination(wanted, STDOUT)
    found = format_of(text)
    if found is None:
        raise UsageError(
            f"{text}: its suffix names no format",
            code="ATT-OUT-002",
            hint=f"write FORMAT=PATH, with one of {', '.join(formats)}",
        )
    _require(found, formats)
    return Destination(found, text)


def _require(name: str, formats: Sequence[str]) -> None:
    if name not in formats:
        raise UsageError(
            f"{name}: not a format of this command", code="ATT-OUT-002", hint=f"formats: {', '.join(formats)}"
        )


def write(report: Report, chosen: Sequence[Destination], common: Common) -> tuple[Path, ...]:
    """Write the report to every destination, and return the files.

    Files come first, for a reader may close stdout early.

    Raises:
        OutputError: a file cannot be written.
        BrokenPipeError: the reader of stdout went away.
    """
    files = []
    for destination in sorted(chosen, key=lambda each: each.path == STDOUT):
        renderer = RENDERERS.named(destination.format)
        if destination.path == STDOUT and destination.format == "text" and report.errors and not _has_facts(report):
            continue  # the error on stderr says it all
        if destination.path == STDOUT:
            print_text(renderer.render(report, presentation_of(common)), common)
        else:
            text = renderer.render(report, Presentation(width=None, json_compact=common.json_compact))
            files.append(Path(expand(destination.path, report)))
            write_file(files[-1], text.encode())
    return tuple(files)


def _has_facts(report: Report) -> bool:
    return any(target.resolved is not None for target in report.targets)


def presentation_of(common: Common) -> Presentation:
    """Describe the terminal, or the pipe, that stdout is.

    Raises:
        UsageError: `--color` has none of its three values.
    """
    if common.color not in ("auto", "always", "never"):
        raise UsageError(f"{common.color}: not a value of --color", hint="auto, always or never")
    terminal = sys.stdout.isatty()
    width = common.width
    if width is None and terminal:
        width = shutil.get_terminal_size().columns
    return Presentation(
        width=width,
        color=common.color == "always" or (common.color == "auto" and _colorful(terminal=terminal)),
        ascii=common.ascii,
        quiet=common.quiet,
        json_compact=common.json_compact,
    )


def _colorful(*, terminal: bool) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("ATTEST_NO_COLOR"):
        return False
    return terminal or bool(os.environ.get("FORCE_COLOR"))


def print_text(text: str, common: Common) -> None:
    """Print `text`, through a pager where a person would have to scroll back."""
    if not common.no_pager and sys.stdout.isatty() and sys.stdin.isatty():
        rows = shutil.get_terminal_size().lines
        pager = shutil.which("less")
        if pager and text.count("\n") >= rows:
            subprocess.run([pager, "-FIRX"], input=text.encode(), check=False)  # noqa: S603 - a fixed command
            return
    print_bytes(text.encode())


def print_bytes(content: bytes) -> None:
    """Write `content` to stdout as it is, all of it.

    Raises:
        BrokenPipeError: the reader went away.
        OutputError: it cannot be written.
    """
    with writing_stdout():
        sys.stdout.flush()
        left = memoryview(content)
        while left:
            # without a buffer a write that a closed pipe cuts short does not fail, the one after it does
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()


@contextmanager
def writing_stdout() -> Iterator[None]:
    """Say what is wrong with stdout in our own words; what is left in its buffer goes nowhere.

    Raises:
        BrokenPipeError: the reader went away.
        OutputError: it is full, or closed.
    """
    try:
        yield
    except OSError as error:
        # Python flushes stdout once more at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        reason = (error.strerror or error.__class__.__name__).lower()
        raise OutputError(f"stdout: cannot be written ({reason})", hint="write to a file with -o") from error


def expand(path: str, report: Report) -> str:
    """Fill the placeholders of a path; what comes from an image cannot leave its place in it."""
    target = report.targets[0] if report.targets else None
    resolved = target.resolved if target else None
    values = {
        "registry": resolved.registry if resolved else None,
        "repo": resolved.repository if resolved else None,
        "tag": resolved.tag if resolved else None,
        "digest": resolved.digest if resolved else None,
        "platform": target.platforms[0].platform if target and len(target.platforms) == 1 else None,
    }
    for name, value in values.items():
        safe = _UNSAFE.sub("-", value or "none").lstrip(".") or "none"
        path = path.replace("{" + name + "}", safe)
    return path


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; missing directories are made.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or error.__class__.__name__
        raise OutputError(
            f"{path}: cannot be written ({reason.lower()})", hint="is it a folder that you may write to?"
        ) from error
