"""Where attachments hide: one module for each convention."""

from attest.discovery.platforms import select
from attest.discovery.probes import unsupported
from attest.discovery.resolve import Resolution, resolve
from attest.discovery.search import Locator, Place, Progress, Reader, Role, Search, Wish
from attest.extension import ExtensionPoint
from attest.model.attachment import ResolvedImage
from attest.model.document import Discovery
from attest.sources.source import Source

__all__ = [
    "LOCATORS",
    "Locator",
    "Place",
    "Progress",
    "Reader",
    "Resolution",
    "Role",
    "Search",
    "Wish",
    "discover",
    "resolve",
    "select",
    "unsupported",
]

LOCATORS: ExtensionPoint[Locator] = ExtensionPoint(
    "attest.discovery.buildkit:LOCATOR",
    "attest.discovery.referrers:LOCATOR",
    "attest.discovery.cosign_tags:LOCATOR",
    "attest.discovery.external:LOCATOR",
)


def discover(source: Source, image: ResolvedImage, read: Reader, wish: Wish) -> Discovery:
    """Find, fetch and read everything attached to `image`, by every convention at once.

    The result is the same whatever order answers arrive in.
    """
    locators = [each for each in LOCATORS if wish.channels is None or each.channels & wish.channels]
    return Search(source, image, read, locators, wish).run()
