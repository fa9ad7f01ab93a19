"""What must hold of the money that came and went: the ledgers sum to what sales and payments say of themselves."""

from orderway.workflow.verify import Law

MONEY_LAWS = (
    Law(
        "captured money",
        "The confirmed payments of an order are what its sale captured and what was set aside.",
        """
        SELECT 'order ' || o.number,
            format('Its confirmed payments are %s; its sale captured %s, and %s is set aside.',
                p.confirmed, coalesce(s.captured, 0), coalesce(u.aside, 0))
        FROM sale_order o
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(amount), 0)::bigint AS confirmed FROM payment
            WHERE store_id = o.store_id AND order_id = o.id AND context ->> 'confirmed_at' IS NOT NULL
        ) p ON true
        LEFT JOIN LATERAL (
            SELECT (context ->> 'captured_total')::bigint AS captured FROM sale
            WHERE store_id = o.store_id AND order_id = o.id
        ) s ON true
        LEFT JOIN LATERAL (
            SELECT sum(amount)::bigint AS aside FROM payable
            WHERE store_id = o.store_id AND order_id = o.id AND kind = 'UNALLOCATED'
        ) u ON true
        WHERE p.confirmed <> coalesce(s.captured, 0) + coalesce(u.aside, 0)
        """,
    ),
    Law(
        "refunds",
        "What was refunded of each payment is what the ledger paid out for it.",
        """
        SELECT 'order ' || o.number,
            format('Of payment %s %s was refunded; the ledger paid out %s.', p.reference, p.refunded,
                coalesce(l.paid, 0))
        FROM payment p JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
        LEFT JOIN (
            SELECT store_id, payment_id, -sum(amount)::bigint AS paid FROM payable WHERE kind = 'PAID_OUT'
            GROUP BY store_id, payment_id
        ) l ON l.store_id = p.store_id AND l.payment_id = p.id
        WHERE p.refunded <> coalesce(l.paid, 0)
        """,
    ),
    Law(
        "owed to the buyer",
        "What was entered as owed to the buyer is what the sale refunds and what was paid too much for it, less what"
        " was written off and came after all.",
        """
        SELECT 'order ' || o.number, format('Its sale owes the buyer %s; the ledger says %s.', s.level,
            coalesce(l.owed, 0))
        FROM (
            SELECT store_id, order_id, CASE state
                WHEN 'CANCELLED' THEN held
                ELSE refunded + greatest(0, held - refunded - greatest(0, worth)) - least(written_off, found)
            END AS level
            FROM (
                SELECT store_id, order_id, state, (context ->> 'refunded_total')::bigint AS refunded,
                    (context ->> 'captured_total')::bigint - (context ->> 'reversed_total')::bigint AS held,
                    (context ->> 'grand_total')::bigint - (context ->> 'returned_total')::bigint
                        - (context ->> 'allowance')::bigint AS worth,
                    (context ->> 'written_off')::bigint AS written_off, (
                        SELECT greatest(0, coalesce(sum(l.amount), 0)) FROM payable l
                        WHERE l.store_id = s.store_id AND l.order_id = s.order_id AND l.kind = 'LOST' AND NOT EXISTS (
                            SELECT FROM payable u WHERE u.store_id = l.store_id AND u.payment_id = l.payment_id
                                AND u.kind = 'UNALLOCATED'
                        )
                    ) AS found
                FROM sale s
            ) sums
        ) s JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
        LEFT JOIN (
            SELECT store_id, order_id, sum(amount)::bigint AS owed FROM payable WHERE kind = 'OWED'
            GROUP BY store_id, order_id
        ) l ON l.store_id = s.store_id AND l.order_id = s.order_id
        WHERE s.level <> coalesce(l.owed, 0)
        """,
    ),
    Law(
        "paid out",
        "No more was paid out for an order than was owed to its buyer; what was lost later owes nobody anything.",
        """
        SELECT 'order ' || o.number, format('%s more was paid out than was owed.', -sum(l.amount))
        FROM payable l JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        WHERE l.kind <> 'LOST' OR l.amount > 0
        GROUP BY o.number HAVING sum(l.amount) < 0
        """,
    ),
    Law(
        "reversed money",
        "What was taken back of the payments of an order is what its sale counts as reversed and what was lost.",
        """
        SELECT 'order ' || o.number,
            format('Of its payments %s was taken back; its sale says %s, and %s is lost.', p.reversed,
                coalesce(s.reversed, 0), coalesce(l.lost, 0))
        FROM sale_order o
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(reversed), 0)::bigint AS reversed FROM payment
            WHERE store_id = o.store_id AND order_id = o.id
        ) p ON true
        LEFT JOIN LATERAL (
            SELECT (context ->> 'reversed_total')::bigint AS reversed FROM sale
            WHERE store_id = o.store_id AND order_id = o.id
        ) s ON true
        LEFT JOIN LATERAL (
            SELECT -sum(amount)::bigint AS lost FROM payable
            WHERE store_id = o.store_id AND order_id = o.id AND kind = 'LOST'
        ) l ON true
        WHERE p.reversed <> coalesce(s.reversed, 0) + coalesce(l.lost, 0)
        """,
    ),
    Law(
        "payment references",
        "The register of references knows each payment by its provider and its reference, and no other payment.",
        """
        SELECT coalesce('order ' || o.number, 'payment ' || r.payment_id),
            format('Its payment is %s; the register calls it %s.', coalesce(p.provider || ' ' || p.reference, 'gone'),
                coalesce(r.provider || ' ' || r.reference, 'nothing'))
        FROM (
            SELECT store_id, order_id, id, provider, reference FROM payment
            UNION ALL SELECT store_id, order_id, id, provider, reference FROM archived_payment
        ) p FULL JOIN payment_reference r ON r.store_id = p.store_id AND r.payment_id = p.id
        LEFT JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
        WHERE (p.provider, p.reference) IS DISTINCT FROM (r.provider, r.reference)
        """,
    ),
)
