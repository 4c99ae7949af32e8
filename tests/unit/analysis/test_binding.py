from typing import Final

import pytest
from msgspec.structs import replace

from attest.analysis.binding import bind
from attest.model.attachment import Attachment, Channel, Edge, PlatformImage, ResolvedImage
from attest.model.descriptor import Descriptor, Platform
from attest.model.digest import Digest
from attest.model.evidence import BindsTo
from attest.model.media_type import BUILDKIT_ATTESTATION, BUILDKIT_REFERENCE_TYPE
from attest.model.statement import Subject

INDEX: Final = Digest.of(b"index")
AMD64: Final = Digest.of(b"amd64")
ARM64: Final = Digest.of(b"arm64")
CARRIER: Final = Digest.of(b"attestation manifest")


def _descriptor(digest: Digest, **annotations: str) -> Descriptor:
    return Descriptor(media_type="", digest=digest, size=1, annotations=annotations)


def _image() -> ResolvedImage:
    carrier = replace(
        _descriptor(CARRIER, **{BUILDKIT_REFERENCE_TYPE: BUILDKIT_ATTESTATION}),
        platform=Platform.parse("unknown/unknown"),
    )
    return ResolvedImage(
        root=_descriptor(INDEX),
        is_index=True,
        platforms=tuple(
            PlatformImage(key=key, platform=Platform.parse(key), manifest=_descriptor(digest))
            for key, digest in (("linux/amd64", AMD64), ("linux/arm64", ARM64))
        ),
        entries=tuple((INDEX, each) for each in (_descriptor(AMD64), _descriptor(ARM64), carrier)),
    )


def _attachment(platform: str | None, on: Digest) -> Attachment:
    edge = Edge(subject=on, channel=Channel.INDEX)
    return Attachment(layer=_descriptor(Digest.of(b"statement")), platform=platform, edges=(edge,))


def _subject(digest: Digest) -> tuple[Subject, ...]:
    return (Subject(name="app", digest={digest.algorithm: digest.encoded}),)


@pytest.mark.parametrize(
    ("digest", "platform", "expected"),
    [
        pytest.param(AMD64, "linux/amd64", (BindsTo.MANIFEST, True), id="its platform"),
        pytest.param(ARM64, "linux/amd64", (None, False), id="another platform"),
        pytest.param(ARM64, None, (BindsTo.MANIFEST, True), id="any platform, from the index"),
        pytest.param(INDEX, "linux/amd64", (BindsTo.INDEX, True), id="the index"),
        pytest.param(Digest.of(b"else"), None, (None, False), id="something else"),
        pytest.param(CARRIER, None, (BindsTo.ATTESTATION_MANIFEST, False), id="a carrier it does not hang on"),
    ],
)
def test_subject_is_told_by_its_digest(
    digest: Digest, platform: str | None, expected: tuple[BindsTo | None, bool]
) -> None:
    assert bind(_subject(digest), _attachment(platform, AMD64), _image()) == expected


def test_statement_about_the_attestation_manifest_it_hangs_on_matches() -> None:
    bound = bind(_subject(CARRIER), _attachment(None, CARRIER), _image())
    assert bound == (BindsTo.ATTESTATION_MANIFEST, True)


def test_name_of_a_subject_decides_nothing() -> None:
    named = (Subject(name=str(AMD64), digest=_subject(Digest.of(b"else"))[0].digest),)
    assert bind(named, _attachment("linux/amd64", AMD64), _image()) == (None, False)


@pytest.mark.parametrize(
    "digest",
    [
        pytest.param({"sha256": AMD64.encoded[:40]}, id="40 digits under sha256"),
        pytest.param({"gitCommit": "0" * 40}, id="a commit"),
        pytest.param({"sha1": AMD64.encoded[:40]}, id="SHA-1"),
        pytest.param({"sha512": AMD64.encoded}, id="under another name"),
    ],
)
def test_subject_with_other_digests_is_not_the_image(digest: dict[str, str]) -> None:
    assert bind((Subject(digest=digest),), _attachment(None, AMD64), _image()) == (None, False)


def test_statement_without_subjects_is_unbound() -> None:
    assert bind((), _attachment(None, AMD64), _image()) == (None, None)


def test_subject_without_any_digest_is_not_the_image() -> None:
    assert bind((Subject(name="app"),), _attachment(None, AMD64), _image()) == (None, False)


def test_hexadecimal_in_upper_case_is_the_same_digest() -> None:
    subject = (Subject(digest={"sha256": AMD64.encoded.upper()}),)
    assert bind(subject, _attachment("linux/amd64", AMD64), _image()) == (BindsTo.MANIFEST, True)


def test_one_equal_digest_among_many_subjects_is_enough() -> None:
    many = (*(_subject(Digest.of(bytes([n])))[0] for n in range(100)), *_subject(AMD64))
    assert bind(many, _attachment("linux/amd64", AMD64), _image()) == (BindsTo.MANIFEST, True)
