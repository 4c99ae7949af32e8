"""`signature-missing`: nothing that is attached to a platform is signed."""

from collections.abc import Iterator
from typing import Final

from attest.model.inspection import Presence
from attest.policy.rule import Context, Draft


class SignatureMissing:
    """Flags platforms for which no signature was found, where every place could be looked into."""

    name = "signature-missing"
    summary = "a platform has no signature"
    explanation = (
        "Anyone who can push to the repository can replace evidence that nobody signed. Sign the image by its "
        "digest, and its attestations."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        if context.policy.require_signature == "none":
            return
        lacking = tuple(
            each.platform for each in context.inspection.platforms if each.coverage.signature is Presence.ABSENT
        )
        if lacking:
            yield Draft(
                effect=context.policy.effect_of(self.name),
                message=f"no signature is attached for {', '.join(lacking)}",
                platforms=lacking,
                fix="sign the image by its digest",
            )


RULE: Final = SignatureMissing()
