"""YAML as plain values, of which nothing can grow: no aliases, no depth without end; scalars stay texts.

What readers of YAML differ in is refused: merge keys, tags, and more than one document.
"""

from typing import Any, Final

from attest.errors import MalformedDocumentError

MAX_DEPTH: Final = 200
_MERGE: Final = "<<"
# what a value is anyway
_TAGS: Final = (None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")))
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


def values_in(text: str) -> Any:
    """Read the only document of a text.

    Raises:
        MalformedDocumentError: it is no YAML, uses aliases, tags or merge keys, is nested too deep, has a key
            twice, or is not the only one.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Composer().composed(yaml.parse(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise MalformedDocumentError(f"not YAML ({' '.join(str(error).split())[:200]})") from error


class _Composer:
    """Puts together what a parser meets, so that nothing is built that was not written."""

    def __init__(self) -> None:
        self._open: list[tuple[Any, list[str]]] = []
        self._root: Any = None

    def composed(self, events: Any) -> Any:
        """Return the value of the only document."""
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "AliasEvent":
                raise MalformedDocumentError("YAML with aliases is not read", code="ATT-EVD-003")
            if getattr(event, "tag", None) not in _TAGS:
                raise MalformedDocumentError(f"YAML with the tag {event.tag} is not read")
            if kind == "ScalarEvent":
                self._add(event.value, is_plain=not event.style)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._begin({} if kind == "MappingStartEvent" else [])
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._open.pop()
            elif kind == "DocumentStartEvent":
                documents += 1
        if documents > 1:
            raise MalformedDocumentError("YAML with more than one document is not read")
        return self._root

    def _begin(self, value: Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise MalformedDocumentError(f"nested deeper than {MAX_DEPTH} levels", code="ATT-EVD-003")
        self._put(value)
        self._open.append((value, []))

    def _add(self, text: str, *, is_plain: bool) -> None:
        container, keys = self._open[-1] if self._open else (None, [])
        if isinstance(container, dict) and not keys:
            if is_plain and text == _MERGE:
                raise MalformedDocumentError("YAML with merge keys is not read")
            if text in container:
                raise MalformedDocumentError(f"{text} stands twice in one object")
            keys.append(text)
        else:
            self._put(None if is_plain and text in _NULLS else text)

    def _put(self, value: Any) -> None:
        container, keys = self._open[-1] if self._open else (None, [])
        if isinstance(container, dict):
            if not keys:
                raise MalformedDocumentError("a key is no text")
            container[keys.pop()] = value
        elif isinstance(container, list):
            container.append(value)
        else:
            self._root = value
