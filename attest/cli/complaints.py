"""How an error is told: one line with its code, then what to try next."""

import sys

from attest.errors import AttestError


def report_error(error: AttestError) -> int:
    """Explain an error on stderr in one line and a hint, and return its exit code."""
    from attest.render.sanitize import sanitize

    lines = [f"error[{error.code}]: {sanitize(error.message)}"]
    lines += [f"  fix:   {sanitize(line)}" for line in (error.hint or "").splitlines()]
    sys.stderr.write("\n".join(lines) + "\n")
    return error.exit_code
