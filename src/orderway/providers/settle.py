"""Bringing every stored report to its end: at once by whoever received it, else by a worker, time and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from orderway.database import lost
from orderway.providers.apply import apply, reconsider
from orderway.providers.event import Event, look
from orderway.providers.flutterwave_asked import confirm
from orderway.providers.inbox import Taken, prove, put_off
from orderway.providers.provider import News, Unreachable, Unverified
from orderway.workflow.runner import Runner

LONGEST_WHY = 1000
"""Characters of a fault that are kept beside the report."""

# Who is applying a report holds its lock: it is passed over.
DUE = """
SELECT id, provider, needs_verification FROM webhook_event WHERE bucket IS NULL AND due_at <= $1
ORDER BY due_at, received_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""

# Parked until their payment is known: it may have become known to somebody else since, or in another transaction
# that was under way when they were parked, so those are looked at again for some minutes after each move of it.
MOVED_SINCE = """
SELECT e.id, e.provider FROM parked_money w
JOIN webhook_event e ON e.id = w.event_id
JOIN LATERAL (
    SELECT store_id, payment_id FROM payment_reference r
    WHERE r.provider = w.provider AND r.reference = w.reference
    UNION SELECT i.to_store_id, i.to_payment_id FROM parked_money i
    WHERE i.provider = w.provider AND (i.reference = w.reference OR i.transaction = w.transaction) AND i.holds
        AND i.to_payment_id IS NOT NULL
    UNION SELECT m.store_id, m.payment_id FROM webhook_event m
    WHERE m.provider = w.provider AND m.movement = w.transaction AND m.payment_id IS NOT NULL
) r ON true
JOIN payment p ON p.store_id = r.store_id AND p.id = r.payment_id
WHERE w.kind = 'early' AND w.resolution IS NULL AND p.moved_at > e.settled_at - interval '5 minutes'
ORDER BY e.settled_at LIMIT $1
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """A stored report that nothing has followed from yet."""

    id: UUID
    provider: str
    needs_verification: bool


@dataclass(slots=True)
class Settled:
    """What a round came to: reports that were settled, those that wait on, and those that are kept back."""

    settled: int = 0
    waiting: int = 0
    held: int = 0


async def take_up(runner: Runner, pending: Pending, environ: Mapping[str, str]) -> Taken | None:
    """Bring one report to its end, unless it is held; None where it has to wait, with the reason beside it.

    Raises nothing but what says that the database is away.
    """
    try:
        doubt = await doubt_of(runner, pending.id, environ) if pending.needs_verification else None
        bucket = await apply(runner, pending.id, provider=pending.provider, doubt=doubt)
    except Unreachable as away:
        why = str(away)
    except Exception as error:
        if lost(error):
            raise
        log.exception("A report of a payment could not be applied.", provider=pending.provider, report=str(pending.id))
        why = f"It could not be applied: {type(error).__name__}: {error}"
    else:
        return bucket
    async with runner.pool.acquire() as connection:
        await put_off(connection, pending.id, why.replace("\0", "")[:LONGEST_WHY], at=runner.clock())
    return None


async def doubt_of(runner: Runner, id: UUID, environ: Mapping[str, str]) -> str | None:
    """Ask the provider for what its signature does not prove, before anything is locked; gives why it is in doubt.

    Raises Unreachable.
    """
    async with runner.pool.acquire() as connection:
        event = await look(connection, id)
    if not event.needs_verification:
        return None
    try:
        news = await confirm(news_of(event), environ)
    except Unverified as no:
        return str(no)
    async with runner.pool.acquire() as connection:
        await prove(connection, id, news)
    return None


def news_of(event: Event) -> News:
    """What was reported, as it was read."""
    return News(
        event_id=str(event.id),
        kind=event.kind,
        transaction=event.transaction,
        reference=event.reference,
        order_ref=event.order_ref,
        subject=event.subject,
        amount=event.amount,
        major=event.major,
        total=event.total,
        currency=event.currency,
        method=event.method,
        reason=event.reason,
        needs_verification=event.needs_verification,
    )


async def settle_due(runner: Runner, environ: Mapping[str, str], *, batch: int = 50) -> Settled:
    """Take up what was stored and not applied, `batch` at a look, until a look brings nothing new.

    Each is a transaction of its own: one that fails is put off and stops no other. Then look again at what waited for
    a payment that has moved since.
    """
    round_, seen = Settled(), set[UUID]()
    while True:
        rows = await runner.pool.fetch(DUE, runner.clock(), batch)
        fresh = [Pending(*row) for row in rows if row["id"] not in seen]
        for pending in fresh:
            seen.add(pending.id)
            match await take_up(runner, pending, environ):
                case None:
                    round_.waiting += 1
                case "held":
                    round_.held += 1
                case _:
                    round_.settled += 1
        if not fresh:
            break
    await wake_moved(runner, batch=batch)
    return round_


async def wake_moved(runner: Runner, *, batch: int) -> None:
    """Look again at what was parked until its payment is known, where that has moved."""
    for row in await runner.pool.fetch(MOVED_SINCE, batch):
        try:
            await reconsider(runner, row["id"], provider=row["provider"])
        except Exception as error:
            if lost(error):
                raise
            log.exception("A report that waits could not be looked at again.", report=str(row["id"]))
