"""What the packages of one large image declare, and the reviewed meaning of each."""

import csv
import json
from collections import defaultdict

import pytest

from attest.licenses import Normalizer, is_known, leaves, parse
from attest.model.license import LicenseText
from tests.command import LAYOUTS

FOLDER = LAYOUTS.parent / "licenses"
TEXTS = json.loads((FOLDER / "debian-big-texts.json").read_text(encoding="utf-8"))
NORMALIZER = Normalizer({id_: LicenseText(text=text) for id_, text in TEXTS.items()})
with (FOLDER / "debian-big-values.tsv").open(encoding="utf-8", newline="") as file:
    VALUES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{value['ecosystem']} {value['raw'][:60]}")
def test_value_means_what_was_reviewed(value: dict[str, str]) -> None:
    normalized = NORMALIZER.normalize(value["raw"], value["ecosystem"])
    assert normalized.expression == value["normalized"]


def test_most_licenses_are_resolved() -> None:
    resolved: dict[str, list[bool]] = defaultdict(list)
    for value in VALUES:
        resolved[value["ecosystem"]] += [is_known(leaf.id) for leaf in leaves(parse(value["normalized"]))]
    shares = {ecosystem: sum(each) / len(each) for ecosystem, each in resolved.items()}
    assert shares["deb"] > 0.77
    assert min(shares[each] for each in ("npm", "pypi", "gem", "maven", "golang")) > 0.75
