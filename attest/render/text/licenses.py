"""`attest licenses`: the licenses of an image, then the packages under each."""

from collections.abc import Sequence
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.license import NOASSERTION, License
from attest.model.package import Package
from attest.model.report import Report, Target
from attest.render import words
from attest.render.inventory import (
    category_counts,
    counted_packages,
    license_counts,
    merged_packages,
    package_title,
    packages_by_license,
    spread,
)
from attest.render.terminal import Page, Span, Style
from attest.render.text.parts import (
    quoted,
    write_debian_note,
    write_heading,
    write_lacking,
    write_next,
    write_problems,
)
from attest.render.text.verdict import EFFECT_STYLES, EFFECT_WORDS


class Licenses:
    """A summary by category, a table of licenses, and every package under its licenses."""

    name = "licenses"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        del report  # the licenses already carry what a policy says of them
        write_heading(page, target)
        if target.packages is None or target.licenses is None:
            page.line("licenses are not known: no SBOM could be read")
        else:
            _write_summary(page, target, target.licenses)
            _write_packages(page, merged_packages(target), target.licenses)
        page.blank()
        write_lacking(page, target, EvidenceKind.SBOM)
        write_debian_note(page, target)
        write_problems(page, target)
        ref = quoted(target.ref)
        write_next(
            page,
            [
                (f"attest packages {ref} --license GLOB", "the packages under one license"),
                (f"attest check {ref} --deny ID", "fail where one is used"),
            ],
        )


VIEW: Final = Licenses()


def _write_summary(page: Page, target: Target, licenses: tuple[License, ...]) -> None:
    distinct = words.count(len(licenses), "distinct license")
    counted = counted_packages(target)
    page.line(f"{distinct} in {words.count(len(counted), 'package')}", spread(target))
    counts = category_counts(counted)
    page.line(*(f"{word} {number:,}" for word, number in counts.items()), indent=2)
    page.blank()
    if not licenses:
        return
    judged = any(license_.effect for license_ in licenses)
    header = ["License", "Packages", "Category", "OSI", "FSF"] + (["Policy"] if judged else [])
    numbers = license_counts(target)
    rows = [_row(license_, numbers[license_.id], judged=judged) for license_ in licenses]
    styles = {EFFECT_WORDS[effect]: style for effect, style in EFFECT_STYLES.items()}
    page.table(rows, header=header, styles=styles if judged else None)


def _row(license_: License, number: int, *, judged: bool) -> list[str]:
    id_ = license_.id + (" (deprecated)" if license_.deprecated else "")
    row = [id_, f"{number:,}", words.CATEGORIES[license_.category]]
    row += [words.known(license_.osi), words.known(license_.fsf)]
    return [*row, EFFECT_WORDS[license_.effect] if license_.effect else words.NOTHING] if judged else row


def _write_packages(page: Page, packages: Sequence[Package], licenses: tuple[License, ...]) -> None:
    groups = packages_by_license(packages)
    ids = [license_.id for license_ in licenses]
    rest = [id_ for id_ in sorted(groups) if id_ not in ids and id_ != NOASSERTION]
    for id_ in [*ids, *rest]:
        if groups.get(id_) and id_ != NOASSERTION:
            page.blank()
            page.line(Span(id_, Style.STRONG))
            page.list_of([package_title(package) for package in groups[id_]], indent=2)
    missing = groups.get(NOASSERTION, [])
    if missing:
        page.blank()
        page.line(Span("No license is known", Style.YELLOW))
        page.list_of([_missing(package) for package in missing], indent=2)


def _missing(package: Package) -> str:
    written = [text for text in (package.license.declared, package.license.concluded) if text]
    says = f"says {', '.join(dict.fromkeys(written))}" if written else "says nothing"
    return f"{package_title(package)} ({says})"
