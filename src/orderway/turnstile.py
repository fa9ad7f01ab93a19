"""The turnstile before the application: an address comes through so often a minute, and is told when it may again."""

from __future__ import annotations

import msgspec
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orderway.callers import address_of, household
from orderway.rates import Rates, TooOften
from orderway.settings import REQUESTS_PER_ADDRESS, Settings

FREE = ("/healthz", "/readyz", "/metrics", "/static/", "/payments/webhooks/")
"""What is watched by machines, costs nothing, or proves itself by a signature before anything is done about it."""

TRY_LATER = 1013
"""How a WebSocket is closed by who has too much to do (IANA's registry of close codes)."""


class Turnstile:
    """Counts each address; what it turns away has cost no statement."""

    def __init__(self, app: ASGIApp, *, rates: Rates, settings: Settings) -> None:
        self.app = app
        self.rates = rates
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not scope["path"].startswith(FREE):
            address = household(address_of(HTTPConnection(scope)))
            try:
                self.rates.take(f"address {address}", a_minute=self.settings[REQUESTS_PER_ADDRESS])
            except TooOften as often:
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": TRY_LATER, "reason": str(often)})
                else:
                    await turned_away(often, scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def turned_away(often: TooOften, scope: Scope) -> Response:
    """The answer in the form that the address expects: a program's, or a sentence."""
    headers = {"Retry-After": str(often.seconds), "Cache-Control": "no-store", "Connection": "close"}
    if scope["path"] != "/graphql":
        return PlainTextResponse(str(often), status_code=429, headers=headers)
    extensions = {"code": "TOO_OFTEN", "requestId": scope["state"]["request_id"]}
    told = {"data": None, "errors": [{"message": str(often), "extensions": extensions}]}
    return Response(msgspec.json.encode(told), status_code=429, media_type="application/json", headers=headers)
