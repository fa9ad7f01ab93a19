"""Brings Olist orders over: each planned when its turn comes, and driven in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from orderway.legacy.crew import Came, Crew, Outcome
from orderway.legacy.olist.drive import OlistRoad
from orderway.legacy.olist.facts import Order
from orderway.legacy.olist.ground import Ground
from orderway.legacy.olist.moves import IMPORTER
from orderway.legacy.olist.plan import Plan
from orderway.outbound.bygone import pass_over
from orderway.workflow.actor import Actor
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

WHO: Final = Actor(IMPORTER, permissions=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import under way: `plan` makes an order's plan, `on_order` hears of each that is done with."""

    runner: Runner
    ground: Ground
    plan: Callable[[Order], Plan]
    stop: asyncio.Event
    on_order: Callable[[], None]

    async def bring(self, orders: Sequence[Order]) -> Outcome:
        """Bring the orders over, oldest first; a lost database ends it all, any other error its own order only."""

        async def all_at_once() -> AsyncIterator[Sequence[Order]]:
            yield orders

        crew: Crew[Order] = Crew(
            pool=self.runner.pool,
            bring=self.bring_one,
            lane=lambda order: order.customer.id,
            name=lambda order: order.id,
            stop=self.stop,
            on_order=self.on_order,
        )
        return await crew.bring_all(all_at_once())

    async def bring_one(self, order: Order) -> Came:
        plan = self.plan(order)

        async def drive(tx: Transaction) -> None:
            await OlistRoad(tx, self.ground).go(plan)
            await pass_over(tx)

        await self.runner.run(drive, actor=WHO)
        return "brought"
