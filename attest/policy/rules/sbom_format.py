"""`sbom-format`: a platform has no SBOM in a format that the policy accepts."""

from collections.abc import Iterator
from typing import Final

from attest.model.attachment import EvidenceKind
from attest.model.inspection import Presence
from attest.policy.rule import Context, Draft


class SbomFormat:
    """Flags platforms with SBOMs of which none is in an accepted format; others beside it do no harm."""

    name = "sbom-format"
    summary = "a platform has no SBOM in an accepted format"
    explanation = (
        "`[sbom] formats` names the standards that whoever reads the SBOM can use: `spdx`, `cyclonedx` or `syft`, "
        "with a version (`spdx-2.3`) or without."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        accepted = context.policy.sbom_formats
        for platform, coverage in context.coverage.items() if accepted else ():
            sboms = [
                each
                for each in context.inspection.evidence
                if each.kind is EvidenceKind.SBOM and each.readable and each.platform in (platform, None)
            ]
            formats = sorted({each.format or "unknown" for each in sboms})
            if coverage.sbom is Presence.PRESENT and not any(_is_of(each, accepted) for each in formats):
                yield Draft(
                    effect=context.policy.effect_of(self.name),
                    message=f"the SBOM is {' and '.join(formats)}, not {' or '.join(accepted)}",
                    platforms=(platform,),
                    evidence=tuple(each.id for each in sboms),
                    fix="have the SBOM generated in an accepted format",
                )


def _is_of(format_: str, accepted: tuple[str, ...]) -> bool:
    return any(format_ == each or format_.startswith(f"{each}-") for each in accepted)


RULE: Final = SbomFormat()
