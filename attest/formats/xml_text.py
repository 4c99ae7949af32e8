"""XML as a tree, of which nothing can grow: no document type, no entities, no depth without end."""

from collections.abc import Iterator
from typing import Any, Final, cast
from xml.etree import ElementTree as ET

from attest.errors import MalformedDocumentError
from attest.formats.faults import replaced_text
from attest.model.problem import Problem

MAX_DEPTH: Final = 200
_FORBIDDEN: Final = ("<!DOCTYPE", "<!ENTITY")
_CHUNK: Final = 1024 * 1024


def tree_of(content: bytes) -> tuple[ET.Element, tuple[Problem, ...]]:
    """Read a document; return its root, and what was repaired.

    The text is decoded before anybody looks at it, so that no declared encoding
    shows the parser what the search for entities did not see.

    Raises:
        MalformedDocumentError: it is no XML, has a document type, or is nested too deep.
    """
    text, problems = replaced_text(content)
    upper = text.upper()
    if any(each in upper for each in _FORBIDDEN):
        raise MalformedDocumentError("XML with a document type or entities is not read", code="ATT-EVD-003")
    root: ET.Element | None = None
    depth = 0
    try:
        for event, element in _events(text):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise MalformedDocumentError(f"nested deeper than {MAX_DEPTH} levels", code="ATT-EVD-003")
    except ET.ParseError as error:
        raise MalformedDocumentError(f"not XML ({' '.join(str(error).split())})") from error
    if root is None:
        raise MalformedDocumentError("not XML (no element)")
    return root, problems


def _events(text: str) -> Iterator[tuple[str, ET.Element]]:
    """Yield the beginning and the end of each element, a piece of the text at a time."""
    parser: ET.XMLPullParser[Any] = ET.XMLPullParser(("start", "end"))
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
        yield from cast("Iterator[tuple[str, ET.Element]]", parser.read_events())
    parser.close()
    yield from cast("Iterator[tuple[str, ET.Element]]", parser.read_events())
