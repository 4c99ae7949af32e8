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
            if use.is_expired and use.is_needed:
                yield Draft(
                    effect=context.policy.expired_waivers,
                    message=f"{use.title} expired on {use.waiver.expires}",
                    subject=use.subject,
                    platforms=context.platforms,
                    fix=f"settle {', '.join(use.findings[:3])}, or renew the waiver",
                )


RULE: Final = WaiverExpired()
