"""What must hold of an order as a whole, of its goods, its riders and its returns."""

from orderway.workflow.verify import Law

ROAD_LAWS = (
    Law(
        "road",
        "Where the quotation, the sale and the fulfillment of an order stand fits together.",
        """
        SELECT 'order ' || o.number, format('Its quotation is %s, its sale %s, its fulfillment %s: that does not fit.',
            coalesce(q.state, 'missing'), coalesce(s.state, 'missing'), coalesce(f.state, 'missing'))
        FROM sale_order o
        LEFT JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
        WHERE q.state IS NULL OR (q.state = 'MUTUALLY_APPROVED') <> (s.state IS NOT NULL)
            OR coalesce(f.state, '') NOT IN (SELECT CASE
                WHEN s.state IS NULL THEN ''
                WHEN s.state IN ('AWAITING_SETTLEMENT', 'COMPLETED') THEN 'COMPLETED'
                WHEN s.state = 'REFUNDED' THEN 'REFUNDED'
                WHEN s.state IN ('CANCELLED', 'EXPIRED') THEN
                    CASE WHEN f.state IN ('CANCELLED', 'FAILED') THEN f.state ELSE '' END
                WHEN s.state = 'CLEARED_FOR_FULFILLMENT' THEN
                    CASE WHEN f.state IN ('COMPLETED', 'REFUNDED', 'CANCELLED', 'FAILED') THEN 'another' ELSE
                        coalesce(f.state, 'another') END
                WHEN (s.context ->> 'is_held')::boolean THEN 'ON_HOLD'
                ELSE ''
            END)
        """,
    ),
    Law(
        "goods of orders",
        "The lines of an order are held, away or free, as its sale and its fulfillment say.",
        """
        SELECT 'order ' || o.number, format('Its sale is %s, its fulfillment %s; of its %s lines %s are held, %s away.',
            coalesce(s.state, 'missing'), coalesce(f.state, 'missing'), g.lines, g.held, g.away)
        FROM sale_order o
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, count(*) FILTER (WHERE r.status = 'HELD') AS held,
                count(*) FILTER (WHERE r.status = 'COMMITTED') AS away
            FROM order_line l LEFT JOIN reservation r ON r.store_id = l.store_id AND r.line_id = l.id
            WHERE l.store_id = o.store_id AND l.order_id = o.id
        ) g
        WHERE NOT CASE
            WHEN o.fulfillment_type = 'SERVICE' OR s.state IS NULL OR s.state IN ('CANCELLED', 'EXPIRED')
                THEN (g.held, g.away) = (0, 0)
            WHEN f.state IN ('SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURN_RECEIVED', 'COMPLETED', 'REFUNDED')
                OR f.context ->> 'shipped_at' IS NOT NULL THEN g.away = g.lines
            WHEN f.state IN ('PICK_PACK', 'AWAITING_RIDER_SELECTION', 'RIDER_ASSIGNED', 'READY_FOR_SHIPMENT')
                THEN g.held = g.lines
            ELSE g.away = 0 AND (f.state <> 'BACKORDERED' OR g.held < g.lines) IS NOT FALSE
        END
        """,
    ),
)

RETURN_LAWS = (
    Law(
        "returns",
        "Each return that the log tells of is kept as it was asked for and as it ended; there is no other.",
        """
        WITH told AS (
            SELECT l.store_id, l.order_id, l.event, l.at, coalesce(l.payload ->> 'reason', '') AS reason,
                l.event = 'RETURN_REQUESTED' AS asks,
                row_number() OVER (PARTITION BY l.store_id, l.order_id, l.event = 'RETURN_REQUESTED' ORDER BY l.step)
                    AS nth, (
                SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                    SELECT concat_ws(' ', e ->> 'line', e ->> 'condition', sum((e ->> 'quantity')::bigint)) AS said
                    FROM json_array_elements(l.payload -> 'lines') e GROUP BY e ->> 'line', e ->> 'condition'
                ) g) AS goods
            FROM transition_log l
            WHERE l.machine = 'fulfillment' AND l.event IN ('RETURN_REQUESTED', 'RETURN_RECEIVED', 'RETURN_REJECTED')
        ), numbered AS (
            SELECT *, row_number() OVER (PARTITION BY store_id, order_id ORDER BY requested_at, id) AS nth
            FROM sales_return
        ), kept AS (
            SELECT store_id, order_id, 'RETURN_REQUESTED' AS event, requested_at AS at, reason, true AS asks, nth, (
                SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                    SELECT concat_ws(' ', line_id, quantity) AS said FROM return_line
                    WHERE store_id = r.store_id AND return_id = r.id
                ) g) AS goods
            FROM numbered r
            UNION ALL SELECT store_id, order_id, 'RETURN_' || status, closed_at, '', false, nth, (
                SELECT string_agg(g.said, ' ' ORDER BY g.said) FROM (
                    SELECT concat_ws(' ', line_id, condition, quantity) AS said FROM returned_goods
                    WHERE store_id = r.store_id AND return_id = r.id
                ) g)
            FROM numbered r WHERE closed_at IS NOT NULL
        )
        SELECT 'order ' || o.number,
            format('Its return of %s is not kept as the log tells it.', to_char(d.at, 'YYYY-MM-DD HH24:MI'))
        FROM (
            SELECT store_id, order_id, coalesce(told.at, kept.at) AS at
            FROM told FULL JOIN kept USING (store_id, order_id, asks, nth)
            WHERE (told.event, told.at, told.goods) IS DISTINCT FROM (kept.event, kept.at, kept.goods)
                OR (asks AND told.reason <> kept.reason)
        ) d JOIN sale_order o ON o.store_id = d.store_id AND o.id = d.order_id
        """,
    ),
)

RIDER_LAWS = (
    Law(
        "assigned riders",
        "The offer that a fulfillment chose is the one that is assigned; it has no other, and all are of its order.",
        """
        SELECT 'order ' || o.number,
            format('Its fulfillment chose the offer %s; assigned: %s.', coalesce(chosen.id::text, 'of nobody'),
                coalesce(i.assigned::text, 'none'))
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN f.state NOT IN ('CANCELLED', 'FAILED') THEN (f.context ->> 'interest')::uuid END AS id
        ) chosen
        CROSS JOIN LATERAL (
            SELECT array_agg(id) FILTER (WHERE state = 'ASSIGNED') AS assigned,
                bool_or(order_id <> f.order_id) AS astray
            FROM rider_interest WHERE store_id = f.store_id AND fulfillment_id = f.id
        ) i
        WHERE i.assigned IS DISTINCT FROM CASE WHEN chosen.id IS NOT NULL THEN ARRAY[chosen.id] END OR i.astray
        """,
    ),
    Law(
        "open returns",
        "A return is open exactly while its fulfillment waits for the goods.",
        """
        SELECT 'order ' || o.number, format('Its fulfillment is %s; open returns: %s.', f.state, r.open)
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS open FROM sales_return
            WHERE store_id = f.store_id AND order_id = f.order_id AND status = 'REQUESTED'
        ) r
        WHERE r.open <> (f.state = 'RETURN_REQUESTED')::int
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

LAWS = (*ROAD_LAWS, *RETURN_LAWS, *RIDER_LAWS)
