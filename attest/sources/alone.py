"""What stands for itself: a source with one thing in it, on which nothing can hang."""

from abc import abstractmethod

from attest.errors import NotFoundError
from attest.model.attachment import Channel, ProbeStatus
from attest.model.descriptor import Descriptor
from attest.sources.source import Closing, Listing, Neighbor, Root, Tags, verify


class Alone(Closing):
    """A source whose root is all there is."""

    def __init__(self, location: str) -> None:
        self._location = location

    @abstractmethod
    def resolve(self) -> Root:
        """See `Source.resolve`."""

    def manifest(self, descriptor: Descriptor) -> bytes:
        """See `Source.manifest`."""
        return verify(descriptor, self.resolve().content)

    def blob(self, descriptor: Descriptor) -> bytes:
        """See `Source.blob`."""
        return verify(descriptor, self.resolve().content)

    def referrers(self, subject: Descriptor) -> Listing:
        """See `Source.referrers`."""
        return Listing(channel=Channel.LAYOUT, status=ProbeStatus.UNSUPPORTED, location=self.locate(subject))

    def tags(self, prefix: str) -> Tags:
        """See `Source.tags`."""
        return Tags(status=ProbeStatus.UNSUPPORTED, location=self.locate_tag(prefix))

    def tagged(self, name: str) -> Root | None:
        """See `Source.tagged`."""
        raise NotFoundError(f"{self._location}: there are no tags, and so none is {name}")

    def neighbors(self, *, is_hardened: bool) -> tuple[Neighbor, ...]:  # noqa: ARG002 - the protocol's
        """See `Source.neighbors`."""
        return ()

    def locate(self, descriptor: Descriptor) -> str:  # noqa: ARG002 - the protocol's
        """See `Source.locate`."""
        return self._location

    def locate_tag(self, name: str) -> str:  # noqa: ARG002 - the protocol's
        """See `Source.locate_tag`."""
        return self._location
