"""`waiver-unused`: a waiver is about nothing that was found."""

from collections.abc import Iterator
from typing import Final

from attest.policy.rule import Context, Draft


class WaiverUnused:
    """Flags waivers that no finding needs; an expired one that another renews is one of them."""

    name = "waiver-unused"
    summary = "a waiver is about nothing that was found"
    explanation = "It may hide a later finding that nobody decided on. Remove it, or mend what it should match."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        for use in context.waivers:
            if not use.findings or (use.is_expired and not use.is_needed):
                yield Draft(
                    effect=context.policy.unused_waivers,
                    message=f"{use.title} accepts nothing that was found",
                    subject=use.subject,
                    platforms=context.platforms,
                    fix="remove it",
                )


RULE: Final = WaiverUnused()
