"""Rendering: the one environment of templates, and the headers that every page carries."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

STATIC = files("orderway.ui") / "static"


class Page(Protocol):
    """What a template shows: a dataclass of its own for each, with the name of the template."""

    template: str
    status: int


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
    )
    made.globals["asset"] = asset
    return made


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash: it may be kept forever, and never is stale."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def rendered(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page; nothing between keeps it, since each is one viewer's own."""
    text = environment().get_template(template).render(values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
