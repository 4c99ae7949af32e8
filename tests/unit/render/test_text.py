import pytest
from msgspec.structs import replace

from attest.errors import NotFoundError
from attest.model.attachment import Channel, EvidenceKind, Probe, ProbeStatus
from attest.model.evidence import Trust
from attest.model.finding import Counts, FindingStatus, Verdict, VerdictStatus
from attest.model.inspection import Coverage, Presence
from attest.model.license import Effect, PackageLicense
from attest.model.report import ErrorEntry, Report, Target
from attest.render import RENDERERS
from attest.render.presentation import Presentation
from attest.render.text import VIEWS
from tests.unit.render.samples import (
    PRESENT,
    SHA,
    UNREADABLE,
    evidence,
    finding,
    judged,
    package,
    platform,
    report,
    statement,
    target,
)

UNLIMITED = Presentation(width=None)


def text_of(made: Report, presentation: Presentation = UNLIMITED) -> str:
    return RENDERERS.named("text").render(made, presentation)


def lines_of(made: Report) -> list[str]:
    return [line.strip() for line in text_of(made).splitlines()]


def platforms(*keys: str, coverage: Coverage = PRESENT) -> Target:
    documents = [evidence(f"E{number}", EvidenceKind.SBOM, key) for number, key in enumerate(keys, 1)]
    return target(platforms=tuple(platform(key, coverage) for key in keys), evidence=tuple(documents), provenance=())


def test_equal_platforms_are_folded() -> None:
    shown = lines_of(report("inspect", platforms("linux/a", "linux/b", "linux/c", "linux/d")))
    assert any(line.startswith("… 2 more identical") for line in shown)
    assert not any(line.startswith(("linux/c", "linux/d")) for line in shown)


def test_a_platform_that_differs_is_never_folded() -> None:
    many = platforms("linux/a", "linux/b", "linux/c", "linux/d")
    odd = platform("linux/odd", replace(PRESENT, sbom=Presence.ABSENT))
    text = text_of(report("inspect", replace(many, platforms=(*many.platforms, odd))))
    assert "linux/odd" in text
    assert "linux/odd: no SBOM is attached" in text


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        (Presence.ABSENT, "linux/a: no SBOM is attached"),
        (Presence.UNREADABLE, "linux/a: the SBOM cannot be read"),
        (Presence.UNDETERMINED, "linux/a: whether an SBOM is attached could not be determined"),
    ],
)
@pytest.mark.parametrize("command", ["inspect", "packages", "licenses", "check"])
def test_absent_unreadable_and_undetermined_are_told_apart(command: str, presence: Presence, words: str) -> None:
    image = platforms("linux/a", coverage=replace(PRESENT, sbom=presence))
    assert words in text_of(report(command, replace(image, packages=None, licenses=None)))


@pytest.mark.parametrize("command", ["packages", "licenses", "inspect"])
def test_unknown_packages_never_read_as_none(command: str) -> None:
    text = text_of(report(command, target(packages=None, licenses=None)))
    assert "not known: no SBOM could be read" in text


def test_signatures_that_nobody_looked_for_are_not_called_absent() -> None:
    text = text_of(report("inspect", target()))
    assert "not looked for" in text
    assert "none found" not in text
    assert "looked in: image index\n" in text


def test_signatures_that_were_looked_for_in_vain_are_called_absent() -> None:
    places = tuple(
        Probe(
            channel=channel,
            subject=SHA,
            platform=None,
            location="https://registry.example.com/v2/",
            status=ProbeStatus.ABSENT,
            conclusive=True,
        )
        for channel in (Channel.INDEX, Channel.REFERRERS_API, Channel.COSIGN_TAG)
    )
    keys = [platform("linux/amd64", replace(PRESENT, signature=Presence.ABSENT))]
    text = text_of(report("inspect", target(searched=places, platforms=tuple(keys))))
    assert "none found" in text
    assert "looked in: image index, referrers API, cosign tags (.att .sig .sbom)\n" in text


def test_a_place_that_cannot_be_relied_on_is_said_so() -> None:
    (probe,) = target().searched
    denied = replace(probe, channel=Channel.REFERRERS_API, status=ProbeStatus.DENIED, conclusive=False)
    image = target(searched=(probe, denied))
    assert "referrers API (inconclusive)" in text_of(report("inspect", image))
    assert "access denied, inconclusive" in text_of(report("ls", image))


@pytest.mark.parametrize("command", ["inspect", "ls", "provenance"])
def test_evidence_that_was_not_verified_is_called_so(command: str) -> None:
    text = text_of(report(command, target()))
    assert "NOT VERIFIED" in text
    assert "nobody is known to vouch" in text


def test_unsigned_evidence_says_what_that_means() -> None:
    documents = tuple(replace(each, trust=Trust.UNSIGNED) for each in target().evidence)
    text = text_of(report("inspect", target(evidence=documents)))
    assert "UNSIGNED. Anyone who can push to this repository can replace this evidence." in text


def test_provenance_says_what_is_only_claimed_and_what_is_left_out() -> None:
    text = text_of(report("provenance", target()))
    assert "the builder did not identify itself" in text
    assert "claimed by the client; the builder did not fetch it" in text
    assert "mode=min leaves out build arguments, names of secrets, build steps" in text
    assert "took 2 min 3 s" in text
    assert "build-arg:VERSION=1.4" in text


def test_statements_that_say_the_same_are_shown_once() -> None:
    text = text_of(report("provenance", target()))
    assert text.count("Build type") == 1
    assert "linux/amd64, linux/arm64" in text


def test_statements_that_differ_are_all_shown() -> None:
    second = statement("linux/arm64", builder="https://builder.example.com")
    text = text_of(report("provenance", target(provenance=(statement("linux/amd64"), second))))
    assert text.count("Build type") == 2
    overview = text_of(report("inspect", target(provenance=(statement("linux/amd64"), second))))
    assert "https://builder.example.com (linux/arm64)" in overview


def test_debian_licenses_are_explained_where_they_are_shown() -> None:
    for command in ("inspect", "packages", "licenses"):
        assert "inventory of all files of its source package" in text_of(report(command, target()))
    others = tuple(replace(each, type="apk") for each in target().packages or ())
    assert "inventory" not in text_of(report("packages", target(packages=others)))


def test_packages_that_differ_by_architecture_alone_are_one_row() -> None:
    twins = (package("zlib1g", platforms=("linux/amd64",)), package("zlib1g", platforms=("linux/arm64",)))
    text = text_of(report("packages", target(packages=twins)))
    assert text.count("zlib1g") == 1
    assert "1 package (deb 1)   same on all platforms" in text


def test_packages_on_some_platforms_name_them() -> None:
    packages = (package("zlib1g"), package("only", platforms=("linux/arm64",)))
    shown = lines_of(report("packages", target(packages=packages)))
    assert [line for line in shown if line.startswith("only")] == ["only     1.0-1     deb    linux/arm64   MIT"]


def test_a_package_without_a_license_is_named_with_what_it_says() -> None:
    silent = package("silent", license=PackageLicense())
    denied = package("vague", license=PackageLicense(declared="NOASSERTION"))
    text = text_of(report("licenses", target(packages=(silent, denied))))
    assert "silent 1.0-1 (says nothing), vague 1.0-1 (says NOASSERTION)" in text


def test_every_package_is_listed_under_each_of_its_licenses() -> None:
    both = package("both", "GPL-2.0-or-later AND (MIT OR Zlib)")
    shown = lines_of(report("licenses", target(packages=(both,))))
    assert [shown[shown.index(id_) + 1] for id_ in ("GPL-2.0-or-later", "Zlib", "MIT")] == ["both 1.0-1"] * 3


def test_a_finding_names_package_platforms_pointer_and_id() -> None:
    text = text_of(report("check", judged()))
    assert text.startswith("FAIL   app:1.4   1 denied, 0 to review, 0 warned, 1 package allowed")
    assert "deny     GPL-2.0-or-later   adduser 1.0-1   pkg:deb/debian/adduser@1.0-1   linux/amd64, linux/arm64" in text
    assert "at /predicate/packages/1/licenseDeclared   license-denied F-7c1e9a02" in text
    assert "policy: acme-prod (policies/prod.toml)" in text


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_the_verdict_is_a_word(status: VerdictStatus) -> None:
    verdict = Verdict(status=status, fail_on=(Effect.DENY,), counts=Counts(), undetermined=("ATT-NET-001",))
    text = text_of(report("check", target(verdict=verdict, findings=())), Presentation(color=False))
    assert text.startswith(f"{status.upper()}   app:1.4")
    assert "could not be judged because of ATT-NET-001" in text


@pytest.mark.parametrize("effect", [Effect.DENY, Effect.REVIEW, Effect.WARN])
def test_color_never_stands_alone(effect: Effect) -> None:
    found = finding(effect, package("adduser"), "MIT")
    made = report("check", replace(judged(), findings=(found,)))
    assert f"  {effect}" in text_of(made, Presentation(color=False))


def test_waived_findings_are_shown_apart() -> None:
    waived = replace(finding(Effect.DENY, package("adduser"), "MIT"), status=FindingStatus.WAIVED, waiver="W-1")
    text = text_of(report("check", replace(judged(), findings=(waived,))))
    assert text.index("Not counted") < text.index("waived by W-1")


@pytest.mark.parametrize("command", ["inspect", "check", "report"])
def test_every_finding_id_is_in_the_views_that_show_findings(command: str) -> None:
    assert "F-7c1e9a02" in text_of(report(command, judged()))


def test_quiet_is_the_verdict_line() -> None:
    text = text_of(report("check", judged(), judged()), Presentation(width=None, quiet=True))
    assert [line.split()[0] for line in text.splitlines()] == ["FAIL", "FAIL"]


def test_an_image_that_was_not_inspected_says_why() -> None:
    error = NotFoundError("app:9: no such tag", hint="attest doctor")
    made = report("inspect", Target.failed("app:9"), errors=(ErrorEntry.of(error, "app:9"),))
    assert text_of(made) == "NOT INSPECTED   app:9\n  ATT-SRC-001: app:9: no such tag\n  fix: attest doctor\n"


@pytest.mark.parametrize("command", [*VIEWS.names, "report"])
def test_problems_are_in_every_view(command: str) -> None:
    text = text_of(report(command, target(problems=(UNREADABLE,))))
    assert "ATT-SBOM-001: /packages/3: not an object" in text


@pytest.mark.parametrize("command", VIEWS.names)
@pytest.mark.parametrize("width", [80, 200, None])
def test_color_changes_no_word(command: str, width: int | None) -> None:
    made = report(command, judged())
    colored = text_of(made, Presentation(width=width, color=True))
    plain = "".join(part.partition("m")[2] if index else part for index, part in enumerate(colored.split("\x1b[")))
    assert plain == text_of(made, Presentation(width=width))
