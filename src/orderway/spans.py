"""A span around each request, behind that of its caller where it names one."""

from __future__ import annotations

from opentelemetry.trace import Status, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderway.metrics import area_of
from orderway.tracing import span


class Traced:
    """Traces requests, where traces are on. Its place is behind that of the request's id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = f"{scope['method']} {area_of(scope['path'])}"
        caller, request_id = Headers(scope=scope).get("traceparent"), scope["state"]["request_id"]
        with span(name, kind="SERVER", parent=caller, request_id=request_id) as opened:
            if opened is None:
                await self.app(scope, receive, send)
                return
            opened.set_attribute("http.request.method", scope["method"])

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    opened.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        opened.set_status(Status(StatusCode.ERROR))
                await send(message)

            await self.app(scope, receive, noted)
