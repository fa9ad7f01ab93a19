"""Signing in and out: a password becomes a session, of which the browser keeps an opaque cookie."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orderway.people.customers.door import APPLY, SIGN_UP
from orderway.people.sessions import LIFETIME, SignInRefused
from orderway.people.signing.caller import caller_of
from orderway.people.signing.throttle import SignInPaused
from orderway.ui.guard import SESSION, VISIT, local_path, remember
from orderway.ui.outside import Stranger
from orderway.ui.problems import forged
from orderway.ui.site import Site, Visit


class Account:
    """The endpoints of signing in and out."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def ask(self, request: Request) -> Response:
        """The form; whoever is signed in already goes on."""
        token = request.cookies.get(SESSION, "")
        wanted = local_path(request.query_params.get("next", ""))
        if token and await self._site.sessions.viewer_of(token):
            return RedirectResponse(wanted, status_code=303)
        return sign_in_form(self._site, request, wanted=wanted)

    async def sign_in(self, request: Request) -> Response:
        """Exchange the password for a session, and go where the person wanted to."""
        posted = await Stranger(self._site, request).posted()
        if posted is None:
            return forged(("/sign-in", "Sign in"))
        wanted, email = local_path(posted.get("next", "")), posted.get("email", "")
        try:
            signed_in = await self._site.sessions.sign_in(email, posted.get("password", ""), caller=caller_of(request))
        except SignInPaused as paused:
            page = sign_in_form(self._site, request, wanted=wanted, email=email, problem=str(paused), status=429)
            page.headers["Retry-After"] = str(paused.seconds)
            return page
        except SignInRefused as refused:
            return sign_in_form(self._site, request, wanted=wanted, email=email, problem=str(refused), status=401)
        answer = RedirectResponse(wanted, status_code=303)
        remember(answer, name=SESSION, value=signed_in.token, request=request, seconds=int(LIFETIME.total_seconds()))
        answer.delete_cookie(VISIT)
        return answer

    async def sign_out(self, visit: Visit) -> Response:
        """End the session, here and in the database."""
        if await visit.posted() is None:
            return forged()
        await self._site.sessions.sign_out(visit.token)
        self._site.nudges.check()
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(SESSION)
        return answer


def sign_in_form(
    site: Site, request: Request, *, wanted: str, email: str = "", problem: str = "", status: int = 200
) -> Response:
    """The page to sign in: by a password, and by a provider of identities where there is one."""
    settings = site.workflow.settings
    return Stranger(site, request).page(
        "sign_in.html", status=status, next=wanted, email=email[:254], problem=problem,
        provider=site.gate.name if site.gate else None, leave=f"/sign-in/provider?{urlencode({'next': wanted})}",
        may_sign_up=SIGN_UP.is_open(settings), may_apply=APPLY.is_open(settings),
    )  # fmt: skip
