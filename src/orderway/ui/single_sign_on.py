"""Signing in by a provider of identities: away to it, and back with its word."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orderway.errors import OrderwayError
from orderway.oidc.flow import LIFETIME, Flow, new_flow
from orderway.oidc.gate import Gate
from orderway.oidc.provider import ProviderAway
from orderway.oidc.words import NotBelieved
from orderway.people import sessions
from orderway.people.sessions import Proven, SignedIn, SignInRefused
from orderway.people.signing.caller import caller_of
from orderway.people.signing.identities import Identity, NotRecognised, recognise, spend_flow
from orderway.people.signing.throttle import SignInPaused
from orderway.ui.account import sign_in_form
from orderway.ui.guard import SESSION, local_path, remember
from orderway.ui.site import Site

FLOW = "orderway_flow"
"""The cookie of a sign-in that is under way at the provider."""

BACK = "/sign-in/back"

log = structlog.get_logger(__name__)


class SingleSignOn:
    """The endpoints of a provider; `gate` holds what is needed of it."""

    def __init__(self, site: Site, gate: Gate) -> None:
        self._site = site
        self._gate = gate

    async def leave(self, request: Request) -> Response:
        """Send the browser to the provider, with what has to come back kept in a sealed cookie."""
        wanted = local_path(request.query_params.get("next", ""))
        came_back = f"{request.url.scheme}://{request.url.netloc}{BACK}"
        flow = new_flow(came_back=came_back, wanted=wanted, now=self._site.now())
        try:
            self._require_rate(request)
            answer = RedirectResponse(await self._gate.provider.address(flow), status_code=303)
        except (ProviderAway, SignInPaused) as no:
            return self._again(request, no, wanted=wanted)
        sealed = self._gate.seal.close(flow)
        remember(answer, name=FLOW, value=sealed, request=request, seconds=int(LIFETIME.total_seconds()))
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take the word of the provider for who came back; whatever can not be believed begins anew."""
        flow = self._gate.seal.open(request.cookies.get(FLOW, ""))
        wanted = flow.wanted if flow else "/"
        try:
            signed_in = await self._signed_in(request, flow)
        except NotBelieved as no:
            log.warning("The answer of a provider of identities was not believed.", reason=no.reason)
            return self._again(request, no, wanted=wanted)
        except (ProviderAway, NotRecognised, SignInRefused, SignInPaused) as no:
            return self._again(request, no, wanted=wanted)
        answer = RedirectResponse(wanted, status_code=303)
        seconds = int(sessions.LIFETIME.total_seconds())
        remember(answer, name=SESSION, value=signed_in.token, request=request, seconds=seconds)
        answer.delete_cookie(FLOW)
        return answer

    async def _signed_in(self, request: Request, flow: Flow | None) -> SignedIn:
        self._require_rate(request)
        given, now = request.query_params, self._site.now()
        if flow is None or flow.is_over(now):
            raise NotBelieved("no sign-in is under way in this browser, or not any more")
        if given.getlist("state") != [flow.state]:
            raise NotBelieved("the state is that of another sign-in")
        if not await spend_flow(self._site.pool, flow.state, expires_at=flow.began_at + LIFETIME):
            raise NotBelieved("this sign-in came back before")
        if "error" in given or len(given.getlist("code")) != 1:
            raise NotBelieved(f"the provider let nobody in: {given.get('error', 'no code')!r}")
        claims = await self._gate.provider.who(flow, code=given["code"], issuer=given.get("iss"))
        vouched = claims.email if claims.email_verified else None
        identity = Identity(issuer=claims.issuer, subject=claims.subject, email=vouched)
        person_id = await recognise(self._site.pool, identity, at=now)
        return await self._site.sessions.open_pages(Proven(person_id), caller=caller_of(request))

    def _require_rate(self, request: Request) -> None:
        """Raises SignInPaused: the way there and the way back may each have the provider asked."""
        self._site.sessions.throttle.require_rate(caller_of(request).place)

    def _again(self, request: Request, no: OrderwayError, *, wanted: str) -> Response:
        """The sign-in page with what was wrong."""
        status = 503 if isinstance(no, ProviderAway) else 429 if isinstance(no, SignInPaused) else 401
        page = sign_in_form(self._site, request, wanted=wanted, problem=str(no), status=status)
        if isinstance(no, SignInPaused):
            page.headers["Retry-After"] = str(no.seconds)
        page.delete_cookie(FLOW)
        return page
