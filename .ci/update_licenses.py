"""Write the license catalog from the SPDX license list and the ScanCode index.

Usage: python .ci/update_licenses.py FOLDER

FOLDER holds `licenses.json`, `license-exceptions.json` and
`spdx-full-texts.json` (id to `licenseText`) of a release of the
SPDX license list. Categories come from the index inside the development
dependency `license-expression`; what it lacks or sees differently is decided
by `.ci/license_categories.toml`, which also says what replaced a deprecated id.
An id without a category, or a pattern that fits no id, stops the update.
"""

import json
import lzma
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attest.licenses.catalog import folded_name
from attest.licenses.texts import fingerprints, sample
from attest.licenses.urls import bare_url

HERE: Final = Path(__file__).resolve().parent
DATA: Final = HERE.parent / "attest" / "licenses" / "data"
CATEGORIES: Final = {
    "Public Domain": "public-domain",
    "Permissive": "permissive",
    "Copyleft Limited": "copyleft-weak",
    "Copyleft": "copyleft-strong",
    "Source-available": "source-available",
    "Free Restricted": "source-available",
    "Commercial": "proprietary",
    "Proprietary Free": "proprietary",
}
SCANCODE_PREFIX: Final = "LicenseRef-scancode-"

Json = dict[str, Any]


def main(folder: Path) -> None:
    """Write the data of the catalog."""
    listed = _read(folder / "licenses.json")
    licenses = sorted(listed["licenses"], key=lambda each: each["licenseId"])
    exceptions = sorted(each["licenseExceptionId"] for each in _read(folder / "license-exceptions.json")["exceptions"])
    decisions = tomllib.loads((HERE / "license_categories.toml").read_text(encoding="utf-8"))
    _check(decisions, {each["licenseId"] for each in licenses}, set(exceptions))
    scancode = _scancode()
    rows = [_license(each, scancode, decisions) for each in licenses]
    lacking = [row[0] for row in rows if row[4] is None]
    if lacking:
        sys.exit(f"no category: {', '.join(lacking)}")
    keeps = decisions["exceptions"]["keeps"]
    parts = [
        f'"version": {_text(listed["licenseListVersion"])}',
        f'"licenses": [\n{_lines(map(_text, rows))}\n]',
        f'"exceptions": {_object({id_: not _fits(id_, keeps) for id_ in exceptions})}',
        f'"names": {_object(_names(licenses))}',
        f'"urls": {_object(_pages(licenses))}',
    ]
    (DATA / "licenses.json").write_text(f"{{\n{_lines(parts)}\n}}\n", encoding="utf-8")
    refs = {
        key.removeprefix(SCANCODE_PREFIX).lower(): category
        for key, category in scancode.items()
        if key.startswith(SCANCODE_PREFIX)
    }
    (DATA / "scancode.json").write_text(_object(refs) + "\n", encoding="utf-8")
    current = {each["licenseId"] for each in licenses if not each["isDeprecatedLicenseId"]}
    texts = {
        id_: entry["licenseText"]
        for id_, entry in sorted(_read(folder / "spdx-full-texts.json").items())
        if id_ in current
    }
    _write_texts(texts)


def _write_texts(texts: Mapping[str, str]) -> None:
    """Write the texts, and what finds them; of licenses that share a text, one stands for all."""
    packed = lzma.compress(json.dumps(texts, ensure_ascii=False).encode(), preset=9 | lzma.PRESET_EXTREME)
    (DATA / "texts.json.xz").write_bytes(packed)
    found = _fingerprints(texts)
    samples = {id_: sample(text) for id_, text in texts.items() if id_ in found.values()}
    index = f'{{\n"fingerprints": {_object(found)},\n"samples": {_object(samples)}\n}}\n'
    (DATA / "text-index.json").write_text(index, encoding="utf-8")


def _read(path: Path) -> Json:
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(values: Iterable[str]) -> str:
    return ",\n".join(values)


def _object(members: Mapping[str, object]) -> str:
    return f"{{\n{_lines(f'{_text(key)}: {_text(value)}' for key, value in sorted(members.items()))}\n}}"


def _fits(id_: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(id_, pattern) for pattern in patterns)


def _check(decisions: Json, ids: set[str], exceptions: set[str]) -> None:
    """Stop at a pattern that fits no id: it decides nothing, and whoever wrote it meant another."""
    about_ids = [*decisions["replacements"], *(each for each in decisions["categories"].values() for each in each)]
    idle = [pattern for pattern in about_ids if not any(fnmatchcase(id_, pattern) for id_ in ids)]
    idle += [each for each in decisions["exceptions"]["keeps"] if not any(fnmatchcase(id_, each) for id_ in exceptions)]
    if idle:
        sys.exit(f"no such id: {', '.join(idle)}")


def _license(each: Json, scancode: Mapping[str, str], decisions: Json) -> list[Any]:
    id_ = each["licenseId"]
    return [
        id_,
        each["name"],
        each.get("isOsiApproved"),
        each.get("isFsfLibre"),
        _category(id_, scancode, decisions["categories"]),
        bool(each["isDeprecatedLicenseId"]),
        _replacement(id_, decisions["replacements"]) if each["isDeprecatedLicenseId"] else None,
    ]


def _category(id_: str, scancode: Mapping[str, str], decided: Mapping[str, list[str]]) -> str | None:
    for category, patterns in decided.items():
        if _fits(id_, patterns):
            return category
    return scancode.get(id_)


def _replacement(id_: str, decided: Mapping[str, str]) -> str | None:
    """Return what a deprecated id became; the GNU licenses' ids said neither `only` nor `or later`."""
    if id_ in decided:
        return decided[id_] or None
    return f"{id_.removesuffix('+')}-or-later" if id_.endswith("+") else f"{id_}-only"


def _scancode() -> dict[str, str]:
    """Map each id that ScanCode knows to its category, an id of its own before one that it merged."""
    text = (files("license_expression") / "data" / "scancode-licensedb-index.json").read_text(encoding="utf-8")
    entries = [each for each in json.loads(text) if each["category"] in CATEGORIES]
    merged = {key: each for each in entries for key in each.get("other_spdx_license_keys", ())}
    own = {each["spdx_license_key"]: each for each in entries if each.get("spdx_license_key")}
    return {key: CATEGORIES[each["category"]] for key, each in (merged | own).items()}


def _names(licenses: Iterable[Json]) -> dict[str, str]:
    return _of_one((folded_name(each["name"]), each) for each in licenses)


def _pages(licenses: Iterable[Json]) -> dict[str, str]:
    return _of_one((bare_url(url), each) for each in licenses for url in each.get("seeAlso", ()))


def _of_one(pairs: Iterable[tuple[str, Json]]) -> dict[str, str]:
    """Map each name or page to the one license it is of; what several share is of none."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, each in pairs:
        if not each["isDeprecatedLicenseId"]:
            found[key].add(each["licenseId"])
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}


def _fingerprints(texts: Mapping[str, str]) -> dict[str, str]:
    """Map the fingerprints of every text to its id; of ids that share a text the shortest, else `-only`."""
    owners: dict[str, set[str]] = defaultdict(set)
    for id_, text in texts.items():
        for each in fingerprints(text):
            owners[each].add(id_)
    return {each: min(ids, key=lambda id_: (id_.endswith("-or-later"), len(id_), id_)) for each, ids in owners.items()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
