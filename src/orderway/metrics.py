"""GET /metrics: what the process did and holds, in the form that Prometheus reads, for who has the token."""

from __future__ import annotations

import hmac
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderway.measures import REGISTRY
from orderway.standing import read_standing
from orderway.workflow.runner import Runner

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
AREAS = ("/graphql", "/payments/webhooks", "/payments/receipts", "/static", "/healthz", "/readyz", "/metrics")
"""What requests are told apart by; everything else is a page. Whole paths hold ids, of which there is no end."""


class Metrics:
    """The figures of one application: its own, those of its process, and how things stand in its database."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "orderway_requests", "Requests that were answered.", ("area", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "orderway_request_seconds", "Seconds until an answer was sent.", ("area",),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.under_way = Gauge(
            "orderway_requests_under_way", "Requests that wait for an answer.", registry=self.registry
        )

    async def told(self) -> bytes:
        """All of them, as Prometheus reads them."""
        standing = await read_standing(self.runner)
        return b"".join(map(generate_latest, (self.registry, REGISTRY, standing)))


class Measured:
    """Counts and times each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        area, began, status = area_of(scope["path"]), perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.metrics.under_way.inc()
        try:
            await self.app(scope, receive, noted)
        finally:
            self.metrics.under_way.dec()
            self.metrics.requests.labels(area, status).inc()
            self.metrics.seconds.labels(area).observe(perf_counter() - began)


def area_of(path: str) -> str:
    return next((area for area in AREAS if path == area or path.startswith(f"{area}/")), "pages")


def metrics_route(metrics: Metrics, token: str) -> Route:
    """Without the token, and where none was set, there is no such address."""

    async def show(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return PlainTextResponse("There is no such page.", status_code=404)
        return Response(await metrics.told(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return Route("/metrics", show)
