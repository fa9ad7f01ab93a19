"""Reading the predecessor's orders and keeping what was read: they wait for a backfill, which needs no source then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from orderway.legacy.predecessor.facts import Order
from orderway.legacy.predecessor.ground import Ground
from orderway.legacy.predecessor.ground_buyers import CONSUMER, RESELLER
from orderway.legacy.predecessor.ground_goods import VARIANT
from orderway.legacy.predecessor.ground_people import TABLE as PERSON
from orderway.legacy.predecessor.ground_stores import TABLE as STORE
from orderway.legacy.predecessor.laying import KNOWN
from orderway.legacy.predecessor.ledger import Run, fingerprint, written
from orderway.workflow.kinds import Connection

RIDER: Final = "Rider"
"""What stands in place of a table for the people who deliver: it is no table there."""

TAKE: Final = """
INSERT INTO legacy_order AS l (theirs, came, fingerprint, facts, moves, stood, run, at)
SELECT theirs, 'READ', fingerprint, facts, '{}', stood, $5, $6
FROM unnest($1::text[], $2::bytea[], $3::jsonb[], $4::timestamptz[]) AS r (theirs, fingerprint, facts, stood)
ON CONFLICT (theirs) DO UPDATE SET
    came = 'READ', why = NULL, verdict = NULL, fingerprint = excluded.fingerprint, facts = excluded.facts,
    stood = excluded.stood, run = excluded.run, at = excluded.at
WHERE l.order_id IS NULL AND l.fingerprint <> excluded.fingerprint
"""
KEEP_RIDERS: Final = """
INSERT INTO legacy_id (kind, theirs, ours) SELECT $1, * FROM unnest($2::text[], $3::uuid[]) ON CONFLICT DO NOTHING
"""
LATEST: Final = "SELECT max(stood) FROM legacy_order"


async def take(
    connection: Connection,
    batches: AsyncIterator[Sequence[Order]],
    *,
    run: Run,
    stop: asyncio.Event,
    on_order: Callable[[], None],
) -> tuple[int, int]:
    """Keep the orders as they are read; gives how many were read, and how many of them are new or changed.

    What is in already stays as it is: an import follows it.
    """
    read = new = 0
    async for batch in batches:
        facts = [written(each) for each in batch]
        status = await connection.execute(
            TAKE, [each.id for each in batch], [fingerprint(each) for each in facts], facts,
            [each.stood for each in batch], run.id, run.at,
        )  # fmt: skip
        read, new = read + len(batch), new + int(status.rpartition(" ")[2])
        for _ in batch:
            on_order()
        if stop.is_set():
            break
    return read, new


async def keep_riders(connection: Connection, ground: Ground) -> None:
    """Write down who delivers: nothing else of the ground is known from the source alone."""
    await connection.execute(KEEP_RIDERS, RIDER, list(ground.riders), list(ground.riders.values()))


async def read_ground(connection: Connection) -> Ground:
    """What was laid for the orders that were read."""

    async def known(kind: str) -> Mapping[str, UUID]:
        return {row["theirs"]: row["ours"] for row in await connection.fetch(KNOWN, kind)}

    return Ground(
        stores=await known(STORE),
        people=await known(PERSON),
        customers={**await known(CONSUMER), **await known(RESELLER)},
        variants=await known(VARIANT),
        riders=await known(RIDER),
        findings=(),
    )


async def latest_kept(connection: Connection) -> datetime | None:
    """The time of the latest row that was read."""
    found: datetime | None = await connection.fetchval(LATEST)
    return found
