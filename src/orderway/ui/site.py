"""What every page needs: the database, the door, who is signed in, and the time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import asyncpg
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from orderway.oidc.gate import Gate
from orderway.people.scope import actor_everywhere
from orderway.people.sessions import Sessions
from orderway.people.viewer import Viewer
from orderway.receipts.desk import Receipts
from orderway.ui.guard import SESSION, form_token, is_ours, read_form
from orderway.ui.pages import rendered
from orderway.workflow.kinds import Workflow
from orderway.workflow.runner import Runner


@dataclass(frozen=True, slots=True)
class Site:
    """What the application hands to its pages."""

    runner: Runner
    sessions: Sessions
    receipts: Receipts
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

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page inside the shell, with who is signed in and the token of its forms."""
        roles = ", ".join(role.label[:1].upper() + role.label[1:] for role in self.viewer.roles)
        shell = {
            "viewer": Who(self.viewer.name, roles),
            "csrf": form_token(self.token),
            "here": self.request.url.path,
            "may": actor_everywhere(self.viewer).permissions,
        }
        return rendered(template, status=status, **{**shell, **values})

    async def posted(self) -> dict[str, str] | None:
        """The texts of the posted form; None where it is not one of ours."""
        texts = await read_form(self.request)
        return texts if is_ours(self.request, secret=self.token, token=texts.pop("csrf", "")) else None


Handler = Callable[[Visit], Awaitable[Response]]


def signed_in(site: Site, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for those who are signed in; whoever is not is led to the sign-in page, and back after it."""

    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(SESSION, "")
        viewer = await site.sessions.viewer_of(token) if token else None
        if viewer is None:
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(sign_in_url(wanted if request.method == "GET" else "/orders"), status_code=303)
        return await handler(Visit(site, request, viewer, token))

    return endpoint


def sign_in_url(wanted: str) -> str:
    return "/sign-in" if wanted == "/orders" else f"/sign-in?{urlencode({'next': wanted})}"
