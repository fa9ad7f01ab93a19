"""Goods arrive or are free again: who is missing them is served, the oldest question first, all that can go.

Everybody is served alike: sales that are not cleared yet, fulfillments that wait, and those that are on hold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog

from orderway.database import lost
from orderway.flags.slices import FULFILLMENTS, SALES, Slice
from orderway.fulfillment.events import ReserveOk
from orderway.stock.reservations import attempt
from orderway.workflow.actor import THE_SYSTEM, Actor
from orderway.workflow.gate import is_brought_over, is_ours
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

PAGE = 100
"""How many reservations are read at once."""

HEAD = """
SELECT r.order_id, r.line_id, r.part FROM reservation r
JOIN stock s ON s.store_id = r.store_id AND s.variant_id = r.variant_id
WHERE r.store_id = $1 AND r.variant_id = $2 AND r.status = 'MISSING' AND r.quantity <= s.quantity - s.reserved
    AND r.order_id <> ALL ($3::uuid[])
ORDER BY r.asked_at, r.order_id, r.part LIMIT $4
"""

SHELVES = """
SELECT w.store_id, w.variant_id FROM (
    SELECT store_id, variant_id, min(quantity) AS fewest FROM reservation WHERE status = 'MISSING'
    GROUP BY store_id, variant_id
) w JOIN stock s ON s.store_id = w.store_id AND s.variant_id = w.variant_id
WHERE w.fewest <= s.quantity - s.reserved ORDER BY w.store_id, w.variant_id
"""

TAKE_TURN = "SELECT pg_try_advisory_xact_lock(hashtext('orderway: who is missing goods is served'))"

log = structlog.get_logger(__name__)


async def serve_first(runner: Runner, store_id: UUID, variants: Sequence[UUID], *, actor: Actor = THE_SYSTEM) -> int:
    """Serve the first page of the queue of each of these shelves; the worker serves the rest."""
    shelves = [Shelf(store_id, variant) for variant in dict.fromkeys(variants)]
    return sum([await serve(runner, shelf, pages=1, actor=actor) for shelf in shelves])


async def serve_all(runner: Runner) -> int:
    """Serve everybody for whom there are goods; gives how many are missing nothing any more.

    One does so at a time: whoever comes second leaves it to the first, who looks again before it ends.
    """
    total = 0
    if not await runner.pool.fetch(SHELVES):
        return total
    async with runner.pool.acquire() as connection, connection.transaction():
        if not await connection.fetchval(TAKE_TURN):
            return 0
        while shelves := await connection.fetch(SHELVES):
            served = sum([await serve(runner, Shelf(*row)) for row in shelves])
            if not served:
                break
            total += served
    return total


@dataclass(frozen=True, slots=True)
class Shelf:
    """The place of a variant in a store."""

    store_id: UUID
    variant_id: UUID


async def serve(runner: Runner, shelf: Shelf, *, pages: int | None = None, actor: Actor = THE_SYSTEM) -> int:
    """Serve the queue of a shelf from its head, so many pages of it or all, each order in a transaction of its own.

    Several may do so at once: none of them gets ahead of another, since each tries who asked before first. An order
    that fails stops no other: it is passed over, and tried again the next time.
    """
    served, failed, left = 0, list[UUID](), pages
    while left != 0 and (page := await runner.pool.fetch(HEAD, shelf.store_id, shelf.variant_id, failed, PAGE)):
        left = left and left - 1
        for row in page:
            try:
                tried = await serve_part(runner, shelf.store_id, row, passing=failed, actor=actor)
            except Exception as error:
                if lost(error):
                    raise
                log.exception("Who is missing goods could not be served.", order=str(row["order_id"]))
                failed.append(row["order_id"])
                break
            if tried is None:
                failed.append(row["order_id"])
                break
            if not tried.get(row["line_id"], True):  # the shelf, or who is at its head, is another by now
                break
            served += bool(tried) and all(tried.values())
    return served


async def slice_of(tx: Transaction) -> Slice:
    """To which slice it belongs to hold goods for the locked order."""
    return FULFILLMENTS if await tx.every("fulfillment") else SALES


async def serve_part(
    runner: Runner, store_id: UUID, row: asyncpg.Record, *, passing: Collection[UUID], actor: Actor
) -> dict[UUID, bool] | None:
    """Hold for one part of an order what has come, which goes on where nothing is missing any more.

    Gives for each line that was missing whether it is held now; None where a former system serves it.
    """
    order_id, part = row["order_id"], row["part"]

    async def work(tx: Transaction) -> dict[UUID, bool] | None:
        await tx.lock(store_id, order_id)
        if tx.workflow.flags.are_set and not (is_brought_over(tx) or await is_ours(tx, await slice_of(tx))):
            return None
        tried = await attempt(tx, part, passing=passing)
        if tried and all(tried.values()):
            with tx.as_system():
                for fulfillment in await tx.every("fulfillment", taking=ReserveOk):
                    if fulfillment.context.part == part:
                        await tx.send(fulfillment.ref, ReserveOk())
        return tried

    return await runner.run(work, actor=actor)
