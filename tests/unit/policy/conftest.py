from collections.abc import Callable
from pathlib import Path

import pytest

from attest.policy import Policy, load_policy

Write = Callable[[str], Policy]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Load a policy from its text."""

    def write(text: str) -> Policy:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return load_policy(str(path))

    return write
