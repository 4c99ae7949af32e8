"""The version of attest, in one place and free of imports."""

from typing import Final

__version__: Final = "0.1.0"
