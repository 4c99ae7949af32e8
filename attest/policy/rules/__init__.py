"""The rules: to add one, write its module and add its line here."""

from attest.extension import ExtensionPoint
from attest.policy.rule import Rule

RULES: ExtensionPoint[Rule] = ExtensionPoint(
    "attest.policy.rules.license_denied:RULE",
    "attest.policy.rules.license_review:RULE",
    "attest.policy.rules.license_warn:RULE",
    "attest.policy.rules.license_missing:RULE",
    "attest.policy.rules.license_nonstandard:RULE",
    "attest.policy.rules.sbom_missing:RULE",
    "attest.policy.rules.sbom_format:RULE",
    "attest.policy.rules.sbom_incomplete:RULE",
    "attest.policy.rules.provenance_missing:RULE",
    "attest.policy.rules.signature_missing:RULE",
    "attest.policy.rules.evidence_subject_mismatch:RULE",
)

FINAL_RULES: ExtensionPoint[Rule] = ExtensionPoint(
    "attest.policy.rules.too_many_warnings:RULE",
    "attest.policy.rules.waiver_expired:RULE",
    "attest.policy.rules.waiver_unused:RULE",
)
"""Rules about the findings of the others, evaluated after them."""
