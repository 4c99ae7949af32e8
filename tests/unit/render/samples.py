"""Reports made by hand, for behavior that no committed layout shows."""

from typing import Final

from msgspec.structs import replace

from attest.model.attachment import Channel, EvidenceKind, Probe, ProbeStatus
from attest.model.evidence import BindsTo, Evidence, Trust
from attest.model.finding import Counts, Finding, FindingStatus, PolicyStamp, Verdict, VerdictStatus
from attest.model.inspection import Coverage, PlatformSummary, Presence, Resolved, Status
from attest.model.license import Category, Effect, License, PackageLicense
from attest.model.package import Origin, Package, PackageSource
from attest.model.problem import Problem, ProblemState
from attest.model.provenance import BaseImage, BuildSource, Confidence, Material, Provenance, Role
from attest.model.report import ErrorEntry, Report, Run, RunOptions, Target, Tool

SHA: Final = "sha256:" + "0f" * 32
PRESENT: Final = Coverage(
    sbom=Presence.PRESENT,
    provenance=Presence.PRESENT,
    vex=Presence.ABSENT,
    signature=Presence.UNDETERMINED,
)
PROBE: Final = Probe(
    channel=Channel.INDEX,
    subject=SHA,
    platform=None,
    location="https://registry.example.com/v2/library/app/manifests/1.4",
    http_status=200,
    status=ProbeStatus.FOUND,
    conclusive=True,
)
RESOLVED: Final = Resolved(
    source="registry",
    registry="docker.io",
    repository="library/app",
    tag="1.4",
    digest=SHA,
    media_type="application/vnd.oci.image.index.v1+json",
    is_index=True,
    created="2026-08-19T10:00:00Z",
)


def platform(key: str, coverage: Coverage = PRESENT) -> PlatformSummary:
    os, architecture, *variant = key.split("/")
    return PlatformSummary(
        platform=key,
        os=os,
        architecture=architecture,
        variant=variant[0] if variant else None,
        os_version=None,
        manifest=SHA,
        config=None,
        created=None,
        user=None,
        coverage=coverage,
    )


def package(name: str, license_: str = "MIT", **values: object) -> Package:
    plain = Package(
        id=f"P-{name}",
        name=name,
        type="deb",
        namespace="debian",
        version="1.0-1",
        purl=f"pkg:deb/debian/{name}@1.0-1",
        supplier=None,
        platforms=("*",),
        origin=Origin.UNKNOWN,
        license=PackageLicense(
            declared=license_,
            effective=license_,
            source="declared",
            categories=(Category.PERMISSIVE,),
            evidence="E1",
            pointer="/predicate/packages/1/licenseDeclared",
        ),
        sources=(PackageSource(evidence="E1", pointer="/predicate/packages/1"),),
    )
    return replace(plain, **values)


def evidence(id_: str, kind: EvidenceKind, platform_: str | None, **values: object) -> Evidence:
    sbom = kind is EvidenceKind.SBOM
    plain = Evidence(
        id=id_,
        kind=kind,
        format="spdx-2.3" if sbom else "slsa-1",
        predicate_type="https://spdx.dev/Document" if sbom else "https://slsa.dev/provenance/v1",
        artifact_type=None,
        media_type="application/vnd.in-toto+json",
        digest="sha256:" + id_[1:].rjust(64, "0"),
        size=123_456,
        manifest=SHA,
        platform=platform_,
        channels=(Channel.INDEX,),
        generator="syft-v1.29.0" if sbom else None,
        created="2026-08-19T10:00:00Z",
        readable=True,
        binds_to=BindsTo.MANIFEST,
        subject_match=True,
        trust=Trust.UNVERIFIABLE,
    )
    return replace(plain, **values)


def statement(platform_: str, **values: object) -> Provenance:
    plain = Provenance(
        id="V1",
        evidence="E2",
        platforms=(platform_,),
        predicate_type="https://slsa.dev/provenance/v1",
        build_type="https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
        started="2026-08-19T09:58:00Z",
        finished="2026-08-19T10:00:03Z",
        source=BuildSource(
            uri="https://github.com/acme/app",
            commit="9f3c1d7" + "0" * 33,
            ref="refs/tags/v1",
            path="Dockerfile",
            claimed=True,
        ),
        parameters={"build-arg:VERSION": "1.4", "no-cache": ["a", "b"]},
        mode="min",
        materials=(
            Material(uri="pkg:docker/debian@trixie-slim", digest=SHA, role=Role.BASE, pinned=True),
            Material(uri="https://example.org/x.tar.gz", digest=None),
        ),
        base=(
            BaseImage(
                reference="docker.io/library/debian:trixie-slim",
                digest=SHA,
                depth=1,
                pinned=True,
                confidence=Confidence.RECORDED,
            ),
        ),
    )
    return replace(plain, **values)


def finding(effect: Effect, package_: Package, license_: str, id_: str = "F-7c1e9a02") -> Finding:
    return Finding(
        id=id_,
        fingerprint="7c" * 32,
        rule="license-denied" if effect is Effect.DENY else f"license-{effect}",
        effect=effect,
        status=FindingStatus.ACTIVE,
        message=f"{license_} in {package_.name} {package_.version}",
        fix=None,
        license=license_,
        package=package_.id,
        subject="pkg:deb/debian/" + package_.name,
        platforms=("*",),
        evidence=("E1",),
        pointer="/predicate/packages/1/licenseDeclared",
    )


def target(**values: object) -> Target:
    """Return an image for two platforms with one SBOM and one provenance statement each."""
    keys = ("linux/amd64", "linux/arm64")
    packages = (package("adduser", "GPL-2.0-or-later"), package("zlib1g", "Zlib"))
    plain = Target(
        ref="app:1.4",
        status=Status.COMPLETE,
        resolved=RESOLVED,
        platforms=tuple(platform(key) for key in keys),
        evidence=tuple(
            evidence(f"E{number}", kind, key)
            for number, (key, kind) in enumerate(
                ((key, kind) for key in keys for kind in (EvidenceKind.SBOM, EvidenceKind.PROVENANCE)), 1
            )
        ),
        searched=(PROBE,),
        packages=packages,
        licenses=(
            License(id="GPL-2.0-or-later", name="GPL", category=Category.COPYLEFT_STRONG, osi=True, packages=1),
            License(id="Zlib", name="zlib License", category=Category.PERMISSIVE, osi=True, packages=1),
        ),
        provenance=(
            statement("linux/amd64"),
            statement("linux/arm64", id="V2", evidence="E4"),
        ),
    )
    return replace(plain, **values)


def judged(**values: object) -> Target:
    """Return the image with the opinion of a policy that denies one of its licenses."""
    plain = target()
    first, second = plain.packages or ()
    packages = (replace(first, effect=Effect.DENY), replace(second, effect=Effect.ALLOW))
    verdict = Verdict(status=VerdictStatus.FAIL, fail_on=(Effect.DENY,), counts=Counts(deny=1, allowed=1))
    findings = (finding(Effect.DENY, first, "GPL-2.0-or-later"),)
    return replace(plain, packages=packages, verdict=verdict, findings=findings, **values)


def report(command: str, *targets: Target, errors: tuple[ErrorEntry, ...] = ()) -> Report:
    """Return the report of a run of `command` on `targets`."""
    evaluated = any(each.verdict for each in targets)
    return Report(
        tool=Tool(name="attest", version="1.0.0", spdx_license_list="3.28"),
        run=Run(
            command=command,
            started="2026-08-20T12:00:00Z",
            effective_time="2026-08-20T12:00:00Z" if evaluated else None,
            exit_code=0,
            policy=PolicyStamp(name="acme-prod", digest=SHA, source="policies/prod.toml", builtin=False)
            if evaluated
            else None,
            baseline=None,
            options=RunOptions(
                platforms=("all",),
                channels=("all",),
                license_source=("declared", "concluded"),
                offline=False,
                strict=False,
            ),
        ),
        targets=targets,
        errors=errors,
    )


UNREADABLE: Final = Problem(
    code="ATT-SBOM-001",
    state=ProblemState.UNREADABLE,
    message="/packages/3: not an object",
    evidence="E1",
    platforms=("linux/amd64",),
    pointer="/packages/3",
)
