"""`attest packages`: the package list."""

from collections.abc import Sequence
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.license import NOASSERTION
from attest.model.package import Package
from attest.model.report import Report, Target
from attest.render import words
from attest.render.inventory import EVERY_PLATFORM, counted_packages, merged_packages, spread, type_counts
from attest.render.terminal import Page
from attest.render.text.parts import (
    quoted,
    write_debian_note,
    write_heading,
    write_lacking,
    write_next,
    write_problems,
)
from attest.render.text.verdict import EFFECT_STYLES, EFFECT_WORDS


class Packages:
    """A line for each package; platforms stand there only where they differ."""

    name = "packages"

    def write(self, page: Page, report: Report, target: Target) -> None:
        """See `View.write`."""
        del report  # the packages already carry what a policy says of them
        write_heading(page, target)
        if target.packages is None:
            page.line("packages are not known: no SBOM could be read")
        else:
            counted = counted_packages(target)
            types = type_counts(counted)
            page.line(words.count(len(counted), "package") + (f" ({types})" if types else ""), spread(target))
            page.blank()
            _write_table(page, merged_packages(target))
        page.blank()
        write_lacking(page, target, EvidenceKind.SBOM)
        write_debian_note(page, target)
        write_problems(page, target)
        ref = quoted(target.ref)
        write_next(page, [(f"attest licenses {ref}", "the same by license")])


VIEW: Final = Packages()


def license_words(package: Package) -> str:
    """Write the license a package is taken to have, and what was chosen of it."""
    license_ = package.license
    if license_.effective == NOASSERTION:
        written = [text for text in (license_.declared, license_.concluded) if text]
        return f"not known ({', '.join(dict.fromkeys(written))})" if written else "not stated"
    if license_.chosen and license_.chosen != license_.effective:
        return f"{license_.effective} (chosen: {license_.chosen})"
    return license_.effective


def _write_table(page: Page, packages: Sequence[Package]) -> None:
    judged = any(package.effect for package in packages)
    differ = any(package.platforms != EVERY_PLATFORM for package in packages)
    header = ["Name", "Version", "Type", "License"]
    columns = [
        [f"{each.namespace}/{each.name}" if _tells(each) else each.name for each in packages],
        [each.version or words.NOTHING for each in packages],
        [each.type for each in packages],
        [license_words(each) for each in packages],
    ]
    if differ:
        header.insert(3, "Platforms")
        columns.insert(
            3, ["all" if each.platforms == EVERY_PLATFORM else ", ".join(each.platforms) for each in packages]
        )
    if judged:
        header.insert(0, "Policy")
        columns.insert(0, [EFFECT_WORDS[each.effect] if each.effect else words.NOTHING for each in packages])
    styles = {EFFECT_WORDS[effect]: style for effect, style in EFFECT_STYLES.items()} if judged else None
    page.table(list(zip(*columns, strict=True)), header=header, styles=styles)


def _tells(package: Package) -> bool:
    """Tell whether the namespace is part of the name; a distribution's is the same for all."""
    return bool(package.namespace) and package.type not in ("deb", "apk", "rpm", "alpm")
