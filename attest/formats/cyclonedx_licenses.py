"""The licenses of CycloneDX components, as one expression each.

A list of licenses means that all of them apply. What is no expression, or comes
with a text or an address of its own, stands in it as a `LicenseRef-…` that the
document explains, as SPDX would write it.
https://cyclonedx.org/docs/1.7/json/#components_items_licenses
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from attest.formats.bounds import MAX_LICENSE, MAX_TEXT, bounded
from attest.formats.faults import Faults
from attest.licenses import ExpressionError, Or, canonical_id, parse
from attest.model.license import LicenseText

_SLUG: Final = re.compile(r"[^A-Za-z0-9.]+")
_MAX_SLUG: Final = 64


class Attached(msgspec.Struct, gc=False):
    """A license text, perhaps in base64."""

    content: str = ""
    encoding: str | None = None


class Named(msgspec.Struct, gc=False):
    """A license by its SPDX id or its name."""

    id: str | None = None
    name: str | None = None
    url: str | None = None
    text: Attached | None = None
    acknowledgement: str | None = None


class Detail(msgspec.Struct, gc=False, rename="camel"):
    """What 1.7 says of one id of an expression."""

    license_identifier: str = ""
    text: Attached | None = None
    url: str | None = None


class Choice(msgspec.Struct, gc=False, rename="camel"):
    """One entry of the list: a license or an expression, in real documents sometimes both."""

    license: Named | None = None
    expression: str | None = None
    acknowledgement: str | None = None
    expression_details: list[Detail] | None = None


class LicenseReader:
    """Reads the licenses of one document; `texts` are what its `LicenseRef-…` mean."""

    def __init__(self, faults: Faults) -> None:
        self.texts: dict[str, LicenseText] = {}
        self._faults = faults
        self._known: dict[str, bool] = {}

    def read(self, choices: Sequence[Choice], pointer: str) -> tuple[str | None, str | None]:
        """Return what is declared and what is concluded, each null where nothing is."""
        declared: list[str] = []
        concluded: list[str] = []
        for choice in choices:
            named = choice.license
            stated = choice.acknowledgement or (named.acknowledgement if named else None)
            operands = concluded if stated == "concluded" else declared
            found = list(self._operands(choice, pointer))
            if not found:
                self._faults.note("ATT-SBOM-004", "a license entry is empty", pointer)
            operands += found
        return self._joined(declared, pointer), self._joined(concluded, pointer)

    def _operands(self, choice: Choice, pointer: str) -> Iterator[str]:
        for detail in choice.expression_details or ():
            self._explain(detail, pointer)
        if choice.expression:
            yield choice.expression
        if choice.license is not None:
            yield from self._named(choice.license, pointer)

    def _named(self, license_: Named, pointer: str) -> Iterator[str]:
        if license_.id:
            if self._is_known(license_.id):
                yield license_.id
                return
            self._faults.note("ATT-SBOM-004", "an id of a license is not on the SPDX list", pointer)
        name = license_.id or license_.name
        text = _text(license_.text)
        if text or (name and license_.url):
            see_also = (license_.url,) if license_.url else ()
            yield self._reference(
                name or "text", LicenseText(name=name, text=self._cut(text, pointer), see_also=see_also)
            )
        elif name or license_.url:
            yield name or license_.url or ""

    def _is_known(self, id_: str) -> bool:
        known = self._known.get(id_)
        if known is None:
            known = self._known[id_] = canonical_id(id_) is not None or id_.startswith("LicenseRef-")
        return known

    def _joined(self, operands: list[str], pointer: str) -> str | None:
        if len(operands) > 1:
            operands = [self._operand(bounded(each, pointer, self._faults)) for each in operands]
        joined = " AND ".join(dict.fromkeys(operands))
        return bounded(joined, pointer, self._faults) or None

    def _operand(self, text: str) -> str:
        """Make of one license what may stand beside others."""
        try:
            tree = parse(text)
        except ExpressionError:
            return self._reference(text, LicenseText(name=text[:MAX_LICENSE]))
        return f"({text})" if isinstance(tree, Or) else text

    def _reference(self, name: str, text: LicenseText) -> str:
        slug = _SLUG.sub("-", name[:_MAX_SLUG]).strip("-.") or "license"
        reference, number = f"LicenseRef-{slug}", 1
        while self.texts.setdefault(reference, text) != text:
            number += 1
            reference = f"LicenseRef-{slug}-{number}"
        return reference

    def _explain(self, detail: Detail, pointer: str) -> None:
        if detail.license_identifier.startswith("LicenseRef-"):
            see_also = (detail.url,) if detail.url else ()
            text = self._cut(_text(detail.text), pointer)
            self.texts.setdefault(detail.license_identifier, LicenseText(text=text, see_also=see_also))

    def _cut(self, text: str | None, pointer: str) -> str | None:
        if text is not None and len(text) > MAX_TEXT:
            self._faults.lose("ATT-EVD-003", f"a license text of more than {MAX_TEXT} characters is cut", pointer)
            return text[:MAX_TEXT]
        return text


def _text(attached: Attached | None) -> str | None:
    if attached is None or not attached.content.strip():
        return None
    if attached.encoding != "base64":
        return attached.content
    try:
        return base64.b64decode(attached.content).decode(errors="replace") or None
    except (binascii.Error, ValueError):
        return None
