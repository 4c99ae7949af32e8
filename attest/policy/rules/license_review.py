"""`license-review`: someone has to look at the license of a package."""

from collections.abc import Iterator
from typing import Final

from attest.model.license import Effect
from attest.policy.license_drafts import is_listed, license_drafts
from attest.policy.rule import Context, Draft


class LicenseReview:
    """Flags the licenses whose effect is `review`."""

    name = "license-review"
    summary = "someone has to look at the license of a package"
    explanation = (
        "The policy neither allows nor denies the license. Allow or deny it once a person has decided; "
        "`[check] fail_on` may block until then."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        return license_drafts(context, lambda each: is_listed(each, Effect.REVIEW))


RULE: Final = LicenseReview()
