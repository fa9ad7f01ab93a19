"""What must hold of delivery: nobody misses a notification, and no sink is ahead of what happened."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "notification numbers",
        "The notifications of each person are numbered from 1 without a gap, up to the person's own count.",
        """
        SELECT 'person ' || p.email, format('They have %s notifications, numbered %s to %s; %s are counted.',
            coalesce(n.rows, 0), coalesce(n.low, 0), coalesce(n.high, 0), coalesce(c.last, 0))
        FROM person p LEFT JOIN notification_count c ON c.person_id = p.id LEFT JOIN (
            SELECT person_id, count(*) AS rows, count(DISTINCT number) AS different, min(number) AS low,
                max(number) AS high
            FROM (
                SELECT person_id, number FROM notification
                UNION ALL
                SELECT a.person, a.number FROM archived_order o CROSS JOIN LATERAL
                    jsonb_to_recordset(o.carried -> 'notified') AS a (person uuid, number int)
            ) each GROUP BY person_id
        ) n ON n.person_id = p.id
        WHERE coalesce(n.rows, 0) <> coalesce(c.last, 0) OR coalesce(n.high, 0) <> coalesce(c.last, 0) OR n.low <> 1
            OR n.different <> n.rows
        """,
    ),
    Law(
        "deliveries",
        "No sink knows of more events of an order than there are.",
        """
        SELECT 'order ' || o.number,
            format('The sink %s knows of %s events; there are %s.', p.sink, p.known, o.outbox_number)
        FROM outbound_progress p JOIN sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
        WHERE p.known > o.outbox_number
        """,
    ),
    Law(
        "passed over",
        "A sink knows of every event up to where it has read.",
        """
        SELECT 'order ' || o.number,
            format('The sink %s has read past event %s and knows of %s.', s.sink, e.last, coalesce(p.known, 0))
        FROM outbound_sink s CROSS JOIN LATERAL (
            SELECT store_id, order_id, max(number) AS last FROM outbox
            WHERE xid > s.begun AND xid <= s.xid GROUP BY store_id, order_id
        ) e
        JOIN sale_order o ON o.store_id = e.store_id AND o.id = e.order_id
        LEFT JOIN outbound_progress p ON p.store_id = e.store_id AND p.order_id = e.order_id AND p.sink = s.sink
        WHERE s.cluster = (SELECT system_identifier FROM pg_control_system()) AND e.last > coalesce(p.known, 0)
        """,
    ),
    Law(
        "notifications",
        "A notification tells of the event that it names, and nobody is told of one twice.",
        """
        SELECT 'person ' || p.email, format('Their notification %s tells of %s at %s, where event %s of its order was '
            '%s at %s.', n.number, n.type, n.at, b.number, b.type, b.at)
        FROM notification n JOIN person p ON p.id = n.person_id
        JOIN outbox b ON b.store_id = n.store_id AND b.order_id = n.order_id AND b.number = n.event_number
        WHERE (n.type, n.at) <> (b.type, b.at)
        UNION ALL
        SELECT 'person ' || min(p.email), format('They were told %s times of event %s.', count(*), n.event_number)
        FROM notification n JOIN person p ON p.id = n.person_id
        WHERE n.order_id IS NOT NULL
        GROUP BY n.person_id, n.store_id, n.order_id, n.event_number HAVING count(*) > 1
        """,
    ),
    Law(
        "e-mails",
        "An e-mail tells of an event that there is, and who gets any can end them.",
        """
        SELECT 'e-mail "' || m.title || '"', format('It tells of event %s, which there is not.', m.event_number)
        FROM mail m WHERE NOT EXISTS (
            SELECT FROM outbox b
            WHERE b.store_id = m.store_id AND b.order_id = m.order_id AND b.number = m.event_number)
        UNION ALL
        SELECT 'e-mail "' || m.title || '"', 'Its reader has no link to end e-mails by.'
        FROM mail m WHERE m.topic <> 'PIN' AND NOT EXISTS (
            SELECT FROM mail_reader r WHERE r.person_id = m.person_id)
        """,
    ),
)
