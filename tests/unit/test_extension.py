import pytest

from attest.extension import ExtensionPoint, Part

PARTS: ExtensionPoint[Part] = ExtensionPoint(
    "attest.discovery.buildkit:LOCATOR",
    "no.such_module:PART",
)


def test_names_are_known_without_importing_any_part() -> None:
    assert PARTS.names == ("buildkit", "such-module")


def test_choosing_one_part_imports_no_other() -> None:
    assert PARTS.named("buildkit").name == "buildkit"


def test_a_name_that_no_part_has_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        PARTS.named("nothing")
