"""What must hold of riders' offers: who is told of what."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "told riders",
        "What the outbox tells of a move names the rider whom it concerns, and no other.",
        """
        WITH turns AS (
            SELECT store_id, instance_id, step,
                CASE event WHEN 'RIDER_NAMED' THEN payload ->> 'rider'
                    WHEN 'RIDER_SELECTED' THEN facts -> 'interest' ->> 'rider' END AS chosen,
                count(*) FILTER (
                    WHERE event IN ('RIDER_NAMED', 'RIDER_SELECTED')
                        OR to_state IN ('PICK_PACK', 'AWAITING_RIDER_SELECTION')
                ) OVER (PARTITION BY store_id, instance_id ORDER BY step) AS turn
            FROM transition_log WHERE machine = 'fulfillment'
        ), riders AS (
            SELECT store_id, instance_id, step, max(chosen) OVER (PARTITION BY store_id, instance_id, turn) AS rider
            FROM turns
            UNION ALL
            SELECT l.store_id, l.instance_id, l.step, i.rider_id::text
            FROM rider_interest i JOIN transition_log l ON l.store_id = i.store_id AND l.instance_id = i.id
        )
        SELECT 'order ' || o.number, format('Outbox number %s names the rider %s; it concerns %s.', b.number,
            coalesce(b.data ->> 'rider', 'nobody'), coalesce(r.rider, 'nobody'))
        FROM outbox b
        JOIN transition_log l ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
            AND split_part(b.type, '.', 3) = lower(l.event)
        JOIN sale_order o ON o.store_id = b.store_id AND o.id = b.order_id
        LEFT JOIN riders r ON r.store_id = l.store_id AND r.instance_id = l.instance_id AND r.step = l.step
        WHERE b.data ->> 'rider' IS DISTINCT FROM r.rider
        """,
    ),
)
