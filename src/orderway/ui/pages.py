"""Rendering: the one environment of templates, and the headers that every page carries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from orderway.ui.language import exactly, language, plural, t, tr
from orderway.ui.said import COOKIE

ASSETS = {
    "orderway.css": files("orderway.ui") / "static" / "orderway.css",
    "orderway.svg": files("orderway.ui") / "static" / "orderway.svg",
    "statechart.css": files("orderway.statechart.draw") / "statechart.css",
}
TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


@cache
def environment() -> Environment:
    """The templates; a name that is not there is an error, and every value is escaped."""
    made = Environment(
        loader=PackageLoader("orderway.ui"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(exactly, plural, newstyle=True)  # type: ignore[attr-defined]  # the extension brings it
    made.globals |= {"asset": asset, "language": language, "_": t}
    made.filters["tr"] = tr
    return made


@cache
def content(name: str) -> bytes:
    """A static file; raises KeyError where there is none of this name."""
    return ASSETS[name].read_bytes()


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash: it may be kept forever, and never is stale."""
    return f"/static/{hashlib.sha256(content(name)).hexdigest()[:12]}/{name}"


async def static(request: Request) -> Response:
    """A static file under the address that its content has now, or had."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    kept = FOREVER if request.url.path == asset(name) else "no-cache"
    return Response(content(name), media_type=TYPES[name[-4:]], headers={"Cache-Control": kept})


Shell = Callable[[], Mapping[str, object]]

_shell: ContextVar[Shell | None] = ContextVar("shell", default=None)


def frame(shell: Shell | None) -> None:
    """Say what stands around every page from here on in this request; None where nobody is signed in."""
    _shell.set(shell)


def rendered(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page, inside the shell of who is signed in; nothing between keeps it, since each is one viewer's own.

    What was just done it says once.
    """
    shell = _shell.get()
    around = shell() if shell else {}
    text = environment().get_template(template).render({"viewer": None, **around, **values})
    page = HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
    if around.get("said"):
        page.delete_cookie(COOKIE)
    return page
