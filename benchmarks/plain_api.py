"""The peer of the API's benchmark: the same lists in plain Strawberry, as its own guide builds them.

One type for each table, a data loader for each nested field, the library's own endpoint under uvicorn's defaults. Who
asks is looked up by the same token, and may see everything.
"""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import strawberry
import uvicorn
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader

from orderway.app import make_workflow
from orderway.database import connect_pool
from orderway.people.passwords import Passwords
from orderway.people.sessions import Sessions
from orderway.settings import Settings
from orderway.workflow.runner import Runner, utc_now

ONE = "SELECT {columns} FROM {table} WHERE id = ANY($1)"
MANY = "SELECT order_id, {columns} FROM {table} i WHERE order_id = ANY($1) ORDER BY {order}"
Context = dict[str, Any]
Info = strawberry.Info[Context, None]


@strawberry.type
class Store:
    id: UUID
    name: str
    code: str


@strawberry.type
class Customer:
    id: UUID
    name: str
    kind: str


@strawberry.type
class Line:
    id: UUID
    position: int
    description: str
    quantity: int


@strawberry.type
class PaymentContext:
    amount: float
    method: str


@strawberry.type
class Payment:
    id: UUID
    state: str
    created_at: datetime
    context: PaymentContext


@strawberry.type
class Fulfillment:
    id: UUID
    state: str
    moved_at: datetime


@strawberry.type
class SaleOrder:
    id: UUID
    number: str
    placed_at: datetime
    currency: str
    store_id: strawberry.Private[UUID]
    customer_id: strawberry.Private[UUID]

    @strawberry.field
    async def store(self, info: Info) -> Store:
        return await info.context["stores"].load(self.store_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def customer(self, info: Info) -> Customer:
        return await info.context["customers"].load(self.customer_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def lines(self, info: Info) -> list[Line]:
        return await info.context["lines"].load(self.id)  # type: ignore[no-any-return]

    @strawberry.field
    async def payments(self, info: Info) -> list[Payment]:
        return await info.context["payments"].load(self.id)  # type: ignore[no-any-return]

    @strawberry.field
    async def fulfillments(self, info: Info) -> list[Fulfillment]:
        return await info.context["fulfillments"].load(self.id)  # type: ignore[no-any-return]


@strawberry.type
class Orders:
    nodes: list[SaleOrder]


@strawberry.type
class Query:
    @strawberry.field
    async def orders(self, info: Info, first: int = 20) -> Orders:
        found = await info.context["pool"].fetch(
            "SELECT id, number, placed_at, currency, store_id, customer_id FROM sale_order"
            " ORDER BY placed_at DESC, id DESC LIMIT $1",
            first,
        )
        return Orders(nodes=[SaleOrder(**dict(row)) for row in found])


class Plain(GraphQL[Context, None]):
    """The library's own endpoint, with loaders for each request."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        super().__init__(strawberry.Schema(query=Query))
        self.pool = pool
        settings = Settings({})
        self.sessions = Sessions(
            Runner(pool, make_workflow(settings)).pool, passwords=Passwords(), clock=utc_now, settings=settings
        )

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002  (the library's)
        viewer = await self.sessions.viewer_of(request.headers["authorization"].removeprefix("Bearer "))
        if viewer is None:
            raise PermissionError
        return {
            "pool": self.pool,
            "stores": self.of_one("store", Store, "id, name, code"),
            "customers": self.of_one("customer", Customer, "id, name, kind"),
            "lines": self.of_many("order_line", Line, "id, position, description, quantity", "position"),
            "payments": self.payments(),
            "fulfillments": self.of_many("fulfillment", Fulfillment, "id, state, moved_at", "created_at"),
        }

    def of_one(self, table: str, kind: type, columns: str) -> DataLoader[UUID, Any]:
        async def load(ids: list[UUID]) -> Sequence[Any]:
            rows = await self.pool.fetch(ONE.format(table=table, columns=columns), ids)
            found = {row["id"]: kind(**dict(row)) for row in rows}
            return [found[id] for id in ids]

        return DataLoader(load)

    def of_many(self, table: str, kind: type, columns: str, order: str) -> DataLoader[UUID, Any]:
        async def load(ids: list[UUID]) -> Sequence[Any]:
            rows = await self.pool.fetch(MANY.format(table=table, columns=columns, order=order), ids)
            found = defaultdict(list)
            for row in rows:
                values = dict(row)
                found[values.pop("order_id")].append(kind(**values))
            return [found[id] for id in ids]

        return DataLoader(load)

    def payments(self) -> DataLoader[UUID, Any]:
        columns = "id, state, created_at, (context ->> 'amount')::bigint AS amount, context ->> 'method' AS method"

        async def load(ids: list[UUID]) -> Sequence[Any]:
            rows = await self.pool.fetch(MANY.format(table="payment", columns=columns, order="created_at"), ids)
            found = defaultdict(list)
            for row in rows:
                context = PaymentContext(amount=row["amount"], method=row["method"])
                made = Payment(id=row["id"], state=row["state"], created_at=row["created_at"], context=context)
                found[row["order_id"]].append(made)
            return [found[id] for id in ids]

        return DataLoader(load)


def serve(url: str, taken: socket.socket) -> None:
    """Answer on the socket until the process is ended."""

    async def run() -> None:
        async with await connect_pool(url) as pool:
            config = uvicorn.Config(Plain(pool), log_level="warning", access_log=False)
            await uvicorn.Server(config).serve([taken])

    uvloop.run(run())
