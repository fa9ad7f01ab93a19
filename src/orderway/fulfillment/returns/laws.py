"""What must hold of returns: they are kept as the log tells them, and of goods that their fulfillment brought."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "returns",
        "Each return that the log tells of is kept as it was asked for, answered and refunded; there is no other.",
        """
        WITH told AS (
            SELECT l.store_id, l.instance_id AS fulfillment_id, l.order_id, l.event, l.at, l.step, CASE
                    WHEN l.event IN ('RETURN_REQUESTED', 'RETURN_REJECTED') THEN coalesce(l.payload ->> 'reason', '')
                    WHEN l.event = 'REFUND_ISSUED'
                        THEN concat_ws(' ', l.payload ->> 'amount', coalesce(l.payload ->> 'to', 'PAYMENT'))
                    ELSE '' END AS said,
                count(*) FILTER (WHERE l.event = 'RETURN_REQUESTED')
                    OVER (PARTITION BY l.store_id, l.instance_id ORDER BY l.step) AS nth, (
                SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                    SELECT concat_ws(' ', e ->> 'line', e ->> 'condition', sum((e ->> 'quantity')::bigint)) AS said
                    FROM json_array_elements(l.payload -> 'lines') e
                    WHERE e ->> 'condition' IS DISTINCT FROM 'MISSING' GROUP BY e ->> 'line', e ->> 'condition'
                ) g) AS goods
            FROM transition_log l
            WHERE l.machine = 'fulfillment' AND l.event IN
                ('RETURN_REQUESTED', 'RETURN_ACCEPTED', 'RETURN_RECEIVED', 'RETURN_REJECTED', 'REFUND_ISSUED')
        ), numbered AS (
            SELECT *, row_number() OVER (PARTITION BY store_id, fulfillment_id ORDER BY requested_at, id) AS nth
            FROM sales_return
        ), kept AS (
            SELECT r.store_id, r.fulfillment_id, r.order_id, r.nth, v.*
            FROM numbered r CROSS JOIN LATERAL (VALUES
                ('RETURN_REQUESTED', r.requested_at, r.reason, (
                    SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                        SELECT concat_ws(' ', line_id, quantity) AS said FROM return_line
                        WHERE store_id = r.store_id AND return_id = r.id
                    ) g)),
                ('RETURN_ACCEPTED', r.accepted_at, '', NULL),
                ('RETURN_' || r.status, r.closed_at, coalesce(r.answer, ''), (
                    SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                        SELECT concat_ws(' ', line_id, condition, quantity) AS said FROM returned_goods
                        WHERE store_id = r.store_id AND return_id = r.id
                    ) g)),
                ('REFUND_ISSUED', r.refunded_at, concat_ws(' ', r.refunded, r.refunded_to), NULL)
            ) AS v (event, at, said, goods) WHERE v.at IS NOT NULL
        )
        SELECT 'order ' || o.number,
            format('Its return of %s is not kept as the log tells it.', to_char(d.at, 'YYYY-MM-DD HH24:MI'))
        FROM (
            SELECT store_id, coalesce(told.order_id, kept.order_id) AS order_id, coalesce(told.at, kept.at) AS at
            FROM told FULL JOIN kept USING (store_id, fulfillment_id, nth, event)
            WHERE (told.order_id, told.at, told.said, told.goods)
                IS DISTINCT FROM (kept.order_id, kept.at, kept.said, kept.goods)
        ) d JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id
        """,
    ),
    Law(
        "open returns",
        "A return is open exactly while its fulfillment waits for an answer, for the goods or for their refund.",
        """
        SELECT 'order ' || o.number, format('Its fulfillment is %s; open returns: %s.', f.state, coalesce(r.open, '0'))
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        CROSS JOIN LATERAL (
            SELECT string_agg(s.status, ', ') AS open FROM sales_return s
            WHERE s.store_id = f.store_id AND s.fulfillment_id = f.id AND (s.closed_at IS NULL
                OR s.status = 'RECEIVED' AND s.refunded_at IS NULL AND EXISTS (
                    SELECT FROM returned_goods g WHERE g.store_id = s.store_id AND g.return_id = s.id))
        ) r
        WHERE r.open IS DISTINCT FROM CASE
            WHEN f.state IN ('RETURN_REQUESTED', 'RETURN_ACCEPTED', 'RETURN_RECEIVED')
                THEN replace(f.state, 'RETURN_', '') END
        """,
    ),
    Law(
        "goods of returns",
        "No more came of a line than was asked back of it, nor more than its fulfillment brought.",
        """
        SELECT 'order ' || o.number, format('Of line %s %s pieces came back; %s were asked back, and %s brought.',
            l.position, g.back, g.asked, coalesce(b.pieces, 0))
        FROM (
            SELECT r.store_id, r.fulfillment_id, c.line_id, sum(c.came)::bigint AS back, sum(c.asked)::bigint AS asked,
                bool_or(c.came > c.asked) AS is_over
            FROM sales_return r CROSS JOIN LATERAL (
                SELECT a.line_id, a.quantity AS asked, coalesce(sum(e.quantity), 0) AS came
                FROM return_line a LEFT JOIN returned_goods e USING (store_id, return_id, line_id)
                WHERE a.store_id = r.store_id AND a.return_id = r.id GROUP BY a.line_id, a.quantity
            ) c GROUP BY r.store_id, r.fulfillment_id, c.line_id
        ) g JOIN order_line l ON l.store_id = g.store_id AND l.id = g.line_id
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        JOIN fulfillment f ON f.store_id = g.store_id AND f.id = g.fulfillment_id
        LEFT JOIN LATERAL (
            SELECT sum(r.quantity)::bigint AS pieces FROM reservation r
            WHERE r.store_id = g.store_id AND r.line_id = g.line_id AND r.part = f.part AND r.status = 'COMMITTED'
        ) b ON true
        WHERE g.is_over OR g.back > coalesce(b.pieces, 0)
        """,
    ),
    Law(
        "returned goods",
        "No more of a line came back than was sold, and what can be sold again is back on the shelf.",
        """
        SELECT 'order ' || o.number,
            format('Of the %s pieces of line %s %s came back, %s to sell again; %s are back on the shelf.', l.quantity,
                l.position, g.back, g.sellable, coalesce(m.shelved, 0))
        FROM (
            SELECT store_id, line_id, sum(quantity)::bigint AS back,
                coalesce(sum(quantity) FILTER (WHERE condition = 'SELLABLE'), 0)::bigint AS sellable
            FROM returned_goods GROUP BY store_id, line_id
        ) g JOIN order_line l ON l.store_id = g.store_id AND l.id = g.line_id
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        LEFT JOIN (
            SELECT store_id, line_id, sum(quantity)::bigint AS shelved FROM movement WHERE kind = 'RETURN_SALE'
            GROUP BY store_id, line_id
        ) m ON m.store_id = g.store_id AND m.line_id = g.line_id
        WHERE g.back > l.quantity OR g.sellable <> coalesce(m.shelved, 0)
        """,
    ),
)
