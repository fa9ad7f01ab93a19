"""What must hold of an order as a whole, of its goods and of its riders."""

from orderway.fulfillment.returns.laws import LAWS as RETURN_LAWS
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
            WHEN f.state IN ('SHIPPED', 'DELIVERED', 'RETURN_REQUESTED', 'RETURN_ACCEPTED', 'RETURN_RECEIVED',
                'COMPLETED', 'REFUNDED')
                OR f.context ->> 'shipped_at' IS NOT NULL THEN g.away = g.lines
            WHEN f.state IN ('PICK_PACK', 'AWAITING_RIDER_SELECTION', 'RIDER_ASSIGNED', 'READY_FOR_SHIPMENT')
                THEN g.held = g.lines
            ELSE g.away = 0 AND (f.state <> 'BACKORDERED' OR g.held < g.lines) IS NOT FALSE
        END
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
)

LAWS = (*ROAD_LAWS, *RETURN_LAWS, *RIDER_LAWS)
