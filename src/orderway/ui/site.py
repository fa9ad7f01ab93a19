"""What every page needs: the database, the door, who is signed in, and the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode, urlsplit

import asyncpg
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from orderway.oidc.gate import Gate
from orderway.outbound.webhooks.changes import Doors
from orderway.people.scope import actor_everywhere
from orderway.people.sessions import Sessions
from orderway.people.viewer import Viewer
from orderway.receipts.desk import Receipts
from orderway.streams.nudges import Nudges
from orderway.ui.guard import FIELDS, SESSION, form_token, is_ours, read_form, remember
from orderway.ui.language import speak, tr
from orderway.ui.pages import frame, rendered
from orderway.ui.said import COOKIE, SECONDS, Said, Undo, seal, unseal
from orderway.ui.shell import buys, landing, rail
from orderway.ui.waiting import waiting
from orderway.workflow.kinds import Workflow
from orderway.workflow.runner import Runner


@dataclass(frozen=True, slots=True)
class Site:
    """What the application hands to its pages."""

    runner: Runner
    sessions: Sessions
    receipts: Receipts
    nudges: Nudges
    webhooks: Doors
    """Where webhooks may be sent to, and the seal of their secrets."""

    gate: Gate | None = None
    """The way in by a provider of identities, where there is one."""

    @property
    def pool(self) -> asyncpg.Pool:
        return self.runner.pool

    @property
    def workflow(self) -> Workflow:
        return self.runner.workflow

    def now(self) -> datetime:
        return self.runner.clock()


@dataclass(frozen=True, slots=True)
class Who:
    """The viewer as a page names them."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of someone who is signed in."""

    site: Site
    request: Request
    viewer: Viewer
    token: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """How much waits for them, by the names that places of the rail and the bell give their figures."""

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page inside the shell, with who is signed in and the token of its forms."""
        return rendered(template, status=status, **values)

    def back(self, url: str, said: str, *, undo: Undo | None = None) -> Response:
        """To another page after something was done, which says so once and offers the way back where there is one."""
        answer: Response = RedirectResponse(url, status_code=303)
        if self._elsewhere(url):
            # A page that sends its forms itself swaps what it gets; another page it has to open.
            answer = Response(headers={"HX-Redirect": url})
        sealed = seal(Said(said, undo), secret=self.token)
        remember(answer, name=COOKIE, value=sealed, request=self.request, seconds=SECONDS)
        return answer

    def _elsewhere(self, url: str) -> bool:
        """Whether a page that sends its forms itself sent this one, and is another than `url`."""
        asking = self.request.headers.get("hx-current-url")
        return asking is not None and path_of(asking) != path_of(url)

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses that there are pages at."""
        return frozenset(route.path for route in self.request.app.routes if isinstance(route, Route))

    @property
    def home(self) -> str:
        """Where the viewer's work begins."""
        return landing(self.viewer, routed=self.addresses)

    def shell(self) -> dict[str, object]:
        """What every page inside the shell says besides its own."""
        roles = ", ".join(tr(role.label[:1].upper() + role.label[1:]) for role in self.viewer.roles)
        path, cookies, there = self.request.url.path, self.request.cookies, self.addresses
        look = cookies.get("orderway_look", "")
        return {
            "viewer": Who(self.viewer.name, roles),
            "csrf": form_token(self.token),
            "here": path,
            "home": landing(self.viewer, routed=there),
            "may": actor_everywhere(self.viewer).permissions,
            "mine": f"/customers/{self.viewer.customer_id}" if buys(self.viewer) else "",
            "rail": rail(self.viewer, path, routed=there, counts=self.counts),
            "routed": there,
            "unread": self.counts.get("unread", 0),
            "look": look if look in {"light", "dark"} else "",
            "keys": cookies.get("orderway_keys") != "off",
            "at": self.site.now().isoformat(),
            "said": unseal(cookies.get(COOKIE, ""), secret=self.token),
        }

    async def posted(self, *, most: int = FIELDS) -> dict[str, str] | None:
        """The texts of the posted form, which has `most` fields; None where it is not one of ours."""
        texts = await read_form(self.request, most=most)
        return texts if is_ours(self.request, secret=self.token, token=texts.pop("csrf", "")) else None


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the pages: `shows` and `does` name the queries and mutations of the API that do the same."""

    path: str
    handler: Handler
    method: Literal["GET", "POST"] = "GET"
    _: KW_ONLY
    shows: tuple[str, ...] = ()
    does: tuple[str, ...] = ()


def routed(site: Site, pages: Iterable[Page]) -> list[Route]:
    """The routes of pages, each for those who are signed in."""
    return [Route(page.path, signed_in(site, page.handler), methods=[page.method]) for page in pages]


def signed_in(site: Site, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for those who are signed in; whoever is not is led to the sign-in page, and back after it."""

    async def endpoint(request: Request) -> Response:
        visit = await visit_of(site, request)
        if visit is None:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(sign_in_url(wanted if request.method == "GET" else "/"), status_code=303)
        return await handler(visit)

    return endpoint


async def visit_of(site: Site, request: Request) -> Visit | None:
    """The visit that a request is, from here on inside the shell; None of somebody who is not signed in."""
    token = request.cookies.get(SESSION, "")
    viewer = await site.sessions.viewer_of(token) if token else None
    if viewer is None:
        return None
    counts = dict[str, int]()
    if request.method == "GET":
        async with site.pool.acquire() as connection:
            counts = await waiting(connection, viewer)
    visit = Visit(site, request, viewer, token, counts)
    if viewer.language:
        speak(viewer.language)
    frame(visit.shell)
    return visit


def path_of(url: str) -> str:
    """The path of an address; empty of one that can not be read."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def sign_in_url(wanted: str) -> str:
    """Where to sign in, on the way to a page; `/` is wherever their work begins."""
    return "/sign-in" if wanted == "/" else f"/sign-in?{urlencode({'next': wanted})}"
