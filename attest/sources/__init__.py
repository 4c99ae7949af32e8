"""Where bytes come from: one module (or folder) for each kind of source."""

from attest.extension import ExtensionPoint
from attest.sources.source import Access, Root, Source, SourceKind

__all__ = ["SOURCES", "Access", "Root", "Source", "SourceKind", "kind_of", "open_source"]

SOURCES: ExtensionPoint[SourceKind] = ExtensionPoint(
    "attest.sources.archive:SOURCE",
    "attest.sources.layout:SOURCE",
    "attest.sources.document:SOURCE",
    # takes whatever no other kind does, so it comes last
    "attest.sources.registry:SOURCE",
)


def open_source(text: str, access: Access) -> Source:
    """Open what the reference `text` names: by its prefix, else by what exists, else a registry.

    Raises:
        UsageError: the text is no reference.
    """
    return kind_of(text).open(text, access)


def kind_of(text: str) -> SourceKind:
    """Tell which kind of source the reference `text` names."""
    return next(each for each in SOURCES if each.takes(text))
