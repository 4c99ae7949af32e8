"""How much of a document is read; what is more is cut or refused, and told."""

from itertools import accumulate
from typing import Final

from attest.formats.faults import Faults
from attest.licenses import MAX_NESTING, MAX_OPERANDS, is_too_long

MAX_PACKAGES: Final = 2_000_000
MAX_LICENSE: Final = 64 * 1024
"""Characters of one license."""
MAX_TEXT: Final = 4 * 1024 * 1024
"""Characters of the text of one license."""


def bounded(license_: str, pointer: str, faults: Faults) -> str:
    """Return a license of bearable length, and note what of it will not be understood."""
    if len(license_) <= MAX_NESTING:
        # nearly all: too short to be beyond any bound
        return license_
    if len(license_) > MAX_LICENSE:
        faults.lose("ATT-EVD-003", f"a license of more than {MAX_LICENSE} characters is cut", pointer)
        license_ = license_[:MAX_LICENSE]
    # as many as that are rare, and only then it is worth looking how deep they stand
    if license_.count("(") > MAX_NESTING and nesting(license_) > MAX_NESTING:
        faults.lose("ATT-EVD-003", f"a license nested deeper than {MAX_NESTING} is not understood", pointer)
    if is_too_long(license_):
        faults.lose("ATT-EVD-003", f"a license of more than {MAX_OPERANDS} operands is not understood", pointer)
    return license_


def nesting(text: str) -> int:
    """Return how deep parentheses are nested in a text."""
    return max(accumulate((each == "(") - (each == ")") for each in text), default=0)
