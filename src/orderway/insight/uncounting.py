"""Taking an order out of the figures that leaves as if it had never been: what was counted of it is taken off."""

from __future__ import annotations

from uuid import UUID

from orderway.insight.gathering import ENTERED, LEFT, OF_ONE, REACHED
from orderway.workflow.kinds import Connection

# Whoever counts has to wait, or is waited for: so it is known whether the order was counted. Figures of another cluster
# are counted anew anyway.
IS_COUNTED = """
WITH place AS MATERIALIZED (SELECT * FROM insight_place FOR UPDATE)
SELECT EXISTS (
    SELECT FROM place i CROSS JOIN outbox b
    JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
    WHERE i.cluster = (SELECT system_identifier FROM pg_control_system())
    AND b.store_id = $1 AND b.order_id = $2 AND (b.xid <= i.xid OR l.recorded_at <= i.since)
)
"""
UNCOUNT = f"""
WITH moved AS MATERIALIZED ({OF_ONE}),
stood AS ({LEFT}),
came AS (
    SELECT store_id, machine, state, day, sum(entered) AS entered, sum(reached) AS reached
    FROM ({ENTERED} UNION ALL {REACHED}) c GROUP BY 1, 2, 3, 4
),
shorter AS (
    UPDATE insight_dwell d SET spells = d.spells - s.spells FROM stood s
    WHERE (d.store_id, d.machine, d.state, d.day, d.bucket) = (s.store_id, s.machine, s.state, s.day, s.bucket)
    AND d.spells > s.spells
),
no_spell AS (
    DELETE FROM insight_dwell d USING stood s
    WHERE (d.store_id, d.machine, d.state, d.day, d.bucket) = (s.store_id, s.machine, s.state, s.day, s.bucket)
    AND d.spells <= s.spells
),
fewer AS (
    UPDATE insight_state i SET entered = i.entered - c.entered, reached = i.reached - c.reached FROM came c
    WHERE (i.store_id, i.machine, i.state, i.day) = (c.store_id, c.machine, c.state, c.day)
    AND (i.entered, i.reached) <> (c.entered, c.reached)
)
DELETE FROM insight_state i USING came c
WHERE (i.store_id, i.machine, i.state, i.day) = (c.store_id, c.machine, c.state, c.day)
AND (i.entered, i.reached) = (c.entered, c.reached)
"""  # noqa: S608  (texts of this package)


async def uncount(connection: Connection, store: UUID, order: UUID) -> None:
    """Take off what was counted of an order whose moves all came to light at once; nothing where none was."""
    if await connection.fetchval(IS_COUNTED, store, order):
        await connection.execute(UNCOUNT, store, order)
