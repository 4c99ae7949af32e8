"""What a policy found, and the verdict over all of it."""

from enum import StrEnum

import msgspec

from attest.model.license import Category, Effect


class FindingStatus(StrEnum):
    """Whether a finding counts."""

    ACTIVE = "active"
    WAIVED = "waived"
    BASELINE = "baseline"


class VerdictStatus(StrEnum):
    """What a policy says of a whole image; `undetermined` never passes."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    REVIEW = "review"
    FAIL = "fail"
    UNDETERMINED = "undetermined"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One unmet condition.

    `subject` is the purl without version, qualifiers and subpath (else
    `type/name`), or whatever the rule is about; `platforms` is `("*",)` for
    all. `fingerprint` is 64 hexadecimal digits that survive rebuilds and
    version bumps; `id` is its short form.
    """

    id: str
    fingerprint: str
    rule: str
    effect: Effect
    status: FindingStatus
    message: str
    fix: str | None = None
    license: str | None = None
    package: str | None = None
    subject: str = ""
    platforms: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    pointer: str | None = None
    waiver: str | None = None
    baseline: str | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many findings there are of each effect; `allowed` counts packages."""

    deny: int = 0
    review: int = 0
    warn: int = 0
    allowed: int = 0
    waived: int = 0
    baseline: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says of one image. `undetermined` lists the codes of what could not be judged."""

    status: VerdictStatus
    fail_on: tuple[Effect, ...]
    counts: Counts
    undetermined: tuple[str, ...] = ()


class PolicyStamp(msgspec.Struct, frozen=True, kw_only=True):
    """Which policy was evaluated: its name, the digest of its text, and where it came from."""

    name: str
    digest: str
    source: str
    builtin: bool


class PackageOpinion(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says of one package: its effect, and the expression after each OR was chosen.

    `categories` are those of what was chosen, strictest first.
    """

    effect: Effect
    chosen: str
    categories: tuple[Category, ...] = ()


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Every opinion a policy has on one inspection.

    `packages` maps a package's id to what the policy says of it, `licenses` a
    license's id to its effect. `exit_code` is 0 when met, 1 when failed, and
    otherwise that of the first cause for which nothing could be determined.
    """

    policy: PolicyStamp
    effective_time: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    packages: dict[str, PackageOpinion] = {}
    licenses: dict[str, Effect] = {}
    exit_code: int = 0
