"""A provider that reports to the shop: over HTTP, signed as Paystack signs, in the plain form."""

from __future__ import annotations

import hmac
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette
from tests.stories.shop import Order, Shop

from orderway.providers.routes import webhook_routes
from orderway.providers.settle import Settled, settle_due

SECRET = "a secret of the tests"
ENVIRON = {"ORDERWAY_WEBHOOK_SECRET_PAYSTACK": SECRET}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"x-paystack-signature": hmac.new(secret.encode(), body, "sha512").hexdigest()}


def plain(status: str, *, id: str, order: str | None = None, **told: Any) -> dict[str, Any]:
    """A report in the plain form of 4000 NGN."""
    whole = {
        "eventId": id, "status": status, "reference": "R-1", "order": order, "amount": 4000, "currency": "NGN", **told,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


@dataclass
class Till:
    """The shop, and a client of what answers its providers."""

    shop: Shop
    client: httpx.AsyncClient
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def post(self, told: object, *, path: str = "paystack/consumer") -> httpx.Response:
        body = msgspec.json.encode(told)
        return await self.client.post(f"/payments/webhooks/{path}", content=body, headers=signed(body))

    async def report(self, status: str, **told: Any) -> str:
        """Report something new, and give the bucket."""
        answer = await self.post(plain(status, id=f"e{next(self.ids)}", **told))
        assert answer.status_code == 200, answer.text
        (bucket,) = answer.json().values()
        return str(bucket)

    async def settle(self) -> Settled:
        """A round of a worker."""
        return await settle_due(self.shop.runner, os.environ)

    async def events(self) -> list[tuple[str, str | None]]:
        """What was reported and what became of it, in the order in which it came."""
        rows = await self.shop.pool.fetch("SELECT kind, bucket FROM webhook_event ORDER BY id")
        return [tuple(row) for row in rows]

    async def parked(self) -> list[tuple[str, int, str | None]]:
        """The items of the inbox: kind, amount and resolution."""
        rows = await self.shop.pool.fetch("SELECT kind, amount, resolution FROM parked_money ORDER BY id")
        return [tuple(row) for row in rows]

    async def number(self, order: Order) -> str:
        (number,) = await self.shop.row("SELECT number FROM sale_order WHERE id = $1", order.id)
        return str(number)


@asynccontextmanager
async def till_of(shop: Shop) -> AsyncIterator[Till]:
    app = Starlette(routes=webhook_routes(shop.runner, os.environ))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://orderway.test") as client:
        yield Till(shop, client)
