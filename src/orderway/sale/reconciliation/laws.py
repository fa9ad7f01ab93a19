"""What must hold of money that came in: each minor unit of it is in one place, and each item that ended says where."""

from orderway.workflow.verify import Law

ONE_PLACE = Law(
    "money in one place",
    "What waits in the inbox is in no payment: no transaction is in both, nor money that was confirmed by hand.",
    """
    SELECT 'parked money ' || i.id, format('It holds the transaction %s of %s, and the payment %s has it too.',
        i.transaction, i.provider, p.reference)
    FROM parked_money i
    JOIN webhook_event e ON e.provider = i.provider AND e.transaction = i.transaction AND e.kind = 'captured'
        AND e.bucket = 'applied'
    JOIN payment p ON p.store_id = e.store_id AND p.id = e.payment_id AND p.context ->> 'confirmed_at' IS NOT NULL
    WHERE i.holds AND i.resolution IS NULL
    UNION ALL
    SELECT 'parked money ' || i.id, format('It holds what came as %s of %s, and that payment was confirmed since.',
        i.reference, i.provider)
    FROM parked_money i
    JOIN payment_reference r ON r.provider = i.provider AND r.reference = i.reference
    JOIN payment p ON p.store_id = r.store_id AND p.id = r.payment_id AND p.context ->> 'confirmed_at' IS NOT NULL
    WHERE i.holds AND i.resolution IS NULL AND i.kind <> 'duplicate'
        AND (p.context ->> 'confirmed_at')::timestamptz > i.parked_at
        AND NOT EXISTS (SELECT FROM webhook_event e WHERE e.store_id = p.store_id AND e.payment_id = p.id
            AND e.kind = 'captured' AND e.bucket = 'applied' AND e.id IS DISTINCT FROM i.event_id)
        AND NOT EXISTS (SELECT FROM parked_money b WHERE b.to_store_id = p.store_id AND b.to_payment_id = p.id)
    """,
)

REPORTED = Law(
    "reported money",
    "Money that was reported and parked has its item, with its amount.",
    """
    SELECT 'event ' || e.event_id, format('It reported %s %s, which were parked; no item of the inbox has them.',
        e.amount, e.currency)
    FROM webhook_event e
    WHERE e.kind = 'captured' AND e.bucket = 'parked' AND e.amount > 0 AND e.currency ~ '^[A-Z]{3}$' AND NOT EXISTS (
        SELECT FROM parked_money i WHERE (i.amount, i.currency) = (e.amount, e.currency)
            AND (i.event_id = e.id OR (i.provider, i.transaction) = (e.provider, e.transaction))
    )
    """,
)

BECAME = Law(
    "attached money",
    "Parked money that became a payment is that payment: confirmed, of the same amount, currency and order.",
    """
    SELECT 'parked money ' || i.id, format('It became the payment %s, which is %s %s and %s; it holds %s %s.',
        p.reference, p.amount, p.currency, lower(replace(p.state, '_', ' ')), i.amount, i.currency)
    FROM parked_money i JOIN payment p ON p.store_id = i.to_store_id AND p.id = i.to_payment_id
    WHERE i.holds AND ((p.amount, p.currency, p.order_id)
        IS DISTINCT FROM (i.amount, i.currency, i.to_order_id) OR p.context ->> 'confirmed_at' IS NULL)
    """,
)

MOVED = Law(
    "moved money",
    "What Orderway paid itself for an order is what it took in the same moment out of a payment of the same buyer.",
    """
    SELECT coalesce('parked money ' || i.id, 'payment ' || p.reference),
        CASE WHEN p.id IS NULL THEN 'It was moved to another order, but no payment has it there.'
            WHEN i.id IS NULL THEN 'Orderway paid it by itself, but no item of the inbox was moved to it.'
            ELSE format('%s %s were moved; what was taken out of its payment is another sum.', p.amount, p.currency) END
    FROM (SELECT * FROM parked_money WHERE kind IN ('late', 'surplus') AND resolution = 'attached') i
    FULL JOIN (SELECT * FROM payment WHERE provider = 'orderway') p
        ON p.store_id = i.to_store_id AND p.id = i.to_payment_id AND p.reference = i.id::text
    LEFT JOIN sale_order f ON f.store_id = i.store_id AND f.id = i.order_id
    LEFT JOIN sale_order t ON t.store_id = p.store_id AND t.id = p.order_id
    WHERE i.id IS NULL OR p.id IS NULL OR f.customer_id <> t.customer_id OR i.store_id <> p.store_id
        OR p.currency <> i.currency OR p.amount > i.amount OR p.context ->> 'confirmed_at' IS NULL
        OR NOT EXISTS (
            SELECT FROM payable l WHERE l.store_id = i.store_id AND l.payment_id = i.payment_id
                AND l.kind = 'PAID_OUT' AND l.amount = -p.amount AND l.at = i.resolved_at
        )
    """,
)

OWED = Law(
    "owed in the inbox",
    "Late money and what was paid too much waits while it is owed, and was refunded or taken back when it is not.",
    """
    SELECT 'parked money ' || i.id, CASE
        WHEN i.resolution IS NULL THEN 'It waits, but nothing of it is owed to the buyer any more.'
        WHEN i.resolution = 'refunded' THEN 'It was refunded, but nothing was paid out then.'
        ELSE 'It was taken back, but its order lost nothing.' END
    FROM parked_money i JOIN payment p ON p.store_id = i.store_id AND p.id = i.payment_id
    WHERE i.kind IN ('late', 'surplus') AND CASE
        WHEN i.resolution IS NULL THEN NOT EXISTS (
                SELECT FROM payment d WHERE d.store_id = i.store_id AND d.order_id = i.order_id AND d.state = 'DISPUTED'
            ) AND (p.state IN ('REFUNDED', 'REVERSED') OR (
                SELECT coalesce(sum(l.amount), 0) FROM payable l
                WHERE l.store_id = i.store_id AND l.order_id = i.order_id) <= 0)
        WHEN i.resolution = 'refunded' THEN NOT EXISTS (
            SELECT FROM payable l WHERE l.store_id = i.store_id AND l.order_id = i.order_id AND l.kind = 'PAID_OUT'
                AND l.at = i.resolved_at)
        WHEN i.resolution = 'lost' THEN NOT EXISTS (
            SELECT FROM payment d WHERE d.store_id = i.store_id AND d.order_id = i.order_id
                AND (d.context ->> 'reversed')::bigint > 0) AND NOT EXISTS (
            SELECT FROM payable l WHERE l.store_id = i.store_id AND l.order_id = i.order_id
                AND l.kind = 'LOST' AND l.amount < 0)  -- what a dispute took may be back by now
        ELSE false END
    """,
)

LATE = Law(
    "late money",
    "Every payment that no sale took went to the inbox, with all of its amount.",
    """
    SELECT 'payment ' || p.reference, format('%s of it found no sale; the inbox says %s.', coalesce(l.amount, 0),
        coalesce(i.amount, 0))
    FROM (SELECT * FROM payable WHERE kind = 'UNALLOCATED') l
    FULL JOIN (SELECT * FROM parked_money WHERE kind = 'late') i
        ON i.store_id = l.store_id AND i.payment_id = l.payment_id
    JOIN payment p ON p.store_id = coalesce(l.store_id, i.store_id) AND p.id = coalesce(l.payment_id, i.payment_id)
    WHERE l.amount IS DISTINCT FROM i.amount
    """,
)

DISPUTES = Law(
    "disputes",
    "A payment is disputed while an item of the inbox says so, and what a dispute took when it was lost is gone.",
    """
    SELECT 'payment ' || p.reference, format('It is %s; items of the inbox that say it is disputed: %s.',
        lower(replace(p.state, '_', ' ')), count(i.id))
    FROM payment p LEFT JOIN parked_money i ON i.store_id = p.store_id AND i.payment_id = p.id
        AND i.kind = 'disputed' AND i.resolution IS NULL
    GROUP BY p.store_id, p.id HAVING count(i.id) <> (p.state = 'DISPUTED')::int
    UNION ALL
    SELECT 'parked money ' || i.id, 'Its dispute was lost, but less than it held was taken back.'
    FROM parked_money i JOIN payment p ON p.store_id = i.store_id AND p.id = i.payment_id
    WHERE i.kind = 'disputed' AND i.resolution = 'lost' AND (p.context ->> 'reversed')::bigint < i.amount
    """,
)

# What came is told by who brought it, where it is by who has it: only what was moved is in both a refund and a payment,
# and what went onto an account is there, or was spent or paid out.
SUMS = Law(
    "money by currency",
    "In each currency all that came in is kept, on an account, paid out, taken back, in the inbox or returned.",
    """
    SELECT 'currency ' || s.currency, format('%s came in; %s can be told where it is.', s.came, s.found)
    FROM (
        SELECT currency, sum(came) AS came, sum(found) AS found FROM (
            SELECT currency, CASE WHEN provider IN ('orderway', 'account') THEN 0 ELSE amount END AS came,
                -- kept, or taken back; what is credited was paid out no further than onto the account
                amount - refunded - coalesce((context ->> 'credited')::bigint, 0) AS found
            FROM payment WHERE context ->> 'confirmed_at' IS NOT NULL
            UNION ALL
            SELECT o.currency, 0, -l.amount FROM payable l
            JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id WHERE l.kind = 'PAID_OUT'
            UNION ALL
            SELECT i.currency, 0, -p.amount FROM parked_money i
            JOIN payment p ON p.store_id = i.to_store_id AND p.id = i.to_payment_id
            WHERE i.kind IN ('late', 'surplus')
            UNION ALL
            SELECT currency, (carried ->> 'came')::bigint, (carried ->> 'found')::bigint FROM archived_order
            UNION ALL SELECT currency, 0, balance FROM account_credit
            UNION ALL SELECT currency, 0, -amount FROM account_credit_entry WHERE kind = 'PAID_OUT'
            UNION ALL
            SELECT currency, amount, amount FROM parked_money
            WHERE holds AND (resolution IS NULL OR resolution = 'returned')
        ) each GROUP BY currency
    ) s WHERE s.came <> s.found
    """,
)

LAWS = (ONE_PLACE, REPORTED, BECAME, MOVED, OWED, LATE, DISPUTES, SUMS)
