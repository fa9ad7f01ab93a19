"""The provider over the network: what it publishes of itself, and the exchange of a code for its word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec
import structlog

from orderway.errors import OrderwayError
from orderway.oidc.configuration import Client, is_safe
from orderway.oidc.flow import Flow
from orderway.oidc.words import Claims, Keys, KeyUnknown, NotBelieved, believed, read_keys

Read = TypeVar("Read")

log = structlog.get_logger(__name__)

PATIENCE = httpx.Timeout(10)
LARGEST = 1024 * 1024
"""Bytes of an answer of the provider."""

FRESH = timedelta(hours=1)
"""How long what the provider publishes is kept."""

RETRY = timedelta(minutes=1)
"""How long at least between two looks at its keys for one that is not known: forged tokens bring no flood upon it."""

SCOPE = "openid email"


class ProviderAway(OrderwayError):
    """The provider does not answer, or not as a provider does."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} can not be reached just now.", "Try again later, or sign in with a password.")


class Published(msgspec.Struct, kw_only=True):
    """What a provider says of itself (OpenID Connect Discovery, section 3), as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Exchanged(msgspec.Struct, kw_only=True):
    """What a code is exchanged for."""

    id_token: str
    access_token: str


class AboutUser(msgspec.Struct, kw_only=True):
    """What the provider tells of a person beside the token."""

    sub: str
    email: str | None = None
    email_verified: bool | str = False


class Provider:
    """One provider of identities, whose word is taken for who somebody is.

    `transport` stands for the network where there is none.
    """

    def __init__(
        self, client: Client, *, clock: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.client = client
        self.clock = clock
        self._transport = transport
        self._published: tuple[Published, datetime] | None = None
        self._keys: tuple[Keys, datetime] | None = None
        self._turn = asyncio.Lock()

    async def address(self, flow: Flow) -> str:
        """Return where somebody signs in, and comes back from with the flow's state. Raises ProviderAway."""
        published = await self.published()
        asked = {
            "response_type": "code", "client_id": self.client.id, "redirect_uri": flow.came_back, "scope": SCOPE,
            "state": flow.state, "nonce": flow.nonce, "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }  # fmt: skip
        mark = "&" if "?" in published.authorization_endpoint else "?"
        return f"{published.authorization_endpoint}{mark}{urlencode(asked)}"

    async def who(self, flow: Flow, *, code: str, issuer: str | None) -> Claims:
        """Exchange the code that came back for who it stands for. Raises ProviderAway and NotBelieved.

        `issuer` is who says that it answers (RFC 9207): an answer of another provider is none to this question.
        """
        published = await self.published()
        if issuer != self.client.issuer and (issuer or published.authorization_response_iss_parameter_supported):
            raise NotBelieved(f"another provider answered: {issuer!r}")
        exchanged = await self._exchange(published, flow, code)
        claims = await self._believed(exchanged.id_token, nonce=flow.nonce)
        if claims.email or not published.userinfo_endpoint:
            return claims
        return await self._told_more(published.userinfo_endpoint, exchanged.access_token, claims)

    async def published(self) -> Published:
        """What the provider publishes of itself, at most an hour old. Raises ProviderAway."""
        now = self.clock()
        if self._published and now < self._published[1] + FRESH:
            return self._published[0]
        body = await self._get(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
        found = self._read(body, Published)
        endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
        if found.issuer != self.client.issuer or not all(is_safe(each) for each in endpoints if each):
            raise self._away(f"it publishes itself as {found.issuer!r}, or an address that is not encrypted")
        self._published = found, now
        return found

    async def _exchange(self, published: Published, flow: Flow, code: str) -> Exchanged:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": flow.came_back,
            "code_verifier": flow.verifier,
        }  # fmt: skip
        auth = None
        if "client_secret_basic" in published.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote(self.client.id, safe=""), quote(self.client.secret, safe=""))
        else:
            form |= {"client_id": self.client.id, "client_secret": self.client.secret}
        request = httpx.Request("POST", published.token_endpoint, data=form)
        status, body = await self._send(request, auth=auth)
        if status in (400, 401):
            raise NotBelieved(f"the code was refused with the status {status}")
        if status != 200:
            raise self._away(f"the exchange of a code answered {status}")
        return self._read(body, Exchanged)

    async def _believed(self, id_token: str, *, nonce: str) -> Claims:
        """Verify the token; a key that is not known yet is looked for once, for the provider may have changed them."""
        try:
            return believed(id_token, await self._known(FRESH), client=self.client, nonce=nonce, now=self.clock())
        except KeyUnknown:
            pass
        try:
            return believed(id_token, await self._known(RETRY), client=self.client, nonce=nonce, now=self.clock())
        except KeyUnknown:
            raise NotBelieved("it is signed by a key that the provider does not publish") from None

    async def _known(self, oldest: timedelta) -> Keys:
        """The keys of the provider, of at most this age. Raises ProviderAway."""
        async with self._turn:
            now = self.clock()
            if self._keys and now < self._keys[1] + oldest:
                return self._keys[0]
            keys = read_keys(await self._get((await self.published()).jwks_uri))
            self._keys = keys, now
            return keys

    async def _told_more(self, address: str, access_token: str, claims: Claims) -> Claims:
        body = await self._get(address, {"Authorization": f"Bearer {access_token}"})
        told = self._read(body, AboutUser)
        if told.sub != claims.subject:
            raise NotBelieved("it tells of somebody else than its token")
        return msgspec.structs.replace(claims, email=told.email, email_verified=told.email_verified in (True, "true"))

    async def _get(self, address: str, headers: dict[str, str] | None = None) -> bytes:
        status, body = await self._send(httpx.Request("GET", address, headers=headers), auth=None)
        if status != 200:
            raise self._away(f"{address} answered {status}")
        return body

    async def _send(self, request: httpx.Request, *, auth: httpx.BasicAuth | None) -> tuple[int, bytes]:
        """Send a request, and read an answer of bounded size. Redirects are not followed: none is due here."""
        request.headers["Accept"] = "application/json"
        body = bytearray()
        try:
            async with (
                asyncio.timeout(PATIENCE.read),
                httpx.AsyncClient(timeout=PATIENCE, transport=self._transport) as http,
            ):
                response = await http.send(request, auth=auth, stream=True)
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LARGEST:
                        raise self._away("its answer has no end")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            raise self._away(str(error) or type(error).__name__) from error
        return response.status_code, bytes(body)

    def _read(self, body: bytes, kind: type[Read]) -> Read:
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError as wrong:
            raise self._away(f"its answer can not be read: {wrong}") from wrong

    def _away(self, reason: str) -> ProviderAway:
        """The sentence for people; the reason, which may name hosts, is for the log."""
        log.warning("The provider of identities does not do what it should.", reason=reason)
        return ProviderAway(self.client.name)
