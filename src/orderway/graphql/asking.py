"""Who asks, and what the resolvers work with: the one object that a request carries through the schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from orderway.deployment import Deployment
from orderway.errors import OrderwayError
from orderway.graphql.manifest import Manifest
from orderway.order.available import Available, load_available
from orderway.order.reads import load_orders
from orderway.order.shape import Life, Order, Receipt
from orderway.outbound.webhooks.changes import Doors
from orderway.people.roles import who_can_help
from orderway.people.sessions import Sessions
from orderway.people.signing.caller import NOWHERE, Caller
from orderway.people.viewer import Viewer
from orderway.rates import Rates
from orderway.receipts.desk import Receipts
from orderway.receipts.links import make_links
from orderway.settings import API_OPERATION_SECONDS
from orderway.streams.streams import Streams
from orderway.workflow.errors import Invalid, NotFound
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

LOOKS = 25


class SignedOut(OrderwayError):
    """Nobody is signed in, and what was asked is for people who are."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the API works with, the same for every request."""

    runner: Runner
    sessions: Sessions
    receipts: Receipts
    streams: Streams
    webhooks: Doors
    """Where webhooks may be sent to, and the seal of their secrets."""

    deployment: Deployment = field(default_factory=Deployment)
    manifest: Manifest | None = None
    """Which operations there are; None where whoever asks may bring their own."""

    rates: Rates = field(default_factory=Rates)


@dataclass(slots=True)
class Asking:
    """One request. `token` is its bearer token; `viewer` is None where nobody is signed in.

    `origin` is where this server was asked: "https://host"; `caller` is who did, as far as the connection tells.
    `deadline` is when its time is over, by the clock of the event loop.
    """

    desk: Desk
    viewer: Viewer | None
    token: str
    request_id: str
    origin: str = ""
    caller: Caller = NOWHERE
    deadline: float | None = None
    signings: int = 0
    looks: int = 0
    helpers: Mapping[str, str] | None = field(default=None)
    helping: asyncio.Lock = field(default_factory=asyncio.Lock)
    receipt_urls: DataLoader[Receipt, str] = field(init=False)
    available: DataLoader[Order | Life[Any], tuple[Available, ...]] = field(init=False)
    orders: DataLoader[UUID, Order | None] = field(init=False)

    def __post_init__(self) -> None:
        self.receipt_urls = DataLoader(self._receipt_urls, cache=False)
        self.available = DataLoader(self._available, cache=False)
        self.orders = DataLoader(self._orders, cache=False)

    async def _receipt_urls(self, receipts: list[Receipt]) -> list[str]:
        """Links to receipts, all that one request asks for at once."""
        return await make_links(self.desk.receipts, receipts, self.origin)

    async def _orders(self, ids: list[UUID]) -> list[Order | None]:
        """What the things of a list are about: None where the viewer does not see it."""
        async with self.connection() as connection:
            found = {each.id: each for each in await load_orders(connection, self.signed_in, list(set(ids)))}
        return [found.get(id) for id in ids]

    async def _available(self, asked: list[Order | Life[Any]]) -> list[tuple[Available, ...] | Exception]:
        """What can happen to orders and to what belongs to them: each order is looked at once."""
        orders = {each.id: each for each in asked if isinstance(each, Order)}
        others = {each.order_id for each in asked if isinstance(each, Life)} - set(orders)
        if others:
            async with self.connection() as connection:
                orders |= {each.id: each for each in await load_orders(connection, self.signed_in, [*others])}
        runner, viewer = self.desk.runner, self.signed_in
        async with asyncio.timeout_at(self.deadline):
            found = {id: await load_available(runner, viewer, order) for id, order in orders.items()}
        return [_of(each, found) for each in asked]

    @property
    def signed_in(self) -> Viewer:
        """The viewer. Raises SignedOut."""
        if self.viewer is None:
            raise SignedOut("Nobody is signed in.", "Sign in by signIn, and send the token as Authorization: Bearer.")
        return self.viewer

    def renew(self, viewer: Viewer) -> None:
        """Begin anew for the next event of a subscription: who follows as they are now, and all that a request may."""
        self.viewer, self.looks, self.helpers = viewer, 0, None
        seconds = self.desk.runner.workflow.settings[API_OPERATION_SECONDS]
        self.deadline = asyncio.get_running_loop().time() + seconds

    def look(self) -> None:
        """Count what costs statements of its own for each thing. Raises Invalid where one request asks too often."""
        self.looks += 1
        if self.looks > LOOKS:
            raise Invalid(
                f"One request looks at the log or the events of at most {LOOKS} things.", "Ask for fewer at once."
            )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reading; what is asked on it ends with the request's time, whoever waits for the answer."""
        async with asyncio.timeout_at(self.deadline), self.desk.runner.pool.acquire() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """As `connection`, for lists and figures: to a copy of the database where there is one."""
        async with asyncio.timeout_at(self.deadline), self.desk.runner.reading() as connection:
            yield connection

    async def who_can_help(self, permission: str) -> str | None:
        """Who holds a permission, in words; the roles are read once for a request."""
        if not permission:
            return None
        async with self.helping:
            if self.helpers is None:
                async with self.connection() as connection:
                    self.helpers = await who_can_help(connection)
        return self.helpers.get(permission)


def _of(each: Order | Life[Any], found: Mapping[UUID, tuple[Available, ...]]) -> tuple[Available, ...] | Exception:
    """What can happen to it, out of what can happen to its order."""
    if isinstance(each, Order):
        return found[each.id]
    if each.order_id not in found:
        return NotFound("There is no such order.")
    return tuple(one for one in found[each.order_id] if one.id == each.id)


Info = strawberry.Info[Asking, None]
