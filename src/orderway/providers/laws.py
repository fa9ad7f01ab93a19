"""What must hold of reports: each movement of money counts once and is where its report says, and none is forgotten."""

from orderway.workflow.verify import Law

ONE_REPORT = Law(
    "reports of one movement",
    "Of all reports of a movement of money one stands for it, and it is in a confirmed payment or in the inbox.",
    """
    SELECT 'transaction ' || m.name || ' of ' || m.provider, CASE WHEN m.standing <> 1
        THEN format('%s of its reports stand for it.', m.standing)
        ELSE format('Its report is %s, and %s.', m.bucket,
            CASE m.bucket WHEN 'parked' THEN 'no item of the inbox has its money' ELSE 'no payment has it' END) END
    FROM (
        SELECT provider, coalesce(transaction, reference || ' ' || amount || ' ' || currency) AS name,
            count(movement) AS standing, max(bucket) FILTER (WHERE movement IS NOT NULL) AS bucket,
            (array_agg(id) FILTER (WHERE movement IS NOT NULL))[1] AS id,
            (array_agg(store_id) FILTER (WHERE movement IS NOT NULL))[1] AS store_id,
            (array_agg(payment_id) FILTER (WHERE movement IS NOT NULL))[1] AS payment_id
        FROM webhook_event WHERE kind = 'captured' AND bucket IS NOT NULL GROUP BY 1, 2
    ) m
    WHERE m.standing <> 1 OR CASE m.bucket
        WHEN 'parked' THEN NOT EXISTS (SELECT FROM parked_money i WHERE i.event_id = m.id AND i.holds)
        ELSE NOT EXISTS (SELECT FROM payment p WHERE p.store_id = m.store_id AND p.id = m.payment_id
                AND p.context ->> 'confirmed_at' IS NOT NULL)
            AND NOT EXISTS (SELECT FROM archived_payment p WHERE p.store_id = m.store_id AND p.id = m.payment_id
                AND p.is_confirmed) END
    """,
)

AS_REPORTED = Law(
    "applied reports",
    "A payment that a report confirmed is of the amount, currency and provider that it told.",
    """
    SELECT 'event ' || e.event_id, format('It told of %s %s of %s; its payment %s is %s %s of %s.', e.amount,
        e.currency, e.provider, p.reference, p.amount, p.currency, p.provider)
    FROM webhook_event e JOIN (
        SELECT store_id, id, reference, amount, currency, provider FROM payment
        UNION ALL SELECT store_id, id, reference, amount, currency, provider FROM archived_payment
    ) p ON p.store_id = e.store_id AND p.id = e.payment_id
    WHERE e.kind = 'captured' AND e.movement IS NOT NULL
        AND (p.amount, p.currency, p.provider) IS DISTINCT FROM (e.amount, e.currency, e.provider)
    """,
)

GONE_AS_REPORTED = Law(
    "applied refunds",
    "No more was reported as refunded, and booked, than was refunded the way it was paid, or taken back.",
    """
    SELECT 'payment ' || reference, format('%s was booked as refunded; it gave back %s.', booked, gone)
    FROM (
        SELECT p.reference, sum(e.amount) AS booked, p.gone
        FROM webhook_event e JOIN (
            SELECT store_id, id, reference, refunded - coalesce((context ->> 'credited')::bigint, 0) + reversed AS gone
            FROM payment
            UNION ALL SELECT store_id, id, reference, gone FROM archived_payment
        ) p ON p.store_id = e.store_id AND p.id = e.payment_id
        WHERE e.kind = 'refunded' AND e.bucket = 'applied' AND e.total IS NULL
        GROUP BY p.store_id, p.id, p.reference, p.gone
    ) sums WHERE booked > gone
    """,
)

SETTLED = Law(
    "settled reports",
    "Every report is settled within a day, and what was parked of it is in the inbox.",
    """
    SELECT 'event ' || e.event_id, CASE WHEN e.bucket IS NULL
        THEN format('It came from %s at %s and is not applied yet: %s', e.provider, e.received_at,
            coalesce(e.why, 'nobody took it up.'))
        ELSE 'It was parked, and no item of the inbox tells of it.' END
    FROM webhook_event e
    WHERE e.bucket IS NULL AND e.received_at < now() - interval '1 day'
        OR e.bucket = 'parked' AND NOT EXISTS (SELECT FROM parked_money i WHERE i.provider = e.provider
            AND (i.event_id = e.id OR i.transaction = e.transaction AND i.holds))
    """,
)

LAWS = (ONE_REPORT, AS_REPORTED, GONE_AS_REPORTED, SETTLED)
