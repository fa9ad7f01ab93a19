"""What must hold of the catalogue: what an idempotency key made is what the log says was made."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "idempotency keys of the catalogue",
        "The answer kept for an idempotency key of the catalogue is what the log says that its actor made.",
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
        """,
    ),
)
