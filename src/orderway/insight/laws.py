"""What must hold of insight: up to where it was counted, its figures are those of the log."""

from orderway.insight.gathering import IS_MOVE
from orderway.workflow.verify import Law

LAWS = (
    Law(
        "insight",
        "Each state was entered as often as insight has counted, up to where it has read the log.",
        f"""
        WITH told AS (
            SELECT l.machine, l.to_state AS state, count(*) AS entered
            FROM insight_place i CROSS JOIN transition_log l
            WHERE l.from_state IS DISTINCT FROM l.to_state AND l.{IS_MOVE} AND EXISTS (SELECT FROM outbox b
                WHERE b.store_id = l.store_id AND b.instance_id = l.instance_id AND b.step = l.step AND b.xid <= i.xid)
            AND i.cluster = (SELECT system_identifier FROM pg_control_system()) AND i.since = '-infinity'
            GROUP BY 1, 2
            UNION ALL
            -- what was archived had been counted
            SELECT c.machine, c.state, sum(c.entered) FROM insight_place i CROSS JOIN archived_order a
            CROSS JOIN LATERAL jsonb_to_recordset(a.carried -> 'entered') AS c (machine text, state text, entered int)
            WHERE i.cluster = (SELECT system_identifier FROM pg_control_system()) AND i.since = '-infinity'
            GROUP BY 1, 2
        ), counted AS (
            SELECT machine, state, sum(entered) AS entered FROM insight_state WHERE EXISTS (
                SELECT FROM insight_place i WHERE i.since = '-infinity'
                AND i.cluster = (SELECT system_identifier FROM pg_control_system()))
            GROUP BY 1, 2
        )
        SELECT 'machine ' || machine,
            format('%s was entered %s times; insight has counted %s.',
                state, coalesce(t.entered, 0), coalesce(c.entered, 0))
        FROM (SELECT machine, state, sum(entered) AS entered FROM told GROUP BY 1, 2) t
        FULL JOIN counted c USING (machine, state)
        WHERE coalesce(t.entered, 0) <> coalesce(c.entered, 0)
        """,  # noqa: S608  (texts of this package)
    ),
)
