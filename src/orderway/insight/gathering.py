"""Counting the log: every move once, in the order in which transactions end, and never the same one again."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from orderway.insight.buckets import BUCKET
from orderway.workflow.kinds import Connection
from orderway.workflow.versions import BETWEEN_VERSIONS

BATCH = 2000
"""Moves that are counted at once, and the rest of the transaction that made the last of them."""

BATCHES = 25
"""Batches that are counted in one round."""

ENDLESS = str(2**63 - 1)

# Where another is about it, this waits for nothing: it only inserts what nobody has begun.
BEGIN = """
INSERT INTO insight_place (id, cluster, xid, since)
SELECT 1, system_identifier, '0', '-infinity' FROM pg_control_system() WHERE NOT EXISTS (SELECT FROM insight_place)
ON CONFLICT DO NOTHING
"""
TAKE = """
SELECT xid::text, since, cluster = (SELECT system_identifier FROM pg_control_system()) AS is_here
FROM insight_place FOR UPDATE SKIP LOCKED
"""
LAST = f"""
WITH coming AS (
    SELECT xid FROM outbox WHERE xid > $1::text::xid8 AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid LIMIT {BATCH}
)
SELECT max(xid)::text FROM coming
"""  # noqa: S608  (a number of this module)

# What was brought to another version of its machine has not moved: it stands since it came there.
IS_MOVE = f"event NOT IN ({', '.join(map(repr, BETWEEN_VERSIONS))})"

# A move is told of once in the outbox before anything else that is said of it. What stays where it is enters nothing.
MOVES = f"""
SELECT b.store_id, b.order_id, b.number, l.instance_id, l.step, l.machine, l.from_state, l.to_state, l.at, o.placed_at
FROM outbox b
JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
WHERE {{}} AND l.from_state IS DISTINCT FROM l.to_state AND l.{IS_MOVE}
AND NOT EXISTS (SELECT FROM outbox e WHERE e.store_id = b.store_id AND e.instance_id = b.instance_id
    AND e.step = b.step AND e.number < b.number)
"""  # noqa: S608  (texts of this module)
MOVED = MOVES.format("b.xid > $1::text::xid8 AND b.xid <= $2::text::xid8 AND l.recorded_at > $3")
OF_ONE = MOVES.format("b.store_id = $1 AND b.order_id = $2")
ENTERED = """
SELECT store_id, machine, to_state AS state, (at AT TIME ZONE 'UTC')::date AS day, count(*) AS entered, 0 AS reached
FROM moved GROUP BY 1, 2, 3, 4
"""
REACHED = f"""
SELECT store_id, machine, to_state, (placed_at AT TIME ZONE 'UTC')::date, 0, count(*)
FROM (SELECT store_id, order_id, machine, to_state, placed_at, min(number) AS number
    FROM moved GROUP BY 1, 2, 3, 4, 5) m
WHERE NOT EXISTS (
    SELECT FROM outbox e
    JOIN transition_log p ON p.store_id = e.store_id AND p.instance_id = e.instance_id AND p.step = e.step
    WHERE e.store_id = m.store_id AND e.order_id = m.order_id AND e.number < m.number
    AND p.machine = m.machine AND p.to_state = m.to_state AND p.from_state IS DISTINCT FROM p.to_state
    AND p.{IS_MOVE})
GROUP BY 1, 2, 3, 4
"""  # noqa: S608  (texts of this module)
LEFT = f"""
SELECT m.store_id, m.machine, m.from_state AS state, (m.at AT TIME ZONE 'UTC')::date AS day,
    {BUCKET.format("m.at - came.at")} AS bucket, count(*) AS spells
FROM moved m CROSS JOIN LATERAL (
    SELECT p.at FROM transition_log p WHERE p.store_id = m.store_id AND p.instance_id = m.instance_id
    AND p.step < m.step AND p.from_state IS DISTINCT FROM p.to_state AND p.{IS_MOVE} ORDER BY p.step DESC LIMIT 1) came
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608  (texts of this package)
COUNT = f"""
WITH moved AS MATERIALIZED ({MOVED}),
stood AS (
    INSERT INTO insight_dwell AS d (store_id, machine, state, day, bucket, spells) {LEFT}
    ON CONFLICT (store_id, machine, state, day, bucket) DO UPDATE SET spells = d.spells + excluded.spells),
came AS (
    INSERT INTO insight_state AS s (store_id, machine, state, day, entered, reached)
    SELECT store_id, machine, state, day, sum(entered), sum(reached) FROM ({ENTERED} UNION ALL {REACHED}) c
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (store_id, machine, state, day)
    DO UPDATE SET entered = s.entered + excluded.entered, reached = s.reached + excluded.reached)
SELECT count(*) FROM moved
"""  # noqa: S608  (texts of this module)

# What archived orders were counted with.
ADD_ENTERED = """
INSERT INTO insight_state AS s (store_id, machine, state, day, entered, reached)
SELECT c.store_id, c.machine, c.state, c.day, sum(c.entered), sum(c.reached) FROM archived_order a
CROSS JOIN LATERAL jsonb_to_recordset(a.carried -> 'entered')
    AS c (store_id uuid, machine text, state text, day date, entered integer, reached integer)
GROUP BY 1, 2, 3, 4
ON CONFLICT (store_id, machine, state, day)
DO UPDATE SET entered = s.entered + excluded.entered, reached = s.reached + excluded.reached
"""
ADD_DWELT = """
INSERT INTO insight_dwell AS d (store_id, machine, state, day, bucket, spells)
SELECT c.store_id, c.machine, c.state, c.day, c.bucket, sum(c.spells) FROM archived_order a
CROSS JOIN LATERAL jsonb_to_recordset(a.carried -> 'dwelt')
    AS c (store_id uuid, machine text, state text, day date, bucket smallint, spells integer)
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (store_id, machine, state, day, bucket) DO UPDATE SET spells = d.spells + excluded.spells
"""
REACHED_TO = "UPDATE insight_place SET xid = $1::text::xid8, read_at = $2"
NOTHING_NEW = "UPDATE insight_place SET read_at = $1"

# In a cluster that a dump was restored into, transactions are counted anew: the log is counted from its beginning, and
# from then on what is recorded later.
RESTORED = """
UPDATE insight_place SET cluster = (SELECT system_identifier FROM pg_control_system()),
    xid = (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8,
    since = coalesce((SELECT max(recorded_at) FROM transition_log), '-infinity'), read_at = $1
"""


async def gather(connection: Connection, *, now: datetime) -> int:
    """Count what came to light, at most a batch of it; gives how many moves that were.

    0 where there is nothing new, or another worker is about it.
    """
    async with connection.transaction():
        await connection.execute(BEGIN)
        place = await connection.fetchrow(TAKE)
        if place is None:
            return 0
        if not place["is_here"]:
            return await _anew(connection, now)
        last = await connection.fetchval(LAST, place["xid"])
        if last is None:
            await connection.execute(NOTHING_NEW, now)
            return 0
        counted: int = await connection.fetchval(COUNT, place["xid"], last, place["since"])
        await connection.execute(REACHED_TO, last, now)
        return counted


async def gather_all(pool: asyncpg.Pool, *, now: datetime) -> int:
    """Count what came to light, each batch in a transaction of its own; gives how many moves that were.

    A log that was never counted is long: after so many batches others have their turn.
    """
    counted = 0
    async with pool.acquire() as connection:
        for _ in range(BATCHES):
            some = await gather(connection, now=now)
            if not some:
                break
            counted += some
    return counted


async def _anew(connection: Connection, now: datetime) -> int:
    await connection.execute("DELETE FROM insight_dwell")
    await connection.execute("DELETE FROM insight_state")
    beginning = await connection.fetchval("SELECT '-infinity'::timestamptz")
    counted: int = await connection.fetchval(COUNT, "0", ENDLESS, beginning)
    await connection.execute(ADD_ENTERED)
    await connection.execute(ADD_DWELT)
    await connection.execute(RESTORED, now)
    return counted
