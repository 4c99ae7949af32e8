"""What a policy says of each package, on each platform that has it."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec

from attest.licenses import categories_of, leaves
from attest.model.finding import PackageOpinion
from attest.model.inspection import Inspection, Presence
from attest.model.license import Effect
from attest.model.package import Origin, Package
from attest.policy.document import When, Words, words_of
from attest.policy.license_effect import Judgement, LicenseJudge, tree_of
from attest.policy.policy import RANK, Policy, worst

ALL: tuple[str, ...] = ("*",)


class Opinion(msgspec.Struct, frozen=True):
    """What the policy says of a package's license on these platforms."""

    platforms: tuple[str, ...]
    judgement: Judgement


class Opinions:
    """Judges packages; what is the same for many is judged once."""

    def __init__(self, policy: Policy, inspection: Inspection) -> None:
        self._policy = policy
        self._with_sbom = tuple(
            each.platform for each in inspection.platforms if each.coverage.sbom is Presence.PRESENT
        )
        self._by_platform = any(rule.rule.when.platform for rule in policy.rules)
        self._judges: dict[tuple[int, ...], LicenseJudge] = {}
        self._judgements: dict[tuple[LicenseJudge, str], Judgement] = {}

    def of(self, package: Package) -> tuple[Opinion, ...]:
        """Return one opinion, or one for each group of platforms that a rule tells apart; none if out of scope."""
        if self._policy.only_added and package.origin is Origin.BASE:
            return ()
        platforms = (self._with_sbom or ALL) if package.platforms == ALL else package.platforms
        if not self._by_platform:
            return (Opinion(platforms, self._judgement(package, None)),)
        groups: dict[Judgement, list[str]] = {}
        for platform in platforms:
            groups.setdefault(self._judgement(package, platform), []).append(platform)
        return tuple(Opinion(tuple(keys), judgement) for judgement, keys in groups.items())

    def license_effects(self, packages: Iterable[Package]) -> dict[str, Effect]:
        """Return the worst that the policy says of each license, over the packages that carry it."""
        distinct = {
            (self._judge(package, platform if self._by_platform else None), package.license.effective)
            for package in packages
            for opinion in self.of(package)
            for platform in opinion.platforms
        }
        effects: dict[str, list[Effect]] = {}
        for license_judge, expression in distinct:
            for leaf in leaves(tree_of(expression)):
                effects.setdefault(str(leaf), []).append(license_judge.leaf(leaf).effect)
        return {license_: worst(effects[license_]) for license_ in sorted(effects)}

    def _judgement(self, package: Package, platform: str | None) -> Judgement:
        license_judge = self._judge(package, platform)
        known = (license_judge, package.license.effective)
        if known not in self._judgements:
            self._judgements[known] = license_judge.judge(tree_of(package.license.effective))
        return self._judgements[known]

    def _judge(self, package: Package, platform: str | None) -> LicenseJudge:
        """Return what judges by those rules that are about the package."""
        rules = self._policy.rules
        key = tuple(n for n, rule in enumerate(rules) if _is_about(rule.rule.when, package, platform))
        if key not in self._judges:
            self._judges[key] = LicenseJudge(self._policy, tuple(rules[n] for n in key))
        return self._judges[key]


def summarized(opinions: tuple[Opinion, ...]) -> PackageOpinion:
    """Return the worst opinion on a package."""
    judgement = max((each.judgement for each in opinions), key=lambda each: RANK[each.effect])
    return PackageOpinion(
        effect=judgement.effect, chosen=str(judgement.chosen), categories=categories_of(judgement.chosen)
    )


def purl_forms(purl: str | None) -> tuple[str, ...]:
    """Return a purl in the three forms that people write globs for: whole, without qualifiers, without version."""
    if purl is None:
        return ()
    return (purl, purl.partition("#")[0].partition("?")[0], versionless(purl))


def versionless(purl: str) -> str:
    """Return a purl without version, qualifiers and subpath."""
    bare = purl.partition("#")[0].partition("?")[0]
    name, at, version = bare.rpartition("@")
    return name if at and "/" not in version and not name.endswith("/") else bare


def _is_about(when: When, package: Package, platform: str | None) -> bool:
    return (
        _fits((package.name,), when.name)
        and _fits(purl_forms(package.purl), when.purl)
        and _fits((package.type,), when.type)
        and _fits((package.origin,), when.origin)
        and _fits((platform,) if platform else (), when.platform)
    )


def _fits(values: tuple[str, ...], wanted: str | Words) -> bool:
    globs = words_of(wanted)
    return not globs or any(fnmatchcase(value.lower(), glob.lower()) for value in values for glob in globs)
