"""The report as one HTML file: no script, nothing to load, readable without its style."""

from typing import Any, Final
from urllib.parse import urlsplit

from attest.model.attachment import EvidenceKind
from attest.model.finding import FindingStatus, VerdictStatus
from attest.model.inspection import Presence
from attest.model.license import Effect
from attest.model.package import Package
from attest.model.report import Report, Target
from attest.render import build, inventory, summary, words
from attest.render.presentation import Presentation
from attest.render.sanitize import HIDDEN

MOST_PACKAGES: Final = 2_000
_LONGEST_URL: Final = 2_000


class Html:
    """Banner, cards, findings, licenses, packages, platforms, provenance, evidence, problems, about."""

    name = "html"
    suffixes = (".html", ".htm")

    def render(self, report: Report, presentation: Presentation) -> str:
        """See `Renderer.render`."""
        from attest.render.templates import fill

        return fill(
            "html/report.html.j2",
            "html/report.css",
            report=report,
            title=presentation.title or _title(report),
            vocabulary=_VOCABULARY,
        )


RENDERER: Final = Html()


def _title(report: Report) -> str:
    refs = [target.ref for target in report.targets]
    return refs[0] if len(refs) == 1 else words.count(len(refs), "image")


def web_address(text: str | None) -> str | None:
    """Return `text` if it is a plain `http` or `https` address that may become a link."""
    if not text or len(text) > _LONGEST_URL or HIDDEN.search(text) or any(map(str.isspace, text)):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("https", "http") and parts.hostname else None


def shown_packages(target: Target) -> list[Package]:
    """Return the packages that the file lists: those a policy objects to first, and not too many."""
    ranks = {Effect.DENY: 0, Effect.REVIEW: 1, Effect.WARN: 2}
    packages = inventory.merged_packages(target)
    ordered = sorted(packages, key=lambda package: ranks.get(package.effect or Effect.ALLOW, 3))
    return ordered[:MOST_PACKAGES]


def bar(target: Target) -> list[tuple[str, int, float, float]]:
    """Return word, number, start and length in percent of each stretch of the category bar."""
    packages = inventory.counted_packages(target)
    stretches, start = [], 0.0
    for word, number in inventory.category_counts(packages).items():
        length = 100 * number / max(len(packages), 1)
        stretches.append((word, number, round(start, 3), round(length, 3)))
        start += length
    return stretches


def absent_word(target: Target, kind: EvidenceKind) -> str:
    """Say in how many platforms a kind of evidence is: `on 7 of 8 platforms`."""
    lacking = sum(map(len, summary.lacking(target, kind).values()))
    return f"on {len(target.platforms) - lacking} of {words.count(len(target.platforms), 'platform')}"


_VOCABULARY: Final[dict[str, Any]] = {
    "words": words,
    "summary": summary,
    "inventory": inventory,
    "build": build,
    "web_address": web_address,
    "shown_packages": shown_packages,
    "bar": bar,
    "absent_word": absent_word,
    "Effect": Effect,
    "EvidenceKind": EvidenceKind,
    "FindingStatus": FindingStatus,
    "Presence": Presence,
    "VerdictStatus": VerdictStatus,
}
