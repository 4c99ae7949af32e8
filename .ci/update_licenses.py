"""Write the license catalog from the SPDX license list and the ScanCode index.

Usage: python .ci/update_licenses.py FOLDER

FOLDER holds `licenses.json`, `license-exceptions.json` and
`spdx-full-texts.json` (id to `licenseText`) of a release of the
SPDX license list. Categories come from the index inside the development
dependency `license-expression`; what it lacks or sees differently is decided
by the table of overrides in `.ci/license_categories.toml`. An id without a
category stops the update.
"""

import json
import re
import sys
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attest.licenses.text_match import fingerprints

HERE: Final = Path(__file__).resolve().parent
TARGET: Final = HERE.parent / "attest" / "licenses" / "data" / "licenses.json"
FINGERPRINTS: Final = TARGET.with_name("fingerprints.json")
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
URL_NOISE: Final = re.compile(
    r"^(?:https?://)?(?:web\.archive\.org/web/\d+(?:id_)?/(?:https?://)?)?(?:www\.)?|[?#].*$|/$|\.(?:txt|html?|php)$",
    re.IGNORECASE,
)


def main(folder: Path) -> None:
    """Write the catalog."""
    listed = json.loads((folder / "licenses.json").read_text(encoding="utf-8"))
    exceptions = json.loads((folder / "license-exceptions.json").read_text(encoding="utf-8"))
    overrides = tomllib.loads((HERE / "license_categories.toml").read_text(encoding="utf-8"))
    scancode = _scancode()
    licenses = sorted(listed["licenses"], key=lambda each: each["licenseId"])
    rows = [_license(each, scancode, overrides) for each in licenses]
    lacking = [row[0] for row in rows if row[4] is None]
    if lacking:
        sys.exit(f"no category: {', '.join(lacking)}")
    lines = [
        "{",
        f'"version": {json.dumps(listed["licenseListVersion"])},',
        '"licenses": [',
        ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        "],",
        '"exceptions": [',
        ",\n".join(
            json.dumps([each["licenseExceptionId"], _weakens(each["licenseExceptionId"], overrides)])
            for each in sorted(exceptions["exceptions"], key=lambda each: each["licenseExceptionId"])
        ),
        "],",
        '"urls": {',
        ",\n".join(f"{json.dumps(url)}: {json.dumps(id_)}" for url, id_ in sorted(_urls(licenses).items())),
        "}",
        "}",
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    texts = json.loads((folder / "spdx-full-texts.json").read_text(encoding="utf-8"))
    table = _fingerprints(texts, {each["licenseId"] for each in licenses if each["isDeprecatedLicenseId"]})
    FINGERPRINTS.write_text(json.dumps(table, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def _fingerprints(texts: dict[str, Any], deprecated: set[str]) -> dict[str, str]:
    """Map the fingerprints of every text to its id; of ids that share a text the shortest, else `-only`."""
    owners: dict[str, set[str]] = defaultdict(set)
    for id_, entry in texts.items():
        for each in fingerprints(entry["licenseText"]) if id_ not in deprecated else ():
            owners[each].add(id_)
    return {each: min(ids, key=lambda id_: (id_.endswith("-or-later"), len(id_), id_)) for each, ids in owners.items()}


def _license(each: dict[str, Any], scancode: dict[str, str], overrides: dict[str, Any]) -> list[Any]:
    id_ = each["licenseId"]
    return [
        id_,
        each["name"],
        each.get("isOsiApproved"),
        each.get("isFsfLibre"),
        _category(id_, scancode, overrides),
        bool(each["isDeprecatedLicenseId"]),
    ]


def _category(id_: str, scancode: dict[str, str], overrides: dict[str, Any]) -> str | None:
    for category, patterns in overrides["categories"].items():
        if any(fnmatchcase(id_, pattern) for pattern in patterns):
            return str(category)
    return scancode.get(id_)


def _scancode() -> dict[str, str]:
    text = (files("license_expression") / "data" / "scancode-licensedb-index.json").read_text(encoding="utf-8")
    categories = {}
    for each in json.loads(text):
        for key in (each.get("spdx_license_key"), *each.get("other_spdx_license_keys", ())):
            if key and each["category"] in CATEGORIES:
                categories.setdefault(key, CATEGORIES[each["category"]])
    return categories


def _weakens(id_: str, overrides: dict[str, Any]) -> bool:
    return not any(fnmatchcase(id_, pattern) for pattern in overrides["exceptions"]["keeps"])


def _urls(licenses: list[dict[str, Any]]) -> dict[str, str]:
    """Map each page to the license it is about; a page that several share is about none."""
    found: dict[str, set[str]] = defaultdict(set)
    deprecated = {each["licenseId"] for each in licenses if each["isDeprecatedLicenseId"]}
    for each in licenses:
        for url in each.get("seeAlso", ()):
            found[_bare(url)].add(each["licenseId"])
    current = {url: ids - deprecated for url, ids in found.items()}
    return {url: next(iter(ids)) for url, ids in current.items() if len(ids) == 1}


def _bare(url: str) -> str:
    previous = ""
    url = url.strip()
    while url != previous:
        previous, url = url, URL_NOISE.sub("", url)
    return url.lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
