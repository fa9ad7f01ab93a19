"""The application over HTTP: the API, the pages, and whether it is well; every answer carries its request's id."""

from __future__ import annotations

import os
import re
from functools import cache
from uuid import uuid4

import asyncpg
import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderway.callers import Callers
from orderway.database import lost
from orderway.deployment import Deployment
from orderway.graphql.asking import Desk
from orderway.graphql.endpoint import Endpoint
from orderway.graphql.manifest import read_manifest
from orderway.graphql.websocket import Socket
from orderway.migrations import newest
from orderway.people.sessions import Sessions
from orderway.providers.routes import webhook_routes
from orderway.receipt_routes import receipt_routes
from orderway.receipts.desk import Receipts, open_receipts
from orderway.secret import Secret
from orderway.streams.streams import Streams, make_streams
from orderway.ui.routes import pages
from orderway.ui.site import Site
from orderway.workflow.runner import Runner

REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}", re.ASCII)
"""What is taken for a request's id when it comes from outside; anything else is replaced by one of ours."""


def make_http(
    runner: Runner,
    sessions: Sessions,
    *,
    secret: Secret,
    receipts: Receipts | None = None,
    deployment: Deployment | None = None,
    streams: Streams | None = None,
) -> Starlette:
    """The whole application: POST /graphql, GET /healthz, receipts, webhooks, and the pages for everything else.

    Without `receipts` they are kept where the environment says; without `deployment` all is closed.
    Raises StorageUnavailable where they can not be kept, and ManifestInvalid.
    """
    receipts, deployment = receipts or open_receipts(runner, secret), deployment or Deployment()

    manifest = read_manifest(deployment.documents) if deployment.documents else None

    async def health(_request: Request) -> Response:
        return await healthy(runner.pool)

    desk = Desk(runner, sessions, receipts, streams or make_streams(runner), deployment, manifest)
    endpoint = Endpoint(desk)
    return Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", Socket(endpoint)),
            Route("/healthz", health),
            *receipt_routes(sessions, receipts),
            *webhook_routes(runner, os.environ),
            Mount("/", pages(Site(runner, sessions, receipts))),
        ],
        middleware=[Middleware(Callers, deployment.trusted_proxies), Middleware(RequestIds)],
    )


async def healthy(pool: asyncpg.Pool) -> Response:
    """200 while the database answers and has the tables of this version, 503 with a sentence while not."""
    try:
        found = await pool.fetchval("SELECT version_num FROM alembic_version", timeout=5)
    except asyncpg.UndefinedTableError:
        found = None
    except Exception as error:
        unavailable = lost(error)
        if unavailable is None and not isinstance(error, TimeoutError):
            raise
        return unwell(str(unavailable) if unavailable else "The database does not answer within 5 seconds.")
    if found != wanted():
        return unwell("The tables are not those of this version. Run: orderway migrate")
    return JSONResponse({"status": "ok"})


def unwell(reason: str) -> Response:
    return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503)


@cache
def wanted() -> str | None:
    """The revision that this code works with; reading it takes files."""
    return newest()


class RequestIds:
    """Gives each request an id, that of X-Request-ID where it has one: for the log, the answer and the order's log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, marked)
