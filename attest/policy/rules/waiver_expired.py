"""`waiver-expired`: a waiver that is still needed has come to its end."""

from collections.abc import Iterator
from typing import Final

from attest.policy.rule import Context, Draft


class WaiverExpired:
    """Flags waivers whose last day is over and whose findings are there."""

    name = "waiver-expired"
    summary = "a waiver has expired"
    explanation = "The finding counts again. Settle it, or have the owner decide anew and set another date."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        for use in context.waivers:
            if use.is_expired and use.findings:
                waiver = use.waiver
                yield Draft(
                    effect=context.policy.expired_waivers,
                    message=f"waiver {waiver.id or 'without id'} of {waiver.owner} expired on {waiver.expires}",
                    subject=waiver.id or waiver.reason,
                    platforms=("*",),
                    fix=f"settle {', '.join(use.findings[:3])}, or renew the waiver",
                )


RULE: Final = WaiverExpired()
