"""`evidence-subject-mismatch`: a statement is about something else than what it is attached to."""

from collections.abc import Iterator
from typing import Final

from attest.policy.rule import Context, Draft


class EvidenceSubjectMismatch:
    """Flags statements none of whose subjects is a part of the image; always on."""

    name = "evidence-subject-mismatch"
    summary = "a statement is about another image"
    explanation = (
        "Someone attached the evidence of one image to another, by mistake or to deceive. It is not used, and "
        "the image needs evidence of its own."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        for evidence in context.inspection.evidence:
            if evidence.subject_match is False:
                yield Draft(
                    effect=context.policy.effect_of(self.name),
                    message=f"{evidence.kind} {evidence.digest} names another image as its subject",
                    platforms=(evidence.platform,) if evidence.platform else context.platforms,
                    evidence=(evidence.id,),
                    pointer="/subject",
                    fix="attach the evidence that was made for this image",
                )


RULE: Final = EvidenceSubjectMismatch()
