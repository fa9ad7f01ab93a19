"""The application over HTTP: the API, the pages, and whether it is well; every answer carries its request's id."""

from __future__ import annotations

import os
import re
from uuid import uuid4

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderway.callers import Callers
from orderway.cors import Cors
from orderway.deployment import Deployment
from orderway.graphql.asking import Desk
from orderway.graphql.endpoint import Endpoint
from orderway.graphql.manifest import read_manifest
from orderway.graphql.tryout import tryout_routes
from orderway.graphql.websocket import Socket
from orderway.health import health_routes
from orderway.metrics import Measured, Metrics, metrics_route
from orderway.oidc.gate import Gate
from orderway.openapi import openapi_routes
from orderway.outbound.webhooks.changes import Doors
from orderway.outbound.webhooks.signing import Seal
from orderway.people.sessions import Sessions
from orderway.providers.routes import webhook_routes
from orderway.rates import Rates
from orderway.receipt_routes import receipt_routes
from orderway.receipts.desk import Receipts, open_receipts
from orderway.secret import Secret
from orderway.settings import Settings
from orderway.spans import Traced
from orderway.streams.nudges import Nudges
from orderway.streams.streams import Streams, make_streams
from orderway.turnstile import Turnstile
from orderway.ui.guard import SafeHeaders
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
    gate: Gate | None = None,
) -> ASGIApp:
    """The whole application: /graphql, health and figures, webhooks, and the pages and receipts for everything else.

    What keeps a browser safe stands on every answer, also on those of who is turned away and of a fault.
    Without `receipts` they are kept where the environment says; without `deployment` all is closed; without a `gate`
    nobody comes in by a provider of identities.
    Raises StorageUnavailable where they can not be kept, and ManifestInvalid.
    """
    streams = streams or make_streams(runner)
    receipts, deployment = receipts or open_receipts(runner, secret), deployment or Deployment()
    doors = Doors(Seal(secret), deployment.webhook_networks)
    manifest = read_manifest(deployment.documents) if deployment.documents else None
    site = Site(runner, sessions, receipts, Nudges(streams.feed, sessions, streams.seats), doors, gate)
    metrics = Metrics(runner)
    whole = Starlette(
        routes=[
            *api_routes(Desk(runner, sessions, receipts, streams, doors, deployment, manifest)),
            *health_routes(runner.pool, runner.workflow.flags),
            metrics_route(metrics, deployment.metrics_token),
            *openapi_routes(),
            *webhook_routes(runner, os.environ),
            Mount("/", pages(site, beside=receipt_routes(site))),
        ],
        middleware=[*watching(metrics), *fronts(deployment, runner.workflow.settings)],
    )
    return Callers(SafeHeaders(whole), deployment.trusted_proxies)


def watching(metrics: Metrics) -> list[Middleware]:
    """What knows each request again, and how long it took."""
    return [Middleware(RequestIds), Middleware(Traced), Middleware(Measured, metrics)]


def fronts(deployment: Deployment, settings: Settings) -> list[Middleware]:
    """Who lets a request through."""
    return [Middleware(Cors, deployment.cors_origins), Middleware(Turnstile, rates=Rates(), settings=settings)]


def api_routes(desk: Desk) -> list[BaseRoute]:
    """The API, asked by POST and followed by WebSocket; while developing also the page to try it with."""
    endpoint = Endpoint(desk)
    tryout = tryout_routes() if desk.deployment.developing else []
    return [Route("/graphql", endpoint), WebSocketRoute("/graphql", Socket(endpoint)), *tryout]


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
