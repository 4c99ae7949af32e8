"""go-spdx's table of what satisfies what, as policies with an allow list."""

import json
from typing import Any

import pytest

from attest.errors import InvalidPolicyError
from attest.licenses import Normalizer
from attest.model.license import Effect
from attest.policy.license_effect import LicenseJudge
from tests.command import LAYOUTS
from tests.unit.policy.conftest import Write

TABLE = json.loads((LAYOUTS.parent / "vectors" / "go-spdx-satisfies.json").read_text())["cases"]["TestSatisfies"]
ROWS = [row for row in TABLE if row.get("err") in (None, []) and isinstance(row.get("repoExpression"), str)]

# rows that mean something else under our rules
OLD_IDS = ("GPL-2.0", "GPL-3.0", "GPL-1.0", "LGPL-2.1")  # in a policy a bare old id covers -only and -or-later
NO_IDS = ("Apache-2.0-or-later", "Apache-2.0-only")  # on no list: a policy that names one is refused


def differs(row: dict[str, Any]) -> bool:
    """Tell whether a row means something else here."""
    return any(each in (*OLD_IDS, *NO_IDS) for each in row["allowedList"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_what_satisfies_an_allow_list_is_allowed(write: Write, row: dict[str, Any]) -> None:
    allowed = json.dumps(row["allowedList"])
    try:
        policy = write(f'[licenses]\ndefault = "deny"\nmissing = "deny"\nnonstandard = "deny"\nallow = {allowed}\n')
    except InvalidPolicyError:
        is_expression = any(" AND " in each or " OR " in each for each in row["allowedList"])
        assert not row["satisfied"] or is_expression or differs(row)
        return
    tree = Normalizer().normalize(row["repoExpression"]).tree
    is_allowed = LicenseJudge(policy).judge(tree).effect is Effect.ALLOW
    assert is_allowed is row["satisfied"] or differs(row)
