"""How much of an image is looked at: each limit is a setting, and to reach one is told, never passed over.

Sizes of content are limited where it is fetched: `attest.sources.source`.
"""

from collections.abc import Mapping
from typing import Final, Self

import msgspec
from msgspec.structs import fields

from attest.errors import InvalidConfigError, MalformedDocumentError


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Counts. `index_nesting` and `referrer_depth` are in hops from the image."""

    index_entries: int = 1000
    index_nesting: int = 4
    layers: int = 1000
    referrer_depth: int = 3
    referrer_pages: int = 50
    referrers: int = 5000
    redirects: int = 5
    requests: int = 2000

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read the limits that an environment sets, such as `ATTEST_MAX_LAYERS=2000`.

        Raises:
            InvalidConfigError: one is no positive number.
        """
        texts = {each.name: environment.get(setting(each.name), "").strip() for each in fields(cls)}
        for name, text in texts.items():
            if text and not (text.isascii() and text.isdecimal() and int(text)):
                raise InvalidConfigError(f"{setting(name)}: {text} is no positive number", hint="write digits alone")
        return cls(**{name: int(text) for name, text in texts.items() if text})

    def reached(self, name: str, what: str) -> MalformedDocumentError:
        """Return the error for a thing that has more than a limit of this name allows."""
        counted = name.replace("_", " ")
        return MalformedDocumentError(
            f"{what}: more than {getattr(self, name)} {counted}",
            code="ATT-EVD-003",
            hint=f"{setting(name)} sets this limit",
        )


def setting(name: str) -> str:
    """Return the environment variable that sets a limit."""
    return f"ATTEST_MAX_{name.upper()}"


DEFAULT_LIMITS: Final = Limits()
