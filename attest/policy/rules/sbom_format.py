"""`sbom-format`: an SBOM is of a format that the policy does not accept."""

from collections.abc import Iterator
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.policy.rule import Context, Draft


class SbomFormat:
    """Flags SBOMs whose format does not begin with one of the accepted names."""

    name = "sbom-format"
    summary = "an SBOM is of a format that is not accepted"
    explanation = "`[sbom] formats` names the standards that whoever reads the SBOM can use, such as `spdx`."

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        accepted = tuple(each.lower() for each in context.policy.sbom_formats)
        every = tuple(each.platform for each in context.inspection.platforms)
        for evidence in context.inspection.evidence if accepted else ():
            if evidence.kind is not EvidenceKind.SBOM or evidence.format is None:
                continue
            if not evidence.format.startswith(accepted):
                yield Draft(
                    effect=context.policy.effect_of(self.name),
                    message=f"{evidence.format} is none of the accepted formats ({', '.join(accepted)})",
                    subject=evidence.format,
                    platforms=(evidence.platform,) if evidence.platform else every,
                    evidence=(evidence.id,),
                    fix="have the SBOM generated in an accepted format",
                )


RULE: Final = SbomFormat()
