"""A place outside of the house where events are brought."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.outbound.listening import UNHEARD
from tests.stories.shop import Order, Shop

from orderway.outbound.carrying import Away, NotTaken, carry
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.outbound.feed import feed

NAME = "somewhere"


@dataclass
class Place:
    """Where events are brought: it keeps them, and refuses those numbers of those orders."""

    shop: Shop
    name: str = NAME
    at_once: int = 8
    refused: set[tuple[UUID, int]] = field(default_factory=set)
    broken: bool = False
    away: bool = False
    hanging: set[UUID] = field(default_factory=set)
    arrived: list[Event] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event | None = None

    async def bring(self, event: Event, /) -> None:
        """Keep it."""
        self.came.set()
        if self.goes_on and event.order_id in (self.hanging or {event.order_id}):
            await self.goes_on.wait()
        if self.away:
            raise Away("The whole street is shut.")
        if self.broken:
            raise TypeError
        if (event.order_id, event.number) in self.refused:
            raise NotTaken("The door is shut.\0\nAnd this is more of it.")
        self.arrived.append(event)

    def of(self, order: Order) -> list[int]:
        return [each.number for each in self.arrived if each.order_id == order.id]

    async def carry_all(self) -> Delivered:
        """Carry until all that happened is noted: what another database of the server does may hold it up."""
        total = Delivered()
        async with asyncio.timeout(30):
            while True:
                done = await carry(self.shop.runner, self)
                total = Delivered(total.delivered + done.delivered, total.failed + done.failed)
                if not await self.shop.pool.fetchval(UNHEARD, NAME):
                    return total


async def progress(order: Order) -> tuple[Any, ...]:
    row = await order.shop.row(
        "SELECT done, known, tries, why, due_at IS NULL, dead_at IS NULL, claim FROM outbound_progress"
        " WHERE order_id = $1 AND sink = $2",
        order.id, NAME,
    )  # fmt: skip
    return tuple(row)


async def note_all(shop: Shop) -> None:
    async with asyncio.timeout(30), shop.pool.acquire() as connection:
        while await shop.pool.fetchval(UNHEARD, NAME):
            await feed(connection, NAME, now=shop.now)
