"""Reading values of the wrong type: what can be kept is kept, and the rest is noted."""

from typing import Any

from attest.formats.faults import Faults


def text(value: dict[str, Any], key: str, where: str, faults: Faults) -> str | None:
    """Return the text under `key`; a number becomes text, anything else null."""
    found = value.get(key)
    if found is None or isinstance(found, str):
        return found
    faults.note("ATT-SBOM-004", f"{key} is not a text", f"{where}/{key}")
    return str(found) if isinstance(found, int | float) else None


def texts(value: dict[str, Any], key: str, where: str, faults: Faults) -> list[str]:
    """Return the texts in the list under `key`; a lone text is a list of one."""
    found = value.get(key)
    if found is None:
        return []
    if isinstance(found, str):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return [found]
    if not isinstance(found, list):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return []
    kept = [each for each in found if isinstance(each, str)]
    if len(kept) != len(found):
        faults.note("ATT-SBOM-004", f"{key} holds what is not a text", f"{where}/{key}")
    return kept


def objects(value: dict[str, Any], key: str, where: str, faults: Faults) -> list[tuple[str, dict[str, Any]]]:
    """Return the objects in the list under `key`, each with its pointer; a lone object is a list of one."""
    found = value.get(key)
    if found is None:
        return []
    if isinstance(found, dict):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return [(f"{where}/{key}", found)]
    if not isinstance(found, list):
        faults.note("ATT-SBOM-004", f"{key} is not a list", f"{where}/{key}")
        return []
    kept = [(f"{where}/{key}/{n}", each) for n, each in enumerate(found) if isinstance(each, dict)]
    if len(kept) != len(found):
        faults.note("ATT-SBOM-004", f"{key} holds what is not an object", f"{where}/{key}")
    return kept
