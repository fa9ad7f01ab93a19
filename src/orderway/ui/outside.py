"""Pages of who is not signed in: the same look and the same guard of forms, and nobody's shell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from orderway.ui.guard import SESSION, VISIT, form_token, is_ours, new_visit, read_form, remember
from orderway.ui.pages import rendered
from orderway.ui.said import COOKIE, SECONDS, Said, seal, unseal
from orderway.ui.site import Site

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Stranger:
    """One request of somebody who is not signed in; `secret` ties its forms to the browser that asked for them."""

    site: Site
    request: Request

    @property
    def secret(self) -> str:
        return self.request.cookies.get(VISIT, "")

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page with the token of its forms, and what was just done, which it says once."""
        secret = self.secret or new_visit()
        said = unseal(self.request.cookies.get(COOKIE, ""), secret=secret)
        page = rendered(template, status=status, csrf=form_token(secret), said=said, **values)
        remember(page, name=VISIT, value=secret, request=self.request, seconds=HOUR)
        if said:
            page.delete_cookie(COOKIE)
        return page

    def back(self, url: str, said: str) -> Response:
        """To another page after something was done, which says so once."""
        answer = RedirectResponse(url, status_code=303)
        sealed = seal(Said(said), secret=self.secret)
        remember(answer, name=COOKIE, value=sealed, request=self.request, seconds=SECONDS)
        return answer

    async def posted(self) -> dict[str, str] | None:
        """The texts of the posted form; None where it is not one of ours."""
        texts = await read_form(self.request)
        return texts if is_ours(self.request, secret=self.secret, token=texts.pop("csrf", "")) else None


@dataclass(frozen=True, slots=True)
class OpenPage:
    """An address for who is not signed in; `shows` and `does` as of a Page."""

    path: str
    handler: Callable[[Stranger], Awaitable[Response]]
    method: Literal["GET", "POST"] = "GET"
    _: KW_ONLY
    shows: tuple[str, ...] = ()
    does: tuple[str, ...] = ()


def routed_outside(site: Site, pages: Iterable[OpenPage]) -> list[Route]:
    """The routes of pages for who is not signed in."""
    return [Route(page.path, _met(site, page.handler), methods=[page.method]) for page in pages]


def _met(site: Site, handler: Callable[[Stranger], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(SESSION, "")
        if token and await site.sessions.viewer_of(token):
            return RedirectResponse("/", status_code=303)  # they are in already
        return await handler(Stranger(site, request))

    return endpoint
