"""`sbom-incomplete`: too few packages have a license whose demands are known."""

from collections.abc import Iterator
from typing import Final

from attest.policy.license_effect import is_usable, tree_of
from attest.policy.rule import Context, Draft


class SbomIncomplete:
    """Flags images in which the share of packages with a usable license is below the policy's."""

    name = "sbom-incomplete"
    summary = "too few packages have a usable license"
    explanation = (
        "`[sbom] min_license_rate` is the share of packages whose license has a category other than unknown. "
        "Below it the other rules judge too little to mean much."
    )

    def check(self, context: Context) -> Iterator[Draft]:
        """See `Rule.check`."""
        wanted = context.policy.min_license_rate
        packages = context.packages
        if wanted is None or not packages:
            return
        usable = sum(is_usable(tree_of(package.license.effective)) for package in packages)
        if usable / len(packages) < wanted:
            yield Draft(
                effect=context.policy.effect_of(self.name),
                message=f"{usable} of {len(packages)} packages have a usable license, less than {wanted:.0%}",
                platforms=context.platforms,
                fix="state the licenses that are missing in the SBOM",
            )


RULE: Final = SbomIncomplete()
