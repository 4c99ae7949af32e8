"""A baseline: the findings that were there on a day, which count no more until they are new.

What cannot be determined is no finding, and so nothing that a baseline could hide.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.errors import InvalidPolicyError
from attest.model.finding import Finding, FindingStatus
from attest.policy.verdict import LIMIT_RULE

SCHEMA: Final = "attest.baseline/1"
MAX_BYTES: Final = 64 * 1024 * 1024
NEW: Final = "new"
UNCHANGED: Final = "unchanged"


class BaselineEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One finding, by its fingerprint; the rest is for whoever reads the file."""

    fingerprint: str
    rule: str
    subject: str = ""
    license: str | None = None


class BaselineFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written: `created` is RFC 3339, `tool` the version of attest that wrote it."""

    schema: str
    tool: str
    created: str
    findings: tuple[BaselineEntry, ...] = ()


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A baseline that findings are compared with; if it `accepts`, new ones become part of it, too."""

    source: str
    created: str | None = None
    findings: tuple[BaselineEntry, ...] = ()
    accepts: bool = False

    def compared(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Mark findings as new or unchanged; those that are unchanged do not count.

        A limit that is passed always counts: it is about how many others there are.
        """
        known = frozenset(each.fingerprint for each in self.findings)
        return tuple(self._marked(each, is_known=each.fingerprint in known) for each in findings)

    def resolved(self, findings: Iterable[Finding]) -> tuple[BaselineEntry, ...]:
        """Return what is in the baseline and was not found any more."""
        found = frozenset(each.fingerprint for each in findings)
        return tuple(each for each in self.findings if each.fingerprint not in found)

    def _marked(self, finding: Finding, *, is_known: bool) -> Finding:
        marked = replace(finding, baseline=UNCHANGED if is_known else NEW)
        counts = finding.status is not FindingStatus.ACTIVE or finding.rule == LIMIT_RULE
        return marked if counts or not (is_known or self.accepts) else replace(marked, status=FindingStatus.BASELINE)


def read_baseline(path: str, *, accepts: bool = False) -> Baseline:
    """Read a baseline; one that `accepts` need not be there yet.

    Raises:
        InvalidPolicyError: it cannot be read, or is no baseline.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        if accepts:
            return Baseline(source=path, accepts=True)
        raise InvalidPolicyError(f"{path}: no such baseline", hint="--update-baseline writes it") from error
    except OSError as error:
        raise InvalidPolicyError(f"{path}: cannot be read ({error.__class__.__name__})") from error
    if len(content) > MAX_BYTES:
        raise InvalidPolicyError(f"{path}: a baseline of more than {MAX_BYTES} bytes is not read")
    try:
        found = msgspec.json.decode(content, type=BaselineFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InvalidPolicyError(f"{path}: no baseline ({reason})", hint="--update-baseline writes it anew") from error
    if found.schema != SCHEMA:
        raise InvalidPolicyError(f'{path}: schema is not "{SCHEMA}"', hint="this version reads no other")
    return Baseline(source=path, created=found.created, findings=found.findings, accepts=accepts)


def written(findings: Iterable[Finding], version: str, created: str) -> bytes:
    """Return the file that says that these findings are known; waived ones have their waivers."""
    known = {
        each.fingerprint: BaselineEntry(
            fingerprint=each.fingerprint, rule=each.rule, subject=each.subject, license=each.license
        )
        for each in findings
        if each.status is not FindingStatus.WAIVED and each.rule != LIMIT_RULE
    }
    entries = tuple(known[print_] for print_ in sorted(known))
    file = BaselineFile(schema=SCHEMA, tool=version, created=created, findings=entries)
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"
