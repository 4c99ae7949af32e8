"""Which images, platforms and evidence a policy is for."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from attest.errors import InvalidPolicyError
from attest.model.inspection import Inspection
from attest.policy.opinions import ALL
from attest.policy.policy import Policy


def policy_for(inspection: Inspection, policies: Sequence[Policy]) -> Policy:
    """Return the first policy in whose scope the image is.

    Raises:
        InvalidPolicyError: it is in none, which must not look as if it met one.
    """
    for policy in policies:
        image_fits = not policy.images or image_matches(policy.images, inspection)
        if image_fits and (not policy.platforms or narrowed(inspection, policy).platforms):
            return policy
    raise InvalidPolicyError(
        f"{inspection.ref}: in the scope of no policy",
        code="ATT-POL-004",
        hint="policies: " + ", ".join(policy.stamp.source for policy in policies),
    )


def repository_of(inspection: Inspection) -> str:
    """Return `registry/repository`; empty for a local file without a recorded name."""
    resolved = inspection.resolved
    return f"{resolved.registry}/{resolved.repository}" if resolved.registry else ""


def image_matches(globs: Sequence[str], inspection: Inspection) -> bool:
    """Tell whether a glob fits the image: its repository, that with its tag, or that with its digest."""
    repository, resolved = repository_of(inspection), inspection.resolved
    names = [repository, f"{repository}@{resolved.digest}"]
    names += [f"{repository}:{resolved.tag}"] if resolved.tag else []
    return bool(repository) and any(fnmatchcase(name, glob) for name in names for glob in globs)


def narrowed(inspection: Inspection, policy: Policy) -> Inspection:
    """Return the facts about those platforms that a policy is for."""
    if not policy.platforms:
        return inspection
    platforms = tuple(
        each for each in inspection.platforms if any(fnmatchcase(each.platform, glob) for glob in policy.platforms)
    )
    keys = {each.platform for each in platforms}
    packages = (
        each if each.platforms == ALL else replace(each, platforms=tuple(key for key in each.platforms if key in keys))
        for each in inspection.packages or ()
    )
    return replace(
        inspection,
        platforms=platforms,
        evidence=tuple(each for each in inspection.evidence if each.platform is None or each.platform in keys),
        packages=None if inspection.packages is None else tuple(each for each in packages if each.platforms),
        problems=tuple(each for each in inspection.problems if not each.platforms or keys & set(each.platforms)),
    )
