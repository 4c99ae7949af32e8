"""Where bytes come from: one module (or folder) for each kind of source."""

from attest.extension import ExtensionPoint
from attest.model.reference import local_kind, names_image
from attest.sources.source import Access, Root, Source, SourceKind

__all__ = ["SOURCES", "Access", "Root", "Source", "SourceKind", "kind_of", "open_source", "reading_of"]

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


def reading_of(text: str) -> str | None:
    """Say how a text was read that names something on disk and an image as well; null if nothing has to be said."""
    kind = kind_of(text)
    if local_kind(text) is not None or kind.name == "registry" or not names_image(text):
        return None
    return f"{text}: read as the {kind.name} of that name on disk; registry://{text} is the image"


def kind_of(text: str) -> SourceKind:
    """Tell which kind of source the reference `text` names."""
    return next(each for each in SOURCES if each.takes(text))
