"""What a statement is about, judged by digests alone: names are free text of the producer."""

from collections.abc import Iterator, Sequence
from typing import Final

from attest.model.attachment import Attachment, ResolvedImage
from attest.model.evidence import BindsTo
from attest.model.statement import Subject

# https://github.com/in-toto/attestation/blob/main/spec/v1/digest_set.md: what identifies OCI content
_ALGORITHMS: Final = ("sha256", "sha384", "sha512")


def bind(
    subjects: Sequence[Subject], attachment: Attachment, image: ResolvedImage
) -> tuple[BindsTo | None, bool | None]:
    """Tell what part of the image the subjects are, and whether it is what the statement hangs on.

    One equal digest is enough, and digests of another kind, such as of a commit,
    are not equal. A statement without subjects gives null for both: only its
    place ties it to the image. Subjects without digests are not the image.
    """
    if not subjects:
        return None, None
    digests = {digest for subject in subjects for digest in _digests(subject)}
    manifests = {each.key: str(each.manifest.digest) for each in image.platforms}
    if str(image.root.digest) in digests:
        return (BindsTo.INDEX if image.is_index else BindsTo.MANIFEST), True
    if attachment.platform is not None and manifests.get(attachment.platform) in digests:
        return BindsTo.MANIFEST, True
    if attachment.platform is None and digests & set(manifests.values()):
        return BindsTo.MANIFEST, True
    carried_on = {str(edge.subject) for edge in attachment.edges}
    if digests & carried_on:
        return BindsTo.ATTESTATION_MANIFEST, True
    return (BindsTo.ATTESTATION_MANIFEST if digests & _attestation_manifests(image) else None), False


def _attestation_manifests(image: ResolvedImage) -> set[str]:
    """Return the digests of the manifests that carry BuildKit's statements."""
    return {str(each.digest) for _, each in image.entries if each.is_attestation}


def _digests(subject: Subject) -> Iterator[str]:
    """Yield a subject's digests as OCI writes them; some producers write hexadecimal in upper case."""
    for algorithm in _ALGORITHMS:
        if algorithm in subject.digest:
            yield f"{algorithm}:{subject.digest[algorithm].lower()}"
