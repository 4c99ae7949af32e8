"""Exceptions by the names people give them."""

import re
from typing import Final

from attest.licenses import catalog
from attest.licenses.expression import Leaf
from attest.licenses.families import GNU

# names without a version, and the exception they are under one version of the GPL or any
_ALIASES: Final = {
    "autoconf": {"2": "Autoconf-exception-2.0", "3": "Autoconf-exception-3.0"},
    "bison": {"": "Bison-exception-2.2"},
    "classpath": {"": "Classpath-exception-2.0"},
    "gnu classpath": {"": "Classpath-exception-2.0"},
    "font": {"": "Font-exception-2.0"},
    "gcc": {"2": "GCC-exception-2.0", "3": "GCC-exception-3.1"},
    "gcc runtime library": {"3": "GCC-exception-3.1"},
    "libtool": {"": "Libtool-exception"},
    "texinfo": {"": "Texinfo-exception"},
    "llvm": {"": "LLVM-exception"},
    "ocaml linking": {"": "OCaml-LGPL-linking-exception"},
}
_NOISE: Final = re.compile(r"^(?:the|a|an)\s+|[-\s]*exceptions?\+?$|\+$", re.IGNORECASE)


def with_exception(base: Leaf, text: str, unrecognized: list[str]) -> Leaf:
    """Add the exception that `text` names; an unknown one leaves the license as it is, and is listed."""
    exception = _exception(base, text)
    if exception is None:
        unrecognized.append(text)
        return base
    return Leaf(base.id, base.or_later, exception)


def _exception(base: Leaf, text: str) -> str | None:
    text = text.strip().rstrip("+")
    listed = catalog.canonical_exception(text) or catalog.canonical_exception(text.replace(" ", "-"))
    if listed is not None:
        return listed
    name = _NOISE.sub("", text.strip()).replace("-", " ").lower().strip()
    choices = _ALIASES.get(name)
    if choices is None:
        return catalog.canonical_exception(f"{name.replace(' ', '-')}-exception") if name else None
    family, _, version = base.id.partition("-")
    major = version[:1] if family in GNU else ""
    return choices.get(major) or choices.get("")
