"""Probes of places that could not be read."""

from typing import Final

from attest.discovery.search import Place
from attest.errors import AccessDeniedError, AttestError, RateLimitedError
from attest.model.attachment import Channel, Probe, ProbeStatus, ResolvedImage

LOCAL_CHANNELS: Final = (Channel.INDEX, Channel.COSIGN_TAG, Channel.LAYOUT)


def unsupported(image: ResolvedImage, location: str, reason: str) -> tuple[Probe, ...]:
    """Record that nothing can be looked for in a place, and why: nothing can be concluded from it."""
    return tuple(
        Probe(
            channel=channel,
            subject=None,
            platform=each.key,
            location=location,
            status=ProbeStatus.UNSUPPORTED,
            conclusive=False,
            detail=reason,
        )
        for each in image.platforms
        for channel in LOCAL_CHANNELS
    )


def status_of(error: AttestError) -> ProbeStatus:
    """Tell what an error says of a place that was looked into."""
    if isinstance(error, AccessDeniedError):
        return ProbeStatus.DENIED
    if isinstance(error, RateLimitedError):
        return ProbeStatus.RATE_LIMITED
    return ProbeStatus.ERROR


def probe_of_error(error: AttestError, channel: Channel, place: Place, location: str) -> Probe:
    """Record that a place could not be read, and why: nothing can be concluded from it."""
    return Probe(
        channel=channel,
        subject=str(place.descriptor.digest),
        platform=place.platform,
        location=location,
        status=status_of(error),
        conclusive=False,
        detail=error.message,
    )
