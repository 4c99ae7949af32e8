"""Pages about licenses: many addresses of one page, and the license it is about."""

import re
from typing import Final

MAX_LENGTH: Final = 2048
_SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"^(?:https?://)?(?:(?:web|wayback)\.archive\.org/web/\d+(?:[a-z]{2}_)?/(?:https?://)?)?(?:www\.)?"
    r"|[?#].*$|/$|\.(?:txt|html?|php)$",
    re.IGNORECASE,
)


def bare_url(url: str) -> str:
    """Return a URL as the catalog knows it: without scheme, archive, query and ending, in lower case."""
    previous, url = "", url.strip()[:MAX_LENGTH]
    while url != previous:
        previous, url = url, _NOISE.sub("", url)
    return url.lower()


def is_url(text: str) -> bool:
    """Tell whether a whole text is one address."""
    return " " not in text and ("/" in text or _SCHEME.match(text) is not None)
