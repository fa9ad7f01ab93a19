"""What people ask to be sent besides: a test, or an event once more. Each is tried once, and the log says what came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from orderway.database import lost
from orderway.outbound.cloudevents import cloud_event
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import EVENT, Event
from orderway.outbound.progress import LEASE
from orderway.outbound.webhooks.courier import Message, Posting, Receiver, find_receiver
from orderway.workflow.runner import Runner

NAME = "errands"
"""Who looks for them, among those whom something waits for."""

AT_ONCE = 5
"""Of each webhook: one that hangs keeps those waiting that were asked for elsewhere no longer than for one answer."""

TEST = "webhook.test"
"""The type of an event that says nothing."""

TAKE = """
UPDATE webhook_errand e SET taken_until = $2 FROM (
    SELECT due.* FROM webhook w CROSS JOIN LATERAL (
        SELECT webhook_id, id FROM webhook_errand
        WHERE webhook_id = w.id AND (taken_until IS NULL OR taken_until <= $1)
        ORDER BY asked_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
    ) due
) due WHERE e.webhook_id = due.webhook_id AND e.id = due.id
RETURNING e.webhook_id, e.id, e.store_id, e.order_id, e.number, e.asked_at
"""
DONE = "DELETE FROM webhook_errand WHERE webhook_id = $1 AND id = $2"
AGAIN = f"SELECT {EVENT} FROM outbox b WHERE b.store_id = $1 AND b.order_id = $2 AND b.number = $3"  # noqa: S608

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be sent to a webhook: an event of an order, or a test."""

    webhook_id: UUID
    id: UUID
    store_id: UUID | None
    order_id: UUID | None
    number: int | None
    asked_at: datetime


async def run_errands(runner: Runner, post: Posting) -> Delivered:
    """Send what people asked for, until nothing is left."""
    total = Delivered()
    while True:
        now = runner.clock()
        async with runner.pool.acquire() as connection:
            rows = await connection.fetch(TAKE, now, now + LEASE, AT_ONCE)
        if not rows:
            return total
        arrived = await asyncio.gather(*(run_errand(runner, post, Errand(**row)) for row in rows))
        total.delivered += sum(arrived)
        total.failed += len(arrived) - sum(arrived)


async def run_errand(runner: Runner, post: Posting, errand: Errand) -> bool:
    """Send it once, and forget it; whether it arrived. A fault of ours is told, and another day brings no other end."""
    arrived = False
    try:
        async with runner.pool.acquire() as connection:
            receiver = await find_receiver(connection, errand.webhook_id)
            row = await connection.fetchrow(AGAIN, errand.store_id, errand.order_id, errand.number)
        message = again(Event(*row)) if row else test(errand) if errand.number is None else None
        if receiver is not None and message is not None and takes(receiver, message):
            arrived = (await post.send(receiver, message)).why is None
    except Exception as error:
        if lost(error):
            raise
        log.exception("A webhook could not be sent what a person asked for.", webhook=str(errand.webhook_id))
    async with runner.pool.acquire() as connection:
        await connection.execute(DONE, errand.webhook_id, errand.id)
    return arrived


def takes(receiver: Receiver, message: Message) -> bool:
    """Whether a webhook is still to be sent it: it may have been changed since somebody asked. A test always is."""
    event = message.event
    return event is None or (receiver.disabled_at is None and receiver.wants(event.type, event.store_id))


def again(event: Event) -> Message:
    return Message("again", event.id, event.type, cloud_event(event), event)


def test(errand: Errand) -> Message:
    """An event that says nothing, in the same envelope as any other."""
    body = msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": str(errand.id),
            "source": f"/webhooks/{errand.webhook_id}",
            "type": TEST,
            "time": errand.asked_at.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": {},
        }
    )
    return Message("test", errand.id, TEST, body)
