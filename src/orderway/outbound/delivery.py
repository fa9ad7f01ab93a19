"""Delivering what the outbox tells to a sink: each order in its order, each event once for those who know its id.

Any number of workers may deliver at once: an order that one of them has is left to it. Several orders are delivered in
one transaction, and one by one where that fails: an order of which delivering fails waits, and holds up no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.measures import DELIVERIES
from orderway.outbound.feed import feed
from orderway.outbound.progress import AT_ONCE, Patience, reason
from orderway.workflow.kinds import Connection
from orderway.workflow.runner import Runner

TOGETHER = 10
"""Orders that are delivered in one transaction. It is to be short: no sink hears of what begins while it lasts."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events of one order that are to be delivered: those numbered from behind `after` to `until`."""

    store_id: UUID
    order_id: UUID
    after: int
    until: int


class Sink(Protocol):
    """Where events go."""

    @property
    def name(self) -> str:
        """What its progress is kept under."""

    async def take(self, connection: Connection, stretches: Sequence[Stretch], /) -> None:
        """Take some events of some orders, in the transaction that notes them as delivered.

        What it raises undoes all of it; then it is given the same orders one by one.
        """


@dataclass(slots=True)
class Delivered:
    """What a round came to: stretches delivered, and those that failed; and whether the place takes nothing at all."""

    delivered: int = 0
    failed: int = 0
    is_away: bool = False


CLAIM = """
SELECT store_id, order_id, done, known, tries FROM outbound_progress
WHERE sink = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
"""
SETTLE = """
UPDATE outbound_progress p SET done = b.done, due_at = CASE WHEN b.done < p.known THEN p.due_at END,
    tries = 0, why = NULL
FROM unnest($2::uuid[], $3::uuid[], $4::integer[]) AS b (store_id, order_id, done)
WHERE p.sink = $1 AND p.store_id = b.store_id AND p.order_id = b.order_id
"""
# Whoever else took it up since has found the same, or has done better.
PUT_OFF = """
UPDATE outbound_progress SET tries = $5, why = $6, due_at = $7::timestamptz, dead_at = CASE WHEN $7 IS NULL THEN $4 END
WHERE sink = $1 AND store_id = $2 AND order_id = $3 AND due_at <= $4 AND tries = $5 - 1
"""


class Failed(Exception):
    """The sink did not take some stretches, and why; of the first one, it is the how many-th time."""

    def __init__(self, stretches: Sequence[Stretch], cause: Exception, *, tries: int) -> None:
        super().__init__(str(cause))
        self.stretches = stretches
        self.cause = cause
        self.tries = tries


async def deliver(runner: Runner, sink: Sink) -> Delivered:
    """Deliver to a sink whatever came to light, until nothing is left that this worker can take.

    Raises what the database raises where it goes away.
    """
    total = Delivered()
    while True:
        async with runner.pool.acquire() as connection:
            noted = await feed(connection, sink.name, now=runner.clock(), flags=runner.workflow.flags)
        delivered = await _deliver_noted(runner, sink, total)
        if not noted and not delivered:
            return total


async def _deliver_noted(runner: Runner, sink: Sink, total: Delivered) -> int:
    """Deliver what is noted; gives how many stretches."""
    before, alone = total.delivered, 0
    while True:
        try:
            async with runner.pool.acquire() as connection:
                delivered = await _deliver_some(connection, sink, now=runner.clock(), limit=1 if alone else TOGETHER)
            if not delivered:
                return total.delivered - before
            total.delivered += delivered
            runner.announce()
        except Failed as failed:
            if lost(failed.cause):
                raise failed.cause from None
            if len(failed.stretches) > 1:
                why = reason(failed.cause)
                log.warning("Some orders are delivered one by one: together they failed.", sink=sink.name, why=why)
                alone = len(failed.stretches)
                continue
            await _put_off(runner, sink, failed)
            total.failed += 1
        alone = max(alone - 1, 0)


async def _deliver_some(connection: Connection, sink: Sink, *, now: datetime, limit: int) -> int:
    """Deliver the stretches that waited longest, at most so many; gives how many. Raises Failed."""
    async with connection.transaction():
        rows = await connection.fetch(CLAIM, sink.name, now, limit)
        stretches = [Stretch(store, order, done, min(known, done + AT_ONCE)) for store, order, done, known, _ in rows]
        if not stretches:
            return 0
        try:
            await sink.take(connection, stretches)
        except Exception as error:
            raise Failed(stretches, error, tries=rows[0]["tries"] + 1) from error
        columns = [[getattr(each, name) for each in stretches] for name in ("store_id", "order_id", "until")]
        await connection.execute(SETTLE, sink.name, *columns)
    DELIVERIES.labels(sink.name, "delivered").inc(sum(each.until - each.after for each in stretches))
    return len(stretches)


async def _put_off(runner: Runner, sink: Sink, failed: Failed) -> None:
    """Let the order wait, or give it up, and keep why."""
    now, stretch, tries = runner.clock(), failed.stretches[0], failed.tries
    wait = Patience.of(runner.workflow.settings).wait(tries)
    due_at = None if wait is None else now + wait
    await runner.pool.execute(
        PUT_OFF, sink.name, stretch.store_id, stretch.order_id, now, tries, reason(failed.cause), due_at
    )
    DELIVERIES.labels(sink.name, "broke").inc()
    said = "An order could not be delivered; it waits." if due_at else "An order was given up: it waits for a person."
    log.error(said, sink=sink.name, order_id=str(stretch.order_id), tries=tries, exc_info=failed.cause)
