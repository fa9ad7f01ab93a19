"""Goods arrive or are free again: the fulfillments that waited for them are tried again, the oldest order first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.fulfillment.effects import AllocateStock
from orderway.fulfillment.events import ReserveOk
from orderway.fulfillment.goods import allocate
from orderway.fulfillment.machine import FULFILLMENT
from orderway.stock.movements import Goods, receive
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

WAITING = [name for name in FULFILLMENT.leaves if "RESERVE_OK" in FULFILLMENT.takes(name)]

OLDEST_FIRST = """
SELECT f.id FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
WHERE f.store_id = $1 AND f.state = ANY ($3::text[]) AND EXISTS (
    SELECT FROM order_line l LEFT JOIN reservation r ON r.store_id = l.store_id AND r.line_id = l.id
    WHERE l.store_id = f.store_id AND l.order_id = f.order_id AND l.variant_id = ANY ($2::uuid[])
        AND coalesce(r.status, 'RELEASED') = 'RELEASED'
)
ORDER BY o.placed_at, o.id
"""

# Goods come free in other ways than by arriving (an order is cancelled), and whoever received some may not have got to
# those who wait: a line that fits on the shelf now is asked for again.
FITTING = """
SELECT f.store_id, f.id FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
WHERE f.state = ANY ($1::text[]) AND EXISTS (
    SELECT FROM order_line l JOIN stock s ON s.store_id = l.store_id AND s.variant_id = l.variant_id
    LEFT JOIN reservation r ON r.store_id = l.store_id AND r.line_id = l.id
    WHERE l.store_id = f.store_id AND l.order_id = f.order_id AND coalesce(r.status, 'RELEASED') = 'RELEASED'
        AND s.quantity - s.reserved >= l.quantity
)
ORDER BY o.placed_at, o.id
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that came into a store, and a note for the movement."""

    store_id: UUID
    goods: tuple[Goods, ...]
    note: str | None = None


async def arrive(runner: Runner, arrival: Arrival, *, actor: Actor) -> int:
    """Receive goods, then try the backorders that wait for them; gives how many no longer wait.

    Raises Refused for who may not receive stock, and Invalid for a quantity below one.
    """

    async def work(tx: Transaction) -> None:
        tx.require("stock.manage", to="receive stock")
        await receive(
            tx.connection, arrival.store_id, goods=arrival.goods, at=tx.now, actor=actor.id, note=arrival.note
        )

    await runner.run(work, actor=actor)
    variants = [each.variant for each in arrival.goods]
    return await retry_backorders(runner, arrival.store_id, variants, actor=actor.behind())


async def retry_backorders(
    runner: Runner, store_id: UUID, variants: Sequence[UUID], *, actor: Actor = THE_SYSTEM
) -> int:
    """Try every fulfillment that waits for one of the variants, each in a transaction of its own."""
    rows = await runner.pool.fetch(OLDEST_FIRST, store_id, list(variants), WAITING)
    return sum([await retry(runner, Ref("fulfillment", store_id, row["id"]), actor=actor) for row in rows])


async def retry_fitting(runner: Runner) -> int:
    """Try every fulfillment of which a line fits on its shelf now; gives how many no longer wait.

    One that fails stops no other, and is tried again at the next look.
    """
    served = 0
    for row in await runner.pool.fetch(FITTING, WAITING):
        try:
            served += await retry(runner, Ref("fulfillment", row["store_id"], row["id"]))
        except Exception as error:
            if lost(error):
                raise
            log.exception("A backorder could not be tried again.", fulfillment=str(row["id"]))
    return served


async def retry(runner: Runner, ref: Ref, *, actor: Actor = THE_SYSTEM) -> int:
    """Hold for one fulfillment what has come; gives 1 where nothing is missing any more."""

    async def work(tx: Transaction) -> int:
        fulfillment = await tx.load(ref)
        if not tx.takes(fulfillment, ReserveOk):
            return 0
        await allocate(tx, fulfillment, AllocateStock())
        return int(not tx.takes(fulfillment, ReserveOk))

    return await runner.run(work, actor=actor)
