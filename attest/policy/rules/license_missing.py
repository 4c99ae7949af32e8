"""`license-missing`: a package carries no license information at all."""

from collections.abc import Iterator
from typing import Final

from attest.policy.license_drafts import license_drafts
from attest.policy.rule import Context, Draft


class LicenseMissing:
    """Flags packages for which no SBOM declares or concludes a license."""

    name = "license-missing"
    summary = "a package carries no license information"
    explanation = (
        "Neither a declared nor a concluded license is known. Nothing may be used without one, so this is not "
        "the same as a license without conditions."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        return license_drafts(context, lambda each: each.is_missing)


RULE: Final = LicenseMissing()
