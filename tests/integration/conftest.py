from collections.abc import Iterator

import pytest

from tests.registry_simulator import RegistrySimulator, running_registry


@pytest.fixture
def registry() -> Iterator[RegistrySimulator]:
    with running_registry() as running:
        yield running
