"""Two stores whose events go to places that take them or not, and the people who look after that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from tests.stories.shop import CONSUMER, DOOR, LAGOS, PERMISSIONS, Order, Shop, actor, person, shirts

from orderway.outbound.carrying import NotTaken, carry
from orderway.outbound.event import Event
from orderway.outbound.feed import begin, feed
from orderway.people.roles import Role
from orderway.people.viewer import Viewer
from orderway.quotation.opening import NewOrder, place
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

ABUJA = UUID("0198a000-0000-7000-8000-0000000000a2")
STORES = (LAGOS, ABUJA)
UNREAD = "SELECT EXISTS (SELECT FROM outbound_sink s JOIN outbox b ON b.xid > s.xid WHERE s.sink = $1)"


def viewer(role: str, *stores: UUID) -> Viewer:
    """Somebody of a role who works in these stores; their name is that of the shop's person of the role."""
    word = role.lower() if role.lower() in ("manager", "accountant", "biller", "rider", "reseller") else "accountant"
    return Viewer(person(word), role, (Role(role.lower(), PERMISSIONS[role]),), frozenset(stores), None)


ADMIN, LEADS_ABUJA = viewer("ADMIN"), viewer("MANAGER", ABUJA)


@dataclass
class Place:
    """Where events are brought: it refuses those numbers of those orders."""

    name: str
    at_once: int = 4
    refused: set[tuple[UUID, int]] = field(default_factory=set)
    arrived: list[tuple[UUID, int]] = field(default_factory=list)

    async def bring(self, event: Event, /) -> None:
        """Keep it, or refuse it."""
        if (event.order_id, event.number) in self.refused:
            raise NotTaken("The door is shut.")
        self.arrived.append((event.order_id, event.number))


@dataclass
class House:
    """The shop with its second store."""

    shop: Shop

    async def open(self) -> None:
        await self.shop.pool.execute(
            "INSERT INTO store (id, name, code, currency) VALUES ($1, 'Abuja store', 'ABV', 'NGN')", ABUJA
        )

    async def order(self, store: UUID = LAGOS) -> Order:
        """A draft of a store."""
        new = NewOrder(
            store_id=store, customer_id=CONSUMER, currency="NGN", fulfillment_type="DELIVERY", lines=(shirts(1),),
            biller_id=person("biller"), delivery=DOOR, valid_until=self.shop.now + timedelta(days=7),
        )  # fmt: skip

        async def work(tx: Transaction) -> Moved:
            return await place(tx, new)

        moved = await self.shop.runner.run(work, actor=actor("biller"))
        return Order(self.shop, moved.order_id, 1000)

    async def begin(self, name: str) -> Place:
        """A place that hears of what happens from now on."""
        async with self.shop.pool.acquire() as connection:
            await begin(connection, name, now=self.shop.now)
        return Place(name)

    async def feed(self, sink: str) -> None:
        """Let a worker take note of what happened, and bring nothing."""
        async with self.shop.pool.acquire() as connection:
            await feed(connection, sink, now=self.shop.now)

    async def carry(self, place: Place) -> None:
        """Bring all that happened: what another database of the server does may hold it up for a moment."""
        async with asyncio.timeout(30):
            while True:
                await carry(self.shop.runner, place)
                if not await self.shop.pool.fetchval(UNREAD, place.name):
                    return

    async def give_up(self, place: Place) -> None:
        """Let what the place refuses fail until it is given up."""
        for _ in range(20):
            await self.carry(place)
            self.shop.now += timedelta(hours=1)
