import tomllib
from pathlib import Path

import pytest

from attest.licenses import (
    FAMILIES,
    LIST_VERSION,
    Leaf,
    all_exceptions,
    all_ids,
    canonical_exception,
    canonical_id,
    category_of,
    is_known,
    later_versions,
    leaves,
    license_of,
    parse,
    replacement_of,
    weakens,
)
from attest.licenses.catalog import data_version, id_at, id_named
from attest.model.license import Category

GOLDEN = tomllib.loads(Path(__file__).with_name("categories.toml").read_text(encoding="utf-8"))
UNDECIDED = {"any-OSI", "any-OSI-perl-modules"}


def test_catalog_is_of_the_release_it_names() -> None:
    assert data_version() == LIST_VERSION
    assert (len(all_ids()), len(all_exceptions())) == (727, 84)


def test_every_license_has_a_category() -> None:
    unknown = {id_ for id_ in all_ids() if category_of(Leaf(id_)) is Category.UNKNOWN}
    assert unknown == UNDECIDED


@pytest.mark.parametrize("category", GOLDEN)
def test_rare_categories_are_those_that_were_reviewed(category: str) -> None:
    found = [id_ for id_ in all_ids() if category_of(Leaf(id_)) == Category(category)]
    assert found == GOLDEN[category]


@pytest.mark.parametrize(
    ("expression", "category"),
    [
        ("GPL-2.0-only", Category.COPYLEFT_STRONG),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Category.COPYLEFT_WEAK),
        ("GPL-2.0-or-later WITH stunnel-exception", Category.COPYLEFT_STRONG),
        ("GPL-3.0-only WITH GPL-CC-1.0", Category.COPYLEFT_STRONG),
        ("AGPL-3.0-only WITH GCC-exception-3.1", Category.NETWORK_COPYLEFT),
        ("LGPL-2.1-only WITH OCaml-LGPL-linking-exception", Category.COPYLEFT_WEAK),
        ("Apache-2.0 WITH LLVM-exception", Category.PERMISSIVE),
        ("HPND-export-US", Category.PERMISSIVE),
        ("LPPL-1.3c", Category.COPYLEFT_WEAK),
        ("Watcom-1.0", Category.COPYLEFT_STRONG),
        ("LicenseRef-scancode-public-domain", Category.PUBLIC_DOMAIN),
        ("LicenseRef-scancode-commons-clause", Category.SOURCE_AVAILABLE),
        ("LicenseRef-scancode-rsalv2", Category.SOURCE_AVAILABLE),
        ("LicenseRef-scancode-confluent-community-1.0", Category.SOURCE_AVAILABLE),
        ("LicenseRef-scancode-elastic-license-2018", Category.SOURCE_AVAILABLE),
        ("LicenseRef-scancode-no-such-key", Category.UNKNOWN),
        ("LicenseRef-attest-GPL", Category.COPYLEFT_STRONG),
        ("LicenseRef-attest-Some-Commercial-License", Category.PROPRIETARY),
        ("LicenseRef-GPL", Category.UNKNOWN),
        ("NOASSERTION", Category.UNKNOWN),
    ],
)
def test_a_leaf_demands(expression: str, category: Category) -> None:
    (leaf,) = leaves(parse(expression))
    assert category_of(leaf) is category


def test_exceptions_that_change_nothing_are_those_about_one_library() -> None:
    keeping = [id_ for id_ in all_exceptions() if not weakens(id_)]
    assert keeping == GOLDEN_EXCEPTIONS


GOLDEN_EXCEPTIONS = [
    "Asterisk-exception",
    "Asterisk-linking-protocols-exception",
    "GPL-CC-1.0",
    "SHL-2.0",
    "SHL-2.1",
    "cryptsetup-OpenSSL-exception",
    "kvirc-openssl-exception",
    "libpri-OpenH323-exception",
    "openvpn-openssl-exception",
    "sqlitestudio-OpenSSL-exception",
    "stunnel-exception",
    "vsftpd-openssl-exception",
    "x11vnc-openssl-exception",
]


def test_what_replaced_an_id_stands_on_the_list_and_is_not_replaced() -> None:
    replaced = {id_: replacement_of(id_) for id_ in all_ids() if license_of(id_).deprecated}
    assert len(replaced) == 32
    assert {id_ for id_, other in replaced.items() if other == id_} == {"Net-SNMP"}
    for leaf in (leaf for other in replaced.values() for leaf in leaves(parse(other))):
        assert is_known(leaf.id)
        assert replacement_of(leaf.id) == leaf.id
        assert leaf.exception is None or canonical_exception(leaf.exception) == leaf.exception


@pytest.mark.parametrize(
    ("id_", "versions"),
    [
        ("GPL-2.0-or-later", ("GPL-2.0-only", "GPL-3.0-only")),
        ("LGPL-2.1-or-later", ("LGPL-2.1-only", "LGPL-3.0-only")),
        ("AGPL-1.0-or-later", ("AGPL-1.0-only", "AGPL-3.0-only")),
        ("GFDL-1.2-no-invariants-or-later", ("GFDL-1.2-no-invariants-only", "GFDL-1.3-no-invariants-only")),
        ("GPL-2.0-only", ("GPL-2.0-only",)),
        ("MIT", ("MIT",)),
    ],
)
def test_later_versions_are(id_: str, versions: tuple[str, ...]) -> None:
    assert later_versions(id_) == versions
    assert all(is_known(each) for each in versions)


def test_a_plus_reaches_the_later_versions_too() -> None:
    assert later_versions("Apache-1.1", or_later=True) == ("Apache-1.1", "Apache-2.0")
    assert later_versions("MIT", or_later=True) == ("MIT",)


def test_a_family_and_a_license_are_never_the_same_word() -> None:
    assert {name for name in FAMILIES if canonical_id(name)} == {"MIT"}


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        ("http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("https://WWW.APACHE.org/licenses/LICENSE-2.0#top", "Apache-2.0"),
        ("https://web.archive.org/web/20200101000000id_/https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://example.com/?target=https://www.apache.org/licenses/LICENSE-2.0", None),
        ("https://www.gnu.org/licenses/", None),
        ("", None),
    ],
)
def test_a_page_is_about(url: str, id_: str | None) -> None:
    assert id_at(url) == id_


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Universal Permissive License v1.0", "UPL-1.0"),
        ("universal permissive licence, version 1", "UPL-1.0"),
        ("Academic Free License", None),
        ("Apache License 2.0+", None),
    ],
)
def test_the_list_names(name: str, id_: str | None) -> None:
    assert id_named(name) == id_


def test_a_license_is_described_as_it_stands_in_an_expression() -> None:
    found = license_of("GPL-2.0-only WITH Classpath-exception-2.0")
    assert found.name == "GNU General Public License v2.0 only with Classpath-exception-2.0"
    assert (found.category, found.osi, found.deprecated) == (Category.COPYLEFT_WEAK, True, False)
    assert license_of("LicenseRef-attest-Foo").name == "Foo"
