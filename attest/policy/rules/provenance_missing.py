"""`provenance-missing`: a platform has no provenance."""

from collections.abc import Iterator
from typing import Final

from attest.model.inspection import Presence
from attest.policy.rule import Context, Draft


class ProvenanceMissing:
    """Flags platforms to which no provenance is attached; what could not be looked for is not missing."""

    name = "provenance-missing"
    summary = "a platform has no provenance"
    explanation = (
        "Without provenance nobody says who built the image, from which source. Build with `--provenance=mode=max`."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        if not context.policy.require_provenance:
            return
        lacking = tuple(
            each.platform for each in context.inspection.platforms if each.coverage.provenance is Presence.ABSENT
        )
        if lacking:
            yield Draft(
                effect=context.policy.effect_of(self.name),
                message=f"no provenance is attached for {', '.join(lacking)}",
                platforms=lacking,
                fix="build with --provenance=mode=max",
            )


RULE: Final = ProvenanceMissing()
