"""An ordered list of interchangeable parts, each imported when it is first used."""

from collections.abc import Iterator
from importlib import import_module
from typing import Generic, Protocol, TypeVar


class Part(Protocol):
    """Anything with a name by which it can be chosen."""

    @property
    def name(self) -> str:
        """The word a user chooses the part by; its module's name with `-` for `_`."""
        ...


PartT = TypeVar("PartT", bound=Part)


class ExtensionPoint(Generic[PartT]):
    """The parts of one room, registered as object references `module:attribute`.

    The order is the order of precedence. A part's name is its module's name
    with `-` for `_`, so that choosing one by name imports no other.
    """

    def __init__(self, *references: str) -> None:
        self.references = references

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, without importing any."""
        return tuple(_name(reference) for reference in self.references)

    def named(self, name: str) -> PartT:
        """Import and return the part called `name`.

        Raises:
            KeyError: no part has this name.
        """
        for reference in self.references:
            if _name(reference) == name:
                return self._load(reference)
        raise KeyError(name)

    def __iter__(self) -> Iterator[PartT]:
        return (self._load(reference) for reference in self.references)

    def __len__(self) -> int:
        return len(self.references)

    @staticmethod
    def _load(reference: str) -> PartT:
        module, _, attribute = reference.partition(":")
        part: PartT = getattr(import_module(module), attribute)
        return part


def _name(reference: str) -> str:
    return reference.partition(":")[0].rpartition(".")[2].replace("_", "-")
