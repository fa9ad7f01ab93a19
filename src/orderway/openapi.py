"""What is no GraphQL, described: GET /openapi.json for programs, GET /openapi for people; both out of one file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orderway import __version__
from orderway.health import Read
from orderway.ui.pages import rendered

FILE = Path(__file__).with_name("openapi.json")


class Said(msgspec.Struct):
    description: str = ""


class Operation(msgspec.Struct, rename="camel"):
    """What of an operation is shown to people."""

    operation_id: str
    summary: str
    responses: dict[str, Said]
    description: str = ""


class Info(msgspec.Struct):
    title: str
    version: str
    summary: str
    description: str


class Document(msgspec.Struct):
    """The description, as far as its page shows it."""

    info: Info
    paths: dict[str, dict[str, Operation]]


@cache
def written() -> bytes:
    """The description of this version."""
    whole = msgspec.json.decode(FILE.read_bytes())
    whole["info"]["version"] = __version__
    return msgspec.json.encode(whole)


@cache
def document() -> Document:
    return msgspec.json.decode(written(), type=Document)


def openapi_routes() -> list[Route]:
    async def as_json(_request: Request) -> Response:
        return Response(written(), media_type="application/json", headers=kept())

    async def as_page(_request: Request) -> Response:
        return rendered("openapi.html", document=document())

    return [Route("/openapi.json", Read(as_json)), Route("/openapi", Read(as_page))]


def kept() -> Mapping[str, str]:
    return {"Cache-Control": "public, max-age=3600"}
