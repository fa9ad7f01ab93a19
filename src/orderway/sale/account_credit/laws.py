"""What must hold of the buyers' accounts: their sums, and what their entries say of payments."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "buyers' accounts",
        "What the account of a buyer holds is the sum of its entries.",
        """
        SELECT 'customer ' || c.name, format('The account at %s holds %s %s; its entries add up to %s.', s.code,
            coalesce(a.balance, 0), coalesce(a.currency, l.currency), coalesce(l.amount, 0))
        FROM account_credit a FULL JOIN (
            SELECT store_id, customer_id, currency, sum(amount)::bigint AS amount FROM (
                SELECT store_id, customer_id, currency, amount FROM account_credit_entry
                UNION ALL
                SELECT store_id, customer_id, currency, (carried ->> 'account')::bigint FROM archived_order
                WHERE carried ->> 'account' <> '0'
            ) each GROUP BY store_id, customer_id, currency
        ) l ON l.store_id = a.store_id AND l.customer_id = a.customer_id AND l.currency = a.currency
        JOIN customer c ON c.id = coalesce(a.customer_id, l.customer_id)
        JOIN store s ON s.id = coalesce(a.store_id, l.store_id)
        WHERE coalesce(a.balance, 0) <> coalesce(l.amount, 0)
        """,
    ),
    Law(
        "payments by account",
        "What payments took from their buyer's account and gave back to it is what its ledger says of them.",
        """
        SELECT 'order ' || o.number,
            format('Payment %s took %s from the account and gave %s to it; the ledger says %s and %s.', p.reference,
                p.spent, p.credited, l.spent, l.credited)
        FROM (
            SELECT store_id, order_id, id, reference, currency,
                CASE WHEN method = 'ACCOUNT_CREDIT' AND context ->> 'confirmed_at' IS NOT NULL THEN amount ELSE 0 END
                    AS spent,
                coalesce((context ->> 'credited')::bigint, 0) AS credited
            FROM payment
        ) p JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(amount) FILTER (WHERE kind = 'SPENT'), 0)::bigint AS spent,
                coalesce(sum(amount) FILTER (WHERE kind = 'REFUNDED'), 0)::bigint AS credited,
                coalesce(bool_or((order_id, customer_id, currency) <> (o.id, o.customer_id, p.currency)), false)
                    AS is_astray
            FROM account_credit_entry WHERE store_id = p.store_id AND payment_id = p.id
        ) l
        WHERE (p.spent, p.credited) <> (l.spent, l.credited) OR l.is_astray
        """,
    ),
    Law(
        "idempotency keys of accounts",
        "The answer kept for an idempotency key of a payout is an entry that its actor made.",
        """
        SELECT 'key ' || k.key, format('%s was answered with a payout that they did not make.', k.actor)
        FROM spent_key k WHERE k.answer -> 'payout' IS NOT NULL AND NOT EXISTS (
            SELECT FROM account_credit_entry e
            WHERE e.id = (k.answer ->> 'payout')::uuid AND e.kind = 'PAID_OUT' AND e.actor = k.actor
        )
        """,
    ),
)
