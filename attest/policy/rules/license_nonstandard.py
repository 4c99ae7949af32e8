"""`license-nonstandard`: a license is on no list, so that nobody knows what it demands."""

from collections.abc import Iterator
from typing import Final

from attest.policy.license_drafts import license_drafts
from attest.policy.rule import Context, Draft


class LicenseNonstandard:
    """Flags licenses without an SPDX id that no list or rule names."""

    name = "license-nonstandard"
    summary = "a license is on no list"
    explanation = (
        "The text could not be mapped to an SPDX id, or is a license of the package's own. Read it, then name it "
        "in a list by its LicenseRef id."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        return license_drafts(context, lambda each: each.is_nonstandard)


RULE: Final = LicenseNonstandard()
