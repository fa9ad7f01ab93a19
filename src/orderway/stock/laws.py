"""What must hold of stock: every piece on a shelf came by a movement, and every piece held is held for a line."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "stock quantity",
        "The quantity on each shelf is the sum of its movements.",
        """
        SELECT format('stock of %s in %s', v.sku, t.code),
            format('%s pieces lie there; the movements add up to %s.', coalesce(s.quantity, 0), coalesce(m.moved, 0))
        FROM stock s FULL JOIN (
            SELECT store_id, variant_id, sum(quantity)::bigint AS moved FROM (
                SELECT store_id, variant_id, quantity FROM movement
                UNION ALL
                SELECT o.store_id, a.variant, a.pieces FROM archived_order o CROSS JOIN LATERAL
                    jsonb_to_recordset(o.carried -> 'stock') AS a (variant uuid, pieces bigint)
            ) each GROUP BY store_id, variant_id
        ) m ON m.store_id = s.store_id AND m.variant_id = s.variant_id
        JOIN variant v ON v.id = coalesce(s.variant_id, m.variant_id)
        JOIN store t ON t.id = coalesce(s.store_id, m.store_id)
        WHERE coalesce(s.quantity, 0) <> coalesce(m.moved, 0)
        """,
    ),
    Law(
        "stock reserved",
        "What is reserved of each shelf is the sum of the reservations that are held.",
        """
        SELECT format('stock of %s in %s', v.sku, t.code),
            format('%s pieces are reserved; those held for lines add up to %s.',
                coalesce(s.reserved, 0), coalesce(r.held, 0))
        FROM stock s FULL JOIN (
            SELECT store_id, variant_id, sum(quantity)::bigint AS held FROM reservation WHERE status = 'HELD'
            GROUP BY store_id, variant_id
        ) r ON r.store_id = s.store_id AND r.variant_id = s.variant_id
        JOIN variant v ON v.id = coalesce(s.variant_id, r.variant_id)
        JOIN store t ON t.id = coalesce(s.store_id, r.store_id)
        WHERE coalesce(s.reserved, 0) <> coalesce(r.held, 0)
        """,
    ),
    Law(
        "lines sold",
        "What is committed of a line in a part has its movement of kind SALE, of its own quantity; nothing else has.",
        """
        SELECT 'order ' || o.number,
            format('Line %s is %s with %s pieces; its movements of sale and return say %s.',
                l.position, coalesce(lower(r.status), 'not reserved'), coalesce(r.quantity, 0), coalesce(m.gone, 0))
        FROM reservation r FULL JOIN (
            SELECT store_id, line_id, part, -sum(quantity)::bigint AS gone,
                -sum(quantity) FILTER (WHERE kind = 'SALE') AS sold
            FROM movement WHERE line_id IS NOT NULL GROUP BY store_id, line_id, part
        ) m USING (store_id, line_id, part)
        JOIN order_line l ON l.store_id = coalesce(r.store_id, m.store_id) AND l.id = line_id
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        WHERE CASE r.status
            WHEN 'COMMITTED' THEN m.sold IS DISTINCT FROM r.quantity OR m.gone NOT BETWEEN 0 AND r.quantity
            ELSE coalesce(m.gone, 0) <> 0
        END
        """,
    ),
    Law(
        "reservations",
        "Since its sale opened each line of goods is reserved, held or missing, in its parts: all its pieces, no more.",
        """
        SELECT 'order ' || o.number, format('What is reserved for line %s is not what the line is for.', l.position)
        FROM (
            SELECT l.store_id, l.order_id, l.position, l.quantity, coalesce(sum(r.quantity), 0) AS reserved,
                bool_and((r.order_id, r.variant_id) = (l.order_id, l.variant_id)) AS fits
            FROM order_line l LEFT JOIN reservation r ON r.store_id = l.store_id AND r.line_id = l.id
            GROUP BY l.store_id, l.id
        ) l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        WHERE NOT l.fits OR l.reserved <>
            CASE WHEN s.state IS NULL OR o.fulfillment_type = 'SERVICE' THEN 0 ELSE l.quantity END
        """,
    ),
    Law(
        "movements",
        "A movement of goods of a line is of the line's own order and variant.",
        """
        SELECT 'order ' || o.number, format('A movement of %s pieces for line %s is of another order or variant.',
            m.quantity, l.position)
        FROM movement m JOIN order_line l ON l.store_id = m.store_id AND l.id = m.line_id
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        WHERE (m.order_id, m.variant_id) IS DISTINCT FROM (l.order_id, l.variant_id)
        """,
    ),
)
