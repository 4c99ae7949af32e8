"""Registries: the one place that speaks HTTP.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

from typing import Final

from attest.model.reference import Reference, without_registry_prefix
from attest.sources.source import Access, Source


class RegistryKind:
    """Takes `registry://…`, `docker://…`, and whatever no other kind takes."""

    name = "registry"

    def takes(self, text: str) -> bool:  # noqa: ARG002 - the last kind takes everything
        """See `SourceKind.takes`."""
        return True

    def open(self, text: str, access: Access) -> Source:
        """See `SourceKind.open`."""
        from attest.sources.registry.client import RegistrySource

        rest = without_registry_prefix(text)
        return RegistrySource(Reference.parse(text if rest is None else rest), access)


SOURCE: Final = RegistryKind()
