"""What must hold of riders' money."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "rider earnings",
        "Each delivery that got there earned its rider what was agreed, once.",
        """
        SELECT 'order ' || o.number, format('Its delivery is worth %s to its rider; the ledger says %s.', d.agreed,
            coalesce(e.earned, 0))
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN f.rider_id IS NOT NULL AND f.context ->> 'delivered_at' IS NOT NULL
                THEN coalesce((f.context ->> 'cost')::bigint, 0) ELSE 0 END AS agreed
        ) d
        LEFT JOIN LATERAL (
            SELECT sum(amount)::bigint AS earned, bool_and(rider_id = f.rider_id) AS is_theirs FROM rider_ledger
            WHERE store_id = f.store_id AND fulfillment_id = f.id AND kind = 'EARNED'
        ) e ON true
        WHERE d.agreed <> coalesce(e.earned, 0) OR NOT e.is_theirs
        """,
    ),
    Law(
        "rider payments",
        "No rider was paid more for a delivery than was due, and all is in the currency of its order.",
        """
        SELECT 'order ' || o.number, format('Its rider %s is due %s %s.', l.rider_id, l.due, l.currency)
        FROM (
            SELECT store_id, order_id, fulfillment_id, rider_id, currency, sum(amount) AS due
            FROM rider_ledger GROUP BY store_id, order_id, fulfillment_id, rider_id, currency
        ) l
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        JOIN fulfillment f ON f.store_id = l.store_id AND f.id = l.fulfillment_id
        WHERE l.due < 0 OR l.currency <> o.currency OR f.order_id <> l.order_id
        """,
    ),
    Law(
        "idempotency keys of riders",
        "The entry kept for an idempotency key is one of the rider's ledger.",
        """
        SELECT 'key ' || k.key, format('%s was answered with an entry that the ledger does not know.', k.actor)
        FROM spent_key k LEFT JOIN rider_ledger l ON l.store_id = (k.answer ->> 'store_id')::uuid
            AND l.id = (k.answer ->> 'id')::uuid AND l.rider_id = (k.answer ->> 'rider')::uuid
        LEFT JOIN (
            SELECT store_id, jsonb_array_elements(carried -> 'payouts') AS payout FROM archived_order
        ) a ON a.store_id = (k.answer ->> 'store_id')::uuid AND a.payout ->> 'id' = k.answer ->> 'id'
            AND a.payout ->> 'rider' = k.answer ->> 'rider'
        WHERE k.answer -> 'rider' IS NOT NULL AND l.id IS NULL AND a.payout IS NULL
        """,
    ),
)
