"""What must hold of stock that people move: nothing is lost between two stores, and what a key kept was done."""

from orderway.workflow.verify import Law

TRANSFER_LAWS = (
    Law(
        "stock transfers",
        "A confirmed transfer took from one store what it brought to the other, line by line; no other moved anything.",
        """
        SELECT format('transfer from %s to %s at %s', f.code, t.code, to_char(x.requested_at, 'YYYY-MM-DD HH24:MI')),
            format('Of %s %s pieces were to go; %s left, %s came, and %s moved elsewhere.', v.sku, d.wanted, d.gone,
                d.came, d.elsewhere)
        FROM (
            SELECT transfer_id, variant_id, sum(wanted) AS wanted, sum(gone) AS gone, sum(came) AS came,
                sum(elsewhere) AS elsewhere
            FROM (
                SELECT l.transfer_id, l.variant_id, CASE y.status WHEN 'CONFIRMED' THEN l.quantity ELSE 0 END AS wanted,
                    0 AS gone, 0 AS came, 0 AS elsewhere
                FROM stock_transfer_line l JOIN stock_transfer y ON y.id = l.transfer_id
                UNION ALL
                SELECT m.transfer_id, m.variant_id, 0, CASE m.store_id WHEN y.from_store_id THEN -m.quantity ELSE 0 END,
                    CASE m.store_id WHEN y.to_store_id THEN m.quantity ELSE 0 END,
                    CASE WHEN m.store_id IN (y.from_store_id, y.to_store_id) THEN 0 ELSE abs(m.quantity) END
                FROM movement m JOIN stock_transfer y ON y.id = m.transfer_id
            ) each_of_them GROUP BY transfer_id, variant_id
        ) d JOIN stock_transfer x ON x.id = d.transfer_id JOIN variant v ON v.id = d.variant_id
        JOIN store f ON f.id = x.from_store_id JOIN store t ON t.id = x.to_store_id
        WHERE (d.gone, d.came, d.elsewhere) IS DISTINCT FROM (d.wanted, d.wanted, 0)
        """,
    ),
    Law(
        "reorder points",
        "The changes of a shelf's reorder point lead from none to what it is: each begins where another ended.",
        """
        SELECT DISTINCT format('stock of %s in %s', v.sku, t.code),
            format('Its reorder point is %s; the changes of it say %s.', coalesce(s.reorder_point::text, 'none'),
                coalesce((
                    SELECT string_agg(concat_ws(' to ', coalesce(c.was::text, 'none'),
                        coalesce(c.became::text, 'none')), ', ' ORDER BY c.id)
                    FROM reorder_point_change c WHERE (c.store_id, c.variant_id) = (s.store_id, s.variant_id)
                ), 'nothing'))
        FROM (
            SELECT store_id, variant_id FROM (
                SELECT store_id, variant_id, became AS pieces, 1 AS times FROM reorder_point_change
                UNION ALL SELECT store_id, variant_id, was, -1 FROM reorder_point_change
                UNION ALL SELECT store_id, variant_id, NULL, 1 FROM stock
                UNION ALL SELECT store_id, variant_id, reorder_point, -1 FROM stock
            ) ends GROUP BY store_id, variant_id, pieces HAVING sum(times) <> 0
        ) broken JOIN stock s USING (store_id, variant_id)
        JOIN variant v ON v.id = s.variant_id JOIN store t ON t.id = s.store_id
        """,
    ),
    Law(
        "idempotency keys of stock",
        "The answer kept for an idempotency key that moved stock is what its actor did to the shelves.",
        """
        SELECT 'key ' || k.key, format('%s was answered with what was not done to stock.', k.actor)
        FROM (
            SELECT key, actor, (answer ->> 'transfer')::uuid AS transfer_id,
                ARRAY(SELECT value::uuid FROM json_array_elements_text(answer -> 'stores')) AS stores,
                ARRAY(SELECT value::uuid FROM json_array_elements_text(answer -> 'movements')) AS movements
            FROM spent_key WHERE answer -> 'movements' IS NOT NULL
        ) k
        WHERE cardinality(k.movements) <> (
            SELECT count(*) FROM movement m
            WHERE m.store_id = ANY (k.stores) AND m.id = ANY (k.movements) AND m.actor = k.actor
                AND m.transfer_id IS NOT DISTINCT FROM k.transfer_id
        ) OR k.transfer_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM stock_transfer x WHERE x.id = k.transfer_id AND k.actor IN (x.requested_by, x.decided_by)
        )
        """,
    ),
)
