import pytest
from msgspec.structs import fields

from attest.errors import InvalidConfigError
from attest.model.limits import Limits, setting


@pytest.mark.parametrize("name", [each.name for each in fields(Limits)])
def test_every_limit_is_a_setting(name: str) -> None:
    assert getattr(Limits.of({setting(name): "7"}), name) == 7


@pytest.mark.parametrize("text", ["0", "-1", "ten", "1e3", "٣", "1.5"])
def test_a_setting_that_is_no_positive_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfigError, match="ATTEST_MAX_LAYERS"):
        Limits.of({"ATTEST_MAX_LAYERS": text})


def test_a_limit_that_is_reached_names_its_setting() -> None:
    error = Limits().reached("index_entries", "app")
    assert (error.message, error.hint) == (
        "app: more than 1000 index entries",
        "ATTEST_MAX_INDEX_ENTRIES sets this limit",
    )
