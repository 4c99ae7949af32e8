"""How much of a document is read; what is more is cut or refused, and told."""

from typing import Final

MAX_PACKAGES: Final = 2_000_000
MAX_LICENSE: Final = 64 * 1024
"""Characters of one license."""
MAX_TEXT: Final = 4 * 1024 * 1024
"""Characters of the text of one license."""
