"""`license-warn`: a package is under a license to be noted."""

from collections.abc import Iterator
from typing import Final

from attest.model.license import Effect
from attest.policy.license_drafts import is_listed, license_drafts
from attest.policy.rule import Context, Draft


class LicenseWarn:
    """Flags the licenses whose effect is `warn`."""

    name = "license-warn"
    summary = "a package is under a license to be noted"
    explanation = "The license is accepted, and the policy asks that it be mentioned."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        return license_drafts(context, lambda each: is_listed(each, Effect.WARN))


RULE: Final = LicenseWarn()
