"""What must hold of deliveries and returns: one rider at most, and no more back than went out."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "assigned riders",
        "The offer that a fulfillment chose is the one that is assigned; an order has no other.",
        """
        SELECT 'order ' || o.number,
            format('Its fulfillment chose the offer %s; assigned: %s.', coalesce(chosen.id::text, 'of nobody'),
                coalesce(assigned.ids::text, 'none'))
        FROM sale_order o
        LEFT JOIN LATERAL (
            SELECT (context ->> 'interest')::uuid AS id FROM fulfillment
            WHERE store_id = o.store_id AND order_id = o.id AND state NOT IN ('CANCELLED', 'FAILED')
        ) chosen ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(id) AS ids FROM rider_interest
            WHERE store_id = o.store_id AND order_id = o.id AND state = 'ASSIGNED'
        ) assigned ON true
        WHERE assigned.ids IS DISTINCT FROM CASE WHEN chosen.id IS NOT NULL THEN ARRAY[chosen.id] END
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
