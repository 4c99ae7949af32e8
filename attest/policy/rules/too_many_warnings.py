"""`too-many-warnings`: more findings warn than the policy tolerates."""

from collections.abc import Iterator
from typing import Final

from attest.model.finding import FindingStatus
from attest.model.license import Effect
from attest.policy.rule import Context, Draft


class TooManyWarnings:
    """Flags an image with more active warnings than `[check] max_warn`."""

    name = "too-many-warnings"
    summary = "there are more warnings than tolerated"
    explanation = "`[check] max_warn` keeps warnings from growing without anyone looking at them."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        limit = context.policy.max_warn
        warnings = sum(each.effect is Effect.WARN and each.status is FindingStatus.ACTIVE for each in context.findings)
        if limit is not None and warnings > limit:
            yield Draft(
                effect=context.policy.effect_of(self.name),
                message=f"{warnings} warnings, more than the {limit} that are tolerated",
                platforms=context.platforms,
                fix="settle some, or raise check.max_warn",
            )


RULE: Final = TooManyWarnings()
