"""`sbom-missing`: a platform has no SBOM."""

from collections.abc import Iterator
from typing import Final

from attest.model.inspection import Presence
from attest.policy.rule import Context, Draft


class SbomMissing:
    """Flags platforms to which no SBOM is attached; one that could not be looked for is not missing."""

    name = "sbom-missing"
    summary = "a platform has no SBOM"
    explanation = (
        "Without an SBOM nothing is known of the packages and their licenses. Build with `--sbom=true`, or attach "
        "one to the platform's manifest."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        if not context.policy.require_sbom:
            return
        lacking = tuple(key for key, each in context.coverage.items() if each.sbom is Presence.ABSENT)
        is_known = not any(each.hides_content for each in context.inspection.problems)
        if not context.coverage and context.inspection.packages is None and is_known:
            lacking = context.platforms
        if lacking:
            yield Draft(
                effect=context.policy.effect_of(self.name),
                message=f"no SBOM is attached for {', '.join(lacking) if context.coverage else 'the image'}",
                platforms=lacking,
                fix="build with --sbom=true, or check the platforms that have one with --platform",
            )


RULE: Final = SbomMissing()
