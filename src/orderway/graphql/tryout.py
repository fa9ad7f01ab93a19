"""GET /graphql while developing: GraphiQL, out of this package alone, to try the API with."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FILES = Path(__file__).with_name("graphiql")
KINDS = {
    "graphiql.js": "text/javascript",
    "graphiql.css": "text/css",
    "react.js": "text/javascript",
    "react-dom.js": "text/javascript",
    "start.js": "text/javascript",
    "start.css": "text/css",
}
HEADERS = {
    # Its editor sets styles as it goes along; scripts and requests are ours alone.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def wants_page(request: Request) -> bool:
    """Whether it is a browser that somebody opened the address in."""
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


def page() -> Response:
    return Response((FILES / "page.html").read_bytes(), media_type="text/html", headers=HEADERS)


def tryout_routes() -> list[Route]:
    """What the page is made of."""

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in KINDS:
            return PlainTextResponse("There is no such file.", status_code=404, headers=HEADERS)
        return Response(content(name), media_type=KINDS[name], headers=HEADERS)

    return [Route("/graphql/try/{name}", file)]


@cache
def content(name: str) -> bytes:
    packed = FILES / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (FILES / name).read_bytes()
