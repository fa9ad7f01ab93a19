"""Which sites' pages may ask the API from a browser: those of a list, each with a token of its own and no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = ("/graphql", "/payments/receipts")
"""What takes bearer tokens. Pages go by cookies, and no other site has anything to ask them."""


class Cors:
    """Answers what browsers ask before they ask, for the addresses of the API alone."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self.api = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["POST"],
            allow_headers=["authorization", "content-type", "x-request-id"],
            expose_headers=["x-request-id", "retry-after"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.api if scope["type"] == "http" and scope["path"] in OPEN else self.app
        await app(scope, receive, send)
