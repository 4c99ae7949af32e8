"""`license-denied`: a package is under a license that the policy denies."""

from collections.abc import Iterator
from typing import Final

from attest.model.license import Effect
from attest.policy.license_drafts import is_listed, license_drafts
from attest.policy.rule import Context, Draft


class LicenseDenied:
    """Flags the licenses whose effect is `deny`."""

    name = "license-denied"
    summary = "a package is under a license that the policy denies"
    explanation = (
        "The license stands on a deny list, by its id, a glob or its category. With OR the denial counts only "
        "where no operand is better."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        return license_drafts(context, lambda each: is_listed(each, Effect.DENY))


RULE: Final = LicenseDenied()
