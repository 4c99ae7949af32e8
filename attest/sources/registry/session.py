"""Requests to one registry on behalf of one repository, with whatever authorization it asks for."""

from typing import Final
from urllib.parse import urlsplit

import msgspec

from attest.errors import AccessDeniedError, UnreachableError
from attest.model.reference import DOCKER_HUB, Reference
from attest.sources.registry.auth import MAX_TOKEN_BYTES, Ask, Authorizer, challenge_of
from attest.sources.registry.credentials import Keyring
from attest.sources.registry.exchange import Answer, Request, Wire
from attest.sources.registry.memory import CHALLENGE_SECONDS, Memory
from attest.sources.registry.redirects import origin_of, printable
from attest.sources.source import Access

HUB_HOST: Final = "registry-1.docker.io"


class Session:
    """Safe to use from several threads. What the registry asked for last time is what it is shown at once."""

    def __init__(self, reference: Reference, access: Access, memory: Memory) -> None:
        self._reference = reference
        self._memory = memory
        self._wire = Wire(HUB_HOST if reference.domain == DOCKER_HUB else reference.domain, access)
        self.origin = self._wire.origin
        self._root_url = f"{self.origin}/v2/"
        asked = memory.recall(self._root_url, CHALLENGE_SECONDS)
        guess = challenge_of(asked.values("www-authenticate")) if asked is not None else None
        if guess is not None:
            # what somebody needed for another repository is nothing to ask for in this one
            guess = msgspec.structs.replace(guess, scopes=())
        self._authorizer = Authorizer(reference.domain, reference.path, Keyring(access), access.trusted_realms, guess)

    @property
    def tried(self) -> tuple[str, ...]:
        """Where credentials were looked for."""
        return self._authorizer.tried

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def ask(self, request: Request) -> Answer:
        """Ask with whatever authorization is known, and once more after a challenge."""
        authorization = self._authorizer.header(self._fetch_token)
        answer = self._send(request, authorization)
        if answer.status != 401 or origin_of(answer.url) != origin_of(self._wire.origin):
            # what a storage service asks for is not for the registry's credentials to answer
            return answer
        challenge = challenge_of(answer.values("www-authenticate"))
        if challenge is None:
            return answer
        self._memory.remember(self._root_url, msgspec.structs.replace(answer, url=self._root_url))
        self._authorizer.challenged(challenge, authorization)
        renewed = self._authorizer.header(self._fetch_token)
        if renewed is None or (renewed == authorization and challenge.scheme == "basic"):
            return answer
        return self._send(request, renewed)

    def _send(self, request: Request, authorization: str | None) -> Answer:
        if authorization:
            request = msgspec.structs.replace(request, headers={**request.headers, "Authorization": authorization})
        return self._wire.send(request)

    def _fetch_token(self, ask: Ask) -> tuple[int, bytes]:
        """Ask a token server, which must be as safe to speak to as the registry is, and sends nobody elsewhere."""
        self._check_realm(ask.url)
        request = Request(
            method=ask.method,
            url=ask.url,
            headers=ask.headers,
            limit=MAX_TOKEN_BYTES,
            form=ask.form or None,
            follows=False,
        )
        try:
            answer = self._wire.send(request)
        except UnreachableError as error:
            if error.code == "ATT-NET-006":
                raise self._refused_realm(error.message) from error
            raise
        return answer.status, answer.body

    def _check_realm(self, url: str) -> None:
        try:
            scheme, host, _ = origin_of(url)
        except ValueError as error:
            raise self._refused_realm("its token server is no web address") from error
        if scheme != "https" and not (scheme == "http" and self._wire.origin.startswith("http://")):
            raise self._refused_realm("its token server is not reached by https")
        if not host or "@" in urlsplit(url).netloc:
            raise self._refused_realm("its token server is no plain web address")

    def _refused_realm(self, why: str) -> AccessDeniedError:
        return AccessDeniedError(
            f"{self._reference.domain}: {printable(why)}", code="ATT-AUTH-003", hint="ask who runs the registry"
        )
