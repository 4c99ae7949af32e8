"""What the model's values are called in front of people."""

from typing import Final

from attest.model.attachment import Channel, ProbeStatus
from attest.model.evidence import BindsTo, Evidence, Trust
from attest.model.finding import PolicyStamp, VerdictStatus
from attest.model.inspection import Presence
from attest.model.license import Category
from attest.model.provenance import Confidence

CHANNELS: Final = {
    Channel.INDEX: "image index",
    Channel.REFERRERS_API: "referrers API",
    Channel.FALLBACK_TAG: "referrers tag",
    Channel.COSIGN_TAG: "cosign tags (.att .sig .sbom)",
    Channel.EXTERNAL: "external referrers",
    Channel.LAYOUT: "image layout",
    Channel.DOCUMENT: "the document itself",
}

PROBE_STATUSES: Final = {
    ProbeStatus.FOUND: "found",
    ProbeStatus.ABSENT: "nothing there",
    ProbeStatus.UNSUPPORTED: "not supported",
    ProbeStatus.DENIED: "access denied",
    ProbeStatus.RATE_LIMITED: "rate limited",
    ProbeStatus.ERROR: "failed",
    ProbeStatus.SKIPPED: "skipped",
}

CATEGORIES: Final = {
    Category.PUBLIC_DOMAIN: "public domain",
    Category.PERMISSIVE: "permissive",
    Category.COPYLEFT_WEAK: "weak copyleft",
    Category.COPYLEFT_STRONG: "strong copyleft",
    Category.NETWORK_COPYLEFT: "network copyleft",
    Category.SOURCE_AVAILABLE: "source available",
    Category.NON_COMMERCIAL: "non-commercial",
    Category.PROPRIETARY: "proprietary",
    Category.UNKNOWN: "unknown",
}

PRESENCES: Final = {
    Presence.PRESENT: "present",
    Presence.ABSENT: "none found",
    Presence.UNREADABLE: "unreadable",
    Presence.UNDETERMINED: "not determined",
}

TRUSTS: Final = {
    Trust.TRUSTED: "trusted",
    Trust.VIA_INDEX: "trusted through the index",
    Trust.UNTRUSTED_IDENTITY: "untrusted identity",
    Trust.UNSIGNED: "unsigned",
    Trust.INVALID: "invalid signature",
    Trust.UNVERIFIABLE: "not verified",
}

BINDINGS: Final = {
    BindsTo.MANIFEST: "this manifest",
    BindsTo.INDEX: "the image index",
    BindsTo.ATTESTATION_MANIFEST: "the manifest that carries it",
    BindsTo.CONFIG: "the image's configuration",
    BindsTo.LAYER: "a layer of the image",
}

CONFIDENCES: Final = {
    Confidence.PROVEN: "proven",
    Confidence.RECORDED: "recorded",
    Confidence.CLAIMED: "claimed",
    Confidence.UNKNOWN: "confidence unknown",
}

VERDICTS: Final = {
    VerdictStatus.PASS: "PASS",
    VerdictStatus.REVIEW: "REVIEW",
    VerdictStatus.FAIL: "FAIL",
    VerdictStatus.UNDETERMINED: "UNDETERMINED",
}
NOT_EVALUATED: Final = "NOT EVALUATED"

_STANDARDS: Final = {
    "spdx": "SPDX ",
    "cyclonedx": "CycloneDX ",
    "slsa": "SLSA v",
    "openvex": "OpenVEX ",
    "syft": "Syft ",
}

NOTHING: Final = "\N{EN DASH}"
"""Stands in a table where there is no value."""

NO_BUILDER: Final = "the builder did not identify itself"
NO_SOURCE: Final = "no source repository is stated"
CLAIMED_SOURCE: Final = "claimed by the client; the builder did not fetch it"
MODE_MIN: Final = (
    "mode=min leaves out build arguments, names of secrets, build steps, the Dockerfile's source, and layers"
)
DEBIAN_LICENSES: Final = (
    "The declared license of a Debian package is an inventory of all files of its source package; "
    "what is installed may be under fewer of these licenses."
)


def standard(format_: str | None) -> str:
    """Write `spdx-2.3` as `SPDX 2.3`; text that is no such name stays as it is."""
    if format_ is None:
        return "not recognized"
    name, _, version = format_.partition("-")
    return f"{_STANDARDS[name]}{version}" if name in _STANDARDS and version else format_


def subject_of(evidence: Evidence) -> str:
    """Say what a document is about, by its own word."""
    if evidence.subject_match is None:
        return "names no subject"
    if not evidence.subject_match:
        return "names another image"
    return f"names {BINDINGS[evidence.binds_to]}" if evidence.binds_to else "names this image"


def byte_size(size: int) -> str:
    """Write a size in bytes for people: `840 B`, `1.2 MB`."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{size} B" if unit == "B" else f"{value:.1f} {unit}"


def policy_words(policy: PolicyStamp) -> str:
    """Name a policy, and where it came from unless that is its name."""
    return policy.name if policy.name == policy.source else f"{policy.name} ({policy.source})"


def known(value: bool | None) -> str:  # noqa: FBT001 - a value to show
    """Write yes, no, or a dash for what is not known."""
    return NOTHING if value is None else "yes" if value else "no"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 package`, `2 packages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
