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
    "cpe": {"": "Classpath-exception-2.0"},
    "font": {"": "Font-exception-2.0"},
    "gcc": {"2": "GCC-exception-2.0", "3": "GCC-exception-3.1"},
    "gcc runtime library": {"3": "GCC-exception-3.1"},
    "libtool": {"": "Libtool-exception"},
    "texinfo": {"": "Texinfo-exception"},
    "llvm": {"": "LLVM-exception"},
    "ocaml linking": {"": "OCaml-LGPL-linking-exception"},
}
_NOISE: Final = re.compile(r"^(?:the|a|an)\s+|[-\s]*exceptions?\+?$|\+$", re.IGNORECASE)


def exception_named(text: str, base: Leaf) -> str | None:
    """Return the exception that a text names behind `base`, whose version may decide; null if none is known so."""
    text = text.strip().rstrip("+")
    listed = catalog.canonical_exception(text) or catalog.canonical_exception(text.replace(" ", "-"))
    if listed is not None:
        return listed
    name = _NOISE.sub("", text).replace("-", " ").lower().strip()
    choices = _ALIASES.get(name)
    if choices is None:
        return catalog.canonical_exception(f"{name.replace(' ', '-')}-exception") if name else None
    family, _, version = base.id.partition("-")
    major = version[:1] if family in GNU else ""
    return choices.get(major) or choices.get("")
