"""What must hold of the catalogue: what an idempotency key made is what the log says, and what it altered is there."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "idempotency keys of the catalogue",
        "The answer kept for an idempotency key of the catalogue is what its actor made by the log, or what is there.",
        """
        SELECT 'key ' || k.key, format('%s was answered with what the catalogue does not know as made.', k.actor)
        FROM (
            SELECT key, actor, (answer ->> 'product')::uuid AS product_id, (answer ->> 'variant')::uuid AS variant_id,
                (answer ->> 'price_list')::uuid AS list_id
            FROM spent_key WHERE answer -> 'product' IS NOT NULL
        ) k WHERE NOT EXISTS (
            SELECT FROM catalogue_change c WHERE c.what = 'CREATED'
                AND (c.product_id = k.product_id OR c.list_id = k.list_id)
                AND (c.actor, c.product_id, c.variant_id, c.list_id)
                    IS NOT DISTINCT FROM (k.actor, k.product_id, k.variant_id, k.list_id)
        )
        UNION ALL
        SELECT 'key ' || k.key, format('%s was answered with what the catalogue does not have.', k.actor)
        FROM (
            SELECT key, actor, (about ->> 'product')::uuid AS product_id, (about ->> 'variant')::uuid AS variant_id,
                (about ->> 'price_list')::uuid AS list_id
            FROM (SELECT key, actor, answer -> 'altered' AS about FROM spent_key) a WHERE about IS NOT NULL
        ) k
        LEFT JOIN product p ON p.id = k.product_id
        LEFT JOIN variant v ON v.id = k.variant_id AND v.product_id = k.product_id
        LEFT JOIN price_list l ON l.id = k.list_id
        WHERE (k.product_id, k.variant_id, k.list_id) IS DISTINCT FROM (p.id, v.id, l.id)
        """,
    ),
)
