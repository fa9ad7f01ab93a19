"""Brings orders over through the door: several at once, each whole or not at all, until all are in or it is stopped."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from zlib import crc32

import asyncpg

from orderway.database import lost, metadata
from orderway.errors import OrderwayError
from orderway.legacy.olist.drive import Road
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.ground import Ground
from orderway.legacy.olist.moves import IMPORTER
from orderway.legacy.olist.plan import Plan
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

LANES: Final = 8
"""How many orders are under way at once."""

FIRST_ORDERS: Final = 100
"""So many are brought over before PostgreSQL is told to look at its tables."""

SOURCE_KEY: Final = "sale_order_store_id_source_source_ref_key"

WHO: Final = Actor(IMPORTER, permissions=None)


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
    met: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def done(self) -> int:
        return self.brought + self.met + len(self.failures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import under way: `plan` makes an order's plan, `on_order` hears of each that is done with."""

    runner: Runner
    ground: Ground
    plan: Callable[[Order], Plan]
    stop: asyncio.Event
    on_order: Callable[[], None]
    outcome: Outcome = field(default_factory=Outcome)

    async def bring(self, orders: Sequence[Order]) -> Outcome:
        """Bring the orders over, oldest first; a lost database ends it all, any other error its own order only."""
        await self.side_by_side(orders[:FIRST_ORDERS])
        if rest := orders[FIRST_ORDERS:]:
            await look_at_tables(self.runner.pool)
            await self.side_by_side(rest)
        return self.outcome

    async def side_by_side(self, orders: Iterable[Order]) -> None:
        async with asyncio.TaskGroup() as crew:
            for lane in lanes(orders, LANES):
                crew.create_task(self.along(lane))

    async def along(self, lane: deque[Order]) -> None:
        while lane and not self.stop.is_set():
            order = lane.popleft()
            try:
                await self.runner.run(self.work(self.plan(order)), actor=WHO)
                self.outcome.brought += 1
            except Exception as error:
                if lost(error) is not None:
                    raise
                if is_in_already(error):
                    self.outcome.met += 1
                else:
                    self.outcome.failures.append(Failure(order.id, told(error)))
            self.on_order()

    def work(self, plan: Plan) -> Callable[[Transaction], Awaitable[None]]:
        async def drive(tx: Transaction) -> None:
            await Road(tx, self.ground).go(plan)

        return drive


async def look_at_tables(pool: asyncpg.Pool) -> None:
    """Have PostgreSQL plan by what the tables hold.

    Plans made for empty tables read through all of a store's rows as soon as there are many, and stay in use until
    autovacuum comes round, a minute later.
    """
    await pool.execute(f"ANALYZE {', '.join(metadata.tables)}")


def lanes(orders: Iterable[Order], count: int) -> Sequence[deque[Order]]:
    """Part the orders so that those of one customer follow each other.

    What a customer owes and earned is a fact of their next order: so the log is the same however the lanes run.
    """
    parted: list[deque[Order]] = [deque() for _ in range(count)]
    for order in orders:
        parted[crc32(order.customer.id.encode()) % count].append(order)
    return parted


def is_in_already(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(cause, asyncpg.UniqueViolationError) and cause.constraint_name == SOURCE_KEY


def told(error: Exception) -> str:
    """Why an order could not be brought over; what is no sentence of ours names its kind."""
    return str(error) if isinstance(error, OrderwayError) else f"{type(error).__name__}: {error}"
