"""Delivering what the outbox tells to a sink: each order in its order, each event once for those who know its id.

Any number of workers may deliver at once: an order that one of them has is left to it. Where delivering an order fails,
that order waits, and holds up no other.
"""

from __future__ import annotations

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

    async def take(self, connection: Connection, stretch: Stretch, /) -> None:
        """Take some events, in the transaction that notes them as delivered. What it raises undoes both."""


@dataclass(slots=True)
class Delivered:
    """What a round came to: stretches delivered, and those that failed; and whether the place takes nothing at all."""

    delivered: int = 0
    failed: int = 0
    is_away: bool = False


CLAIM = """
SELECT store_id, order_id, done, known, tries FROM outbound_progress
WHERE sink = $1 AND due_at <= $2 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
SETTLE = """
UPDATE outbound_progress SET done = $4, due_at = CASE WHEN $4 < known THEN due_at END, tries = 0, why = NULL
WHERE sink = $1 AND store_id = $2 AND order_id = $3
"""
# Whoever else took it up since has found the same, or has done better.
PUT_OFF = """
UPDATE outbound_progress SET tries = $5, why = $6, due_at = $7::timestamptz, dead_at = CASE WHEN $7 IS NULL THEN $4 END
WHERE sink = $1 AND store_id = $2 AND order_id = $3 AND due_at <= $4 AND tries = $5 - 1
"""


class Failed(Exception):
    """The sink did not take a stretch, the how many-th time, and why."""

    def __init__(self, stretch: Stretch, cause: Exception, *, tries: int) -> None:
        super().__init__(str(cause))
        self.stretch = stretch
        self.cause = cause
        self.tries = tries


async def deliver(runner: Runner, sink: Sink) -> Delivered:
    """Deliver to a sink whatever came to light, until nothing is left that this worker can take.

    Raises what the database raises where it goes away.
    """
    total = Delivered()
    while True:
        async with runner.pool.acquire() as connection:
            noted = await feed(connection, sink.name, now=runner.clock())
        delivered = await _deliver_noted(runner, sink, total)
        if not noted and not delivered:
            return total


async def _deliver_noted(runner: Runner, sink: Sink, total: Delivered) -> int:
    """Deliver what is noted; gives how many stretches."""
    before = total.delivered
    while True:
        try:
            async with runner.pool.acquire() as connection:
                if not await _deliver_one(connection, sink, now=runner.clock()):
                    return total.delivered - before
            total.delivered += 1
            runner.announce()
        except Failed as failed:
            if lost(failed.cause):
                raise failed.cause from None
            await _put_off(runner, sink, failed)
            total.failed += 1


async def _deliver_one(connection: Connection, sink: Sink, *, now: datetime) -> bool:
    """Deliver the stretch that waited longest; False where there is none. Raises Failed."""
    async with connection.transaction():
        row = await connection.fetchrow(CLAIM, sink.name, now)
        if row is None:
            return False
        until = min(row["known"], row["done"] + AT_ONCE)
        stretch = Stretch(row["store_id"], row["order_id"], row["done"], until)
        try:
            await sink.take(connection, stretch)
        except Exception as error:
            raise Failed(stretch, error, tries=row["tries"] + 1) from error
        await connection.execute(SETTLE, sink.name, stretch.store_id, stretch.order_id, until)
    DELIVERIES.labels(sink.name, "delivered").inc(until - stretch.after)
    return True


async def _put_off(runner: Runner, sink: Sink, failed: Failed) -> None:
    """Let the order wait, or give it up, and keep why."""
    now, stretch, tries = runner.clock(), failed.stretch, failed.tries
    wait = Patience.of(runner.workflow.settings).wait(tries)
    due_at = None if wait is None else now + wait
    await runner.pool.execute(
        PUT_OFF, sink.name, stretch.store_id, stretch.order_id, now, tries, reason(failed.cause), due_at
    )
    DELIVERIES.labels(sink.name, "broke").inc()
    said = "An order could not be delivered; it waits." if due_at else "An order was given up: it waits for a person."
    log.error(said, sink=sink.name, order_id=str(stretch.order_id), tries=tries, exc_info=failed.cause)
