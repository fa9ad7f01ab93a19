"""Brings orders over through the door: several at once, each whole or not at all, until all are in or it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar
from zlib import crc32

import asyncpg

from orderway.database import lost, metadata
from orderway.errors import OrderwayError

LANES: Final = 8
"""How many orders are under way at once."""

FIRST_ORDERS: Final = 100
"""So many are brought over before PostgreSQL is told to look at its tables."""

WAITING: Final = 200
"""How many orders of a lane are read before their turn comes."""

SOURCE_KEY: Final = "sale_order_store_id_source_source_ref_key"

Item = TypeVar("Item")
Came = Literal["brought", "grown", "met"]
"""What became of an order: it is in now, it was in and moved on, or it was in as it is."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An order that could not be brought over, and why; nothing of it was written."""

    order_id: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What an import came to. `met` are orders that were in when their turn came: an import that was killed may end
    the commits under way after the next one has looked.
    """

    brought: int = 0
    grown: int = 0
    met: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.brought + self.grown + self.met + len(self.failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew(Generic[Item]):
    """An import under way: `bring` brings one order over, `on_order` hears of each that is done with.

    Orders with the same `lane` follow each other, as those of one buyer do: what they owe and earned is a fact of their
    next order. So the log is the same however the lanes run. Without a `pool` nothing stays of them.
    """

    pool: asyncpg.Pool | None
    bring: Callable[[Item], Awaitable[Came]]
    lane: Callable[[Item], str]
    name: Callable[[Item], str]
    stop: asyncio.Event
    on_order: Callable[[], None]
    lanes: int = LANES
    outcome: Outcome = field(default_factory=Outcome)

    async def bring_all(self, batches: AsyncIterator[Sequence[Item]]) -> Outcome:
        """Bring the orders over as they come; a lost database ends it all, any other error its own order only.

        Raises what reading them raises: those under way are then undone.
        """
        queues = [asyncio.Queue[Item | None](WAITING) for _ in range(self.lanes)]
        try:
            async with asyncio.TaskGroup() as group:
                for queue in queues:
                    group.create_task(self.along(queue))
                await self.feed(queues, batches)
                for queue in queues:
                    await queue.put(None)
        except ExceptionGroup as several:
            first = several.exceptions[0]
            raise first if isinstance(first, OrderwayError) else several from several
        return self.outcome

    async def feed(self, queues: Sequence[asyncio.Queue[Item | None]], batches: AsyncIterator[Sequence[Item]]) -> None:
        fed = 0
        async for batch in batches:
            for order in batch:
                if self.stop.is_set():
                    return
                await queues[lane_of(self.lane(order), of=self.lanes)].put(order)
                fed += 1
                if fed == FIRST_ORDERS and self.pool:
                    await asyncio.gather(*(queue.join() for queue in queues))
                    await look_at_tables(self.pool)

    async def along(self, queue: asyncio.Queue[Item | None]) -> None:
        while (order := await queue.get()) is not None:
            if not self.stop.is_set():
                await self.try_to_bring(order)
            queue.task_done()

    async def try_to_bring(self, order: Item) -> None:
        try:
            came = await self.bring(order)
            setattr(self.outcome, came, getattr(self.outcome, came) + 1)
        except Exception as error:
            if lost(error) is not None:
                raise
            if is_in_already(error):
                self.outcome.met += 1
            else:
                self.outcome.failures.append(Failure(self.name(order), told(error)))
        self.on_order()


def lane_of(key: str, *, of: int) -> int:
    """The lane of those whose key this is."""
    return crc32(key.encode()) % of


async def look_at_tables(pool: asyncpg.Pool) -> None:
    """Have PostgreSQL plan by what the tables hold.

    Plans made for empty tables read through all of a store's rows as soon as there are many, and stay in use until
    autovacuum comes round, a minute later.
    """
    await pool.execute(f"ANALYZE {', '.join(metadata.tables)}")


def is_in_already(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(cause, asyncpg.UniqueViolationError) and cause.constraint_name == SOURCE_KEY


def told(error: Exception) -> str:
    """Why an order could not be brought over; what is no sentence of ours names its kind, and shows no row."""
    if isinstance(error, OrderwayError):
        return str(error)
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])
