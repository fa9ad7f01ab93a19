"""Rendering: the one environment of templates, and the headers that every page carries."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from orderway.languages import languages
from orderway.ui.language import exactly, language, plural, speaking, t, tr
from orderway.ui.said import COOKIE
from orderway.ui.shell import spoken

OURS = files("orderway.ui") / "static"

SPEAKING = {f"orderway.{code}.js": code for code in languages()}
"""The script of the pages in each language: what it says travels with it once, and not with every page."""

ASSETS = {
    "orderway.css": (OURS / "orderway.css", files("orderway.statechart.draw") / "statechart.css"),
    "orderway.svg": (OURS / "orderway.svg",),
    "htmx.js": (OURS / "htmx.js",),
    **dict.fromkeys(SPEAKING, (OURS / "orderway.js",)),
    "away.js": (OURS / "away.js",),
}
"""The static files, each of the parts that it is put together of: a page asks for few."""
TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "js": "text/javascript; charset=utf-8"}

SWAP = "outerMorph"
"""How htmx puts a new page into the one that is open: what is typed, and where the caret stands, stay."""
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
    made.globals |= {"asset": asset, "language": language, "languages": languages, "_": t, "swap": SWAP}
    made.filters["tr"] = tr
    return made


@cache
def content(name: str) -> bytes:
    """A static file; raises KeyError where there is none of this name."""
    whole = b"".join(part.read_bytes() for part in ASSETS[name])
    if name in SPEAKING:
        with speaking(SPEAKING[name]):
            return dense(whole.decode()).encode().replace(b"WORDS", msgspec.json.encode(spoken()), 1)
    if name == "htmx.js":
        return whole  # what others made is sent as they published it
    make = {"css": tight, "js": dense}.get(name.rpartition(".")[2])
    return make(whole.decode()).encode() if make else whole


def tight(sheet: str) -> str:
    """A sheet without what is for its writers alone: comments, and room to read."""
    sheet = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL))
    return re.sub(r" ?([{};,]) ?", r"\1", sheet).replace(": ", ":")


def dense(script: str) -> str:
    """A script without lines that are comments, and without what stands before the others."""
    return re.sub(r"^\s*(//.*\n|/\*[^*]*\*/\n)?\s*", "", script, flags=re.MULTILINE)


@cache
def packed(name: str) -> bytes:
    """The file as it travels: packed once, and small on a slow line."""
    return gzip.compress(content(name), mtime=0)


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash: it may be kept forever, and never is stale."""
    return f"/static/{hashlib.sha256(content(name)).hexdigest()[:12]}/{name}"


async def static(request: Request) -> Response:
    """A static file under the address that its content has now, or had; or under its name alone, where that must be."""
    name = request.path_params.get("name", request.url.path[1:])
    if name not in ASSETS:
        raise HTTPException(404)
    kept = FOREVER if request.url.path == asset(name) else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    kind = TYPES[name.rpartition(".")[2]]
    return Response(packed(name) if is_packed else content(name), media_type=kind, headers=headers)


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
    text = environment().get_template(template).render({"viewer": None, "look": "", **around, **values})
    page = HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
    if around.get("said"):
        page.delete_cookie(COOKIE)
    return page
