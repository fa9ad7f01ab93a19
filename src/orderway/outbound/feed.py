"""What a sink has yet to hear of: it follows the outbox of all orders, and notes for each how far there is to go.

Events are followed by the transaction that told them, up to the oldest one that still runs: a transaction that began
early and ends late is not passed over, as it would be by a number that is given while it runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from orderway.flags.flags import ALL_ON, Flags, Place
from orderway.flags.slices import EVENTS_OUT
from orderway.workflow.kinds import Connection

BATCH = 1000
"""Events that are noted at once, and the rest of the transaction that told the last of them."""

# Nobody is told of what happened before the sink was there. Events of transactions that are still to come are of
# another cluster: where a dump was restored, the sink begins like those that were restored with it.
BEGIN = """
INSERT INTO outbound_sink (sink, cluster, xid, begun, begun_at)
SELECT $1, CASE WHEN (SELECT max(xid) FROM outbox) >= pg_snapshot_xmax(pg_current_snapshot()) THEN 0
    ELSE system_identifier END, before, before, $2
FROM pg_control_system(), (SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8 AS before) b
ON CONFLICT DO NOTHING
"""

# What is noted of a batch is lost as a whole by a crash or not at all, and is noted anew: nobody waits for the disk.
TAKE = """
SELECT xid::text, cluster = (SELECT system_identifier FROM pg_control_system()) AS is_here,
    set_config('synchronous_commit', 'off', true)
FROM outbound_sink WHERE sink = $1 FOR UPDATE SKIP LOCKED
"""
LAST = f"""
WITH coming AS (
    SELECT xid FROM outbox WHERE xid > $1::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid LIMIT {BATCH}
)
SELECT max(xid)::text FROM coming
"""  # noqa: S608  (a number of this module)

# An order that is new to the sink begins behind what was told of it before the sink was there. What is due at once is
# so by whichever clock is behind: one that ran ahead for a while holds up nothing. Of a silent order the sink hears
# nothing, now or later; where something of before still waits, the order is brought to its end.
NOTE = """
INSERT INTO outbound_progress AS p (store_id, order_id, sink, known, done, due_at)
SELECT store_id, order_id, $1, greatest(known, before), before, CASE WHEN before < known THEN least($4, now()) END
FROM (
    SELECT n.store_id, n.order_id, max(n.number) AS known, CASE WHEN n.order_id = ANY ($5::uuid[]) THEN max(n.number)
        WHEN s.begun = '0' THEN 0 ELSE coalesce((
        SELECT max(b.number) FROM outbox b
        WHERE b.store_id = n.store_id AND b.order_id = n.order_id AND b.xid <= s.begun
    ), 0) END AS before
    FROM outbox n JOIN outbound_sink s ON s.sink = $1
    WHERE n.xid > $2::text::xid8 AND n.xid <= $3::text::xid8
    GROUP BY n.store_id, n.order_id, s.begun
) e ORDER BY store_id, order_id
ON CONFLICT (store_id, order_id, sink) DO UPDATE SET
    known = greatest(p.known, excluded.known),
    done = CASE WHEN p.done = p.known THEN greatest(p.done, excluded.done) ELSE p.done END,
    due_at = CASE WHEN p.dead_at IS NULL AND p.done < greatest(p.known, excluded.known)
        AND NOT (p.done = p.known AND excluded.done >= excluded.known) THEN coalesce(p.due_at, least($4, now())) END
"""
TOLD = """
SELECT DISTINCT store_id, order_id FROM outbox WHERE xid > $1::text::xid8 AND xid <= $2::text::xid8
"""
REACHED = "UPDATE outbound_sink SET xid = $2::text::xid8 WHERE sink = $1"

# In a cluster that a dump was restored into, transactions are counted anew: each order is looked at once, and from then
# on what is told. Of an order that the sink never heard of, it hears what is of its own time.
RESTORED = """
INSERT INTO outbound_progress AS p (store_id, order_id, sink, known, done, due_at)
SELECT store_id, id, $1, outbox_number, before, CASE WHEN before < outbox_number THEN least($2, now()) END
FROM (
    SELECT o.store_id, o.id, o.outbox_number, coalesce((
        SELECT max(b.number) FROM outbox b WHERE b.store_id = o.store_id AND b.order_id = o.id AND b.at < s.begun_at
    ), 0) AS before
    FROM sale_order o JOIN outbound_sink s ON s.sink = $1 WHERE o.outbox_number > 0
) e
ON CONFLICT (store_id, order_id, sink) DO UPDATE SET
    known = excluded.known, due_at = CASE WHEN p.dead_at IS NULL THEN coalesce(p.due_at, least($2, now())) END
WHERE p.known < excluded.known
"""
HERE = """
UPDATE outbound_sink SET cluster = (SELECT system_identifier FROM pg_control_system()), begun = '0',
    xid = (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8
WHERE sink = $1
"""


async def begin(connection: Connection, sink: str, *, now: datetime) -> None:
    """Let a sink hear of what happens from now on, where it is new."""
    await connection.execute(BEGIN, sink, now)


async def feed(connection: Connection, sink: str, *, now: datetime, flags: Flags = ALL_ON) -> int:
    """Note what came to light, at most a batch of it; gives how many orders it is of.

    0 where there is nothing, or another worker is about it. Of orders for which `flags` let no events out the sink
    hears nothing.
    """
    async with connection.transaction():
        taken = await connection.fetchrow(TAKE, sink)
        if taken is None:
            return 0
        if not taken["is_here"]:
            await connection.execute(HERE, sink)
            return count(await connection.execute(RESTORED, sink, now))
        last = await connection.fetchval(LAST, taken["xid"])
        if last is None:
            return 0
        silent = await silent_orders(connection, flags, taken["xid"], last) if flags.are_set else []
        noted = await connection.execute(NOTE, sink, taken["xid"], last, now, silent)
        await connection.execute(REACHED, sink, last)
        return count(noted)


async def silent_orders(connection: Connection, flags: Flags, *between: str) -> list[UUID]:
    """Those of the orders that something came to light of, of which nobody is to hear. One statement."""
    return [
        order_id
        for store_id, order_id in await connection.fetch(TOLD, *between)
        if not flags.is_on_for_anybody(EVENTS_OUT, Place(store_id, order_id))
    ]


def count(status: Any) -> int:
    """How many rows a statement wrote: "INSERT 0 3"."""
    return int(str(status).rpartition(" ")[2])
