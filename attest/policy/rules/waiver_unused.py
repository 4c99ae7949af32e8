"""`waiver-unused`: a waiver is about nothing that was found."""

from collections.abc import Iterator
from typing import Final

from attest.policy.rule import Context, Draft


class WaiverUnused:
    """Flags waivers that no finding needs."""

    name = "waiver-unused"
    summary = "a waiver is about nothing that was found"
    explanation = "It may hide a later finding that nobody decided on. Remove it, or mend what it should match."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        for use in context.waivers:
            if not use.findings:
                waiver = use.waiver
                yield Draft(
                    effect=context.policy.unused_waivers,
                    message=f"waiver {waiver.id or 'without id'} of {waiver.owner} matches no finding",
                    subject=waiver.id or waiver.reason,
                    platforms=("*",),
                    fix="remove it",
                )


RULE: Final = WaiverUnused()
