"""SPDX 2.x in YAML; pointers lead into the equivalent JSON.

https://spdx.github.io/spdx-spec/v2.3/conformance/
"""

from typing import Final

from attest.formats.faults import replaced_text
from attest.formats.spdx_legacy import decoded
from attest.formats.yaml_text import values_in
from attest.model.sbom import Sbom


class SpdxYaml:
    """SPDX 2.x documents in YAML."""

    name = "spdx-yaml"
    media_types = frozenset({"application/spdx+yaml", "text/spdx+yaml"})

    def recognizes(self, head: bytes) -> bool:
        """See `Format.recognizes`; keys may stand in any order."""
        lines = head.splitlines()
        return any(line.lstrip(b"'\"").startswith(b"spdxVersion") and b":" in line for line in lines)

    def decode(self, content: bytes) -> Sbom:
        """See `Format.decode`."""
        return decode_document(content)


FORMAT: Final = SpdxYaml()


def decode_document(content: bytes, prefix: str = "") -> Sbom:
    """Read a document in YAML; see `attest.formats.spdx2.decode_document`, also for what is raised."""
    text, problems = replaced_text(content)
    return decoded(values_in(text), prefix, problems)
