"""What several reports say in few words of one target; only counting and folding, no facts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from attest.model.attachment import Channel, EvidenceKind, Probe
from attest.model.evidence import Evidence, Trust
from attest.model.finding import Finding, FindingStatus
from attest.model.inspection import PlatformSummary, Presence
from attest.model.license import Effect
from attest.model.reference import LocalKind
from attest.model.report import Report, Target
from attest.render import words
from attest.render.inventory import EVERY_PLATFORM

WHOLE_IMAGE: Final = "the whole image"
_SHOWN_OF_EQUAL: Final = 2
_NAMED_PLATFORMS: Final = 3


class PlatformRow(msgspec.Struct, frozen=True):
    """One platform, or `more` further ones that are equal to one above in every cell."""

    platform: str
    sbom: str
    provenance: str
    signature: str
    more: int = 0


def image_name(target: Target) -> str:
    """Name the image by the digest it resolved to."""
    resolved = target.resolved
    if resolved is None:
        return target.ref
    where = "/".join(part for part in (resolved.registry, resolved.repository) if part)
    return f"{where}@{resolved.digest}" if where else resolved.digest


def image_shape(target: Target) -> str:
    """Say whether it is an index or one manifest, and for how many platforms."""
    if target.resolved is None:
        return "not inspected"
    if target.resolved.source == LocalKind.DOCUMENT:
        return "a document without an image"
    shape = "index" if target.resolved.is_index else "manifest"
    return f"{shape}, {words.count(len(target.platforms), 'platform')}"


def platform_rows(target: Target) -> list[PlatformRow]:
    """Describe the evidence of each platform."""
    return [
        PlatformRow(
            platform.platform,
            _cell(target, platform, EvidenceKind.SBOM),
            _cell(target, platform, EvidenceKind.PROVENANCE),
            signature_word(target, platform),
        )
        for platform in target.platforms
    ]


def folded_rows(target: Target) -> list[PlatformRow]:
    """Describe the evidence of each platform; of equal ones only the first two are spelled out."""
    equal: dict[tuple[str, str, str], list[str]] = {}
    for row in platform_rows(target):
        equal.setdefault((row.sbom, row.provenance, row.signature), []).append(row.platform)
    return [row for cells, platforms in equal.items() for row in _folded(cells, platforms)]


def _folded(cells: tuple[str, str, str], platforms: Sequence[str]) -> Iterator[PlatformRow]:
    shown = _SHOWN_OF_EQUAL if len(platforms) > _SHOWN_OF_EQUAL + 1 else len(platforms)
    for platform in platforms[:shown]:
        yield PlatformRow(platform, *cells)
    if platforms[shown:]:
        yield PlatformRow(platforms[shown], *cells, more=len(platforms) - shown)


def _cell(target: Target, platform: PlatformSummary, kind: EvidenceKind) -> str:
    coverage = platform.coverage
    presence = coverage.sbom if kind is EvidenceKind.SBOM else coverage.provenance
    if presence is not Presence.PRESENT:
        return words.PRESENCES[presence]
    documents = [
        each
        for each in target.evidence
        if each.kind is kind and each.readable and each.platform in (platform.platform, None)
    ]
    names = Counter(_document_name(target, each) for each in documents)
    return ", ".join(name if number == 1 else f"{number} times {name}" for name, number in names.items())


def _document_name(target: Target, evidence: Evidence) -> str:
    maker = evidence.generator
    if evidence.kind is EvidenceKind.PROVENANCE:
        statement = next((each for each in target.provenance or () if each.evidence == evidence.id), None)
        maker = statement.build_type if statement else None
        known = [word for word in ("buildkit", "github-actions") if maker and word in maker]
        maker = known[0] if known else None
    elif maker:
        maker = re.split(r"[-/ :@]v?\d", maker)[0].strip()
    return " ".join(part for part in (words.standard(evidence.format), maker) if part)


def signature_word(target: Target, platform: PlatformSummary) -> str:
    """Say whether signatures are there; where nobody looked for them nothing is said of them."""
    presence = platform.coverage.signature
    if presence is Presence.PRESENT:
        return "found, not verified"
    if presence is Presence.UNDETERMINED and not looked_beyond_index(target):
        return "not looked for"
    return words.PRESENCES[presence]


def looked_beyond_index(target: Target) -> bool:
    """Tell whether any place was looked in where signatures are kept."""
    beyond = {Channel.REFERRERS_API, Channel.FALLBACK_TAG, Channel.COSIGN_TAG, Channel.EXTERNAL}
    return any(probe.channel in beyond for probe in target.searched)


def looked_in(target: Target) -> list[str]:
    """Name the places that were looked in, each once, and which of them cannot be relied on."""
    conclusive: dict[Channel, bool] = {}
    for probe in target.searched:
        conclusive[probe.channel] = conclusive.get(probe.channel, True) and probe.conclusive
    return [
        name + ("" if conclusive[channel] else " (inconclusive)")
        for channel, name in words.CHANNELS.items()
        if channel in conclusive
    ]


def places(target: Target) -> list[tuple[str, Probe]]:
    """Return each place once, with the platforms it was looked in for."""
    merged: dict[Probe, list[str]] = {}
    for probe in target.searched:
        about = merged.setdefault(replace(probe, subject=None, platform=None), [])
        about.append(probe.platform or WHOLE_IMAGE)
    every = [each.platform for each in target.platforms]
    return [(_about(list(dict.fromkeys(about)), every), probe) for probe, about in merged.items()]


def _about(named: list[str], every: list[str]) -> str:
    if len(every) > 1 and set(every) <= set(named):
        named = [name for name in named if name == WHOLE_IMAGE] + ["every platform"]
    return ", ".join(named)


def lacking(target: Target, kind: EvidenceKind) -> dict[Presence, list[str]]:
    """Name the platforms without readable evidence of a kind, by the reason."""
    platforms: dict[Presence, list[str]] = {}
    for each in target.platforms:
        presence = each.coverage.sbom if kind is EvidenceKind.SBOM else each.coverage.provenance
        if presence is not Presence.PRESENT:
            platforms.setdefault(presence, []).append(each.platform)
    return platforms


def lacking_sentences(target: Target, kind: EvidenceKind) -> list[str]:
    """Say of each platform without evidence whether it is absent, unreadable, or could not be determined."""
    noun = "SBOM" if kind is EvidenceKind.SBOM else "provenance"
    texts = {
        Presence.ABSENT: f"no {noun} is attached",
        Presence.UNREADABLE: f"the {noun} cannot be read",
        Presence.UNDETERMINED: f"whether {noun} is attached could not be determined",
    }
    if kind is EvidenceKind.SBOM:
        texts[Presence.UNDETERMINED] = "whether an SBOM is attached could not be determined"
    return [f"{', '.join(platforms)}: {texts[presence]}" for presence, platforms in lacking(target, kind).items()]


def trust_sentence(target: Target) -> str:
    """Say who vouches for the evidence, as far as this version can know."""
    if not target.evidence:
        return "NOTHING ATTACHED was found, so there is nothing to vouch for."
    states = {each.trust for each in target.evidence}
    if states == {Trust.UNSIGNED} and target.resolved and target.resolved.source == LocalKind.DOCUMENT:
        return "UNSIGNED. Nobody is known to vouch for this document, nor for which image it is about."
    if states == {Trust.UNSIGNED}:
        return "UNSIGNED. Anyone who can push to this repository can replace this evidence."
    if Trust.UNVERIFIABLE not in states:
        return ", ".join(sorted(words.TRUSTS[state] for state in states)).upper()
    presences = {platform.coverage.signature for platform in target.platforms}
    if Presence.PRESENT in presences:
        found = "Signatures were found, but not verified"
    elif presences == {Presence.ABSENT}:
        found = "No signature was found in the places looked in"
    elif looked_beyond_index(target):
        found = "Whether there are signatures could not be determined"
    else:
        found = "Signatures were not looked for"
    return f"NOT VERIFIED. {found}; this version verifies none, so nobody is known to vouch for this evidence."


def findings_of(target: Target, effect: Effect) -> list[Finding]:
    """Return the active findings of one effect, in their order."""
    active = (each for each in target.findings or () if each.status is FindingStatus.ACTIVE)
    return [each for each in active if each.effect is effect]


def settled_findings(target: Target) -> list[Finding]:
    """Return the findings that do not count: waived ones, and those of the baseline."""
    return [each for each in target.findings or () if each.status is not FindingStatus.ACTIVE]


def platform_words(target: Target, platforms: Sequence[str], *, with_sbom: bool = True) -> str:
    """Name platforms; many are counted. `("*",)` are those `with_sbom`, else all of the image."""
    if tuple(platforms) != EVERY_PLATFORM:
        return ", ".join(platforms)
    every = [each.platform for each in target.platforms]
    meant = [each.platform for each in target.platforms if not with_sbom or each.coverage.sbom is Presence.PRESENT]
    if len(meant) <= _NAMED_PLATFORMS:
        return ", ".join(meant)
    return f"all {len(meant)} platforms" + ("" if len(meant) == len(every) else " that have an SBOM")


def errors_of(report: Report, target: Target) -> list[str]:
    """Say why a target was not inspected, in one line for each error."""
    return [f"{each.code}: {each.message}" for each in report.errors if each.ref == target.ref]
