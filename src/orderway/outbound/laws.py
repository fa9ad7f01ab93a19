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
            SELECT person_id, count(*) AS rows, min(number) AS low, max(number) AS high
            FROM notification GROUP BY person_id
        ) n ON n.person_id = p.id
        WHERE coalesce(n.rows, 0) <> coalesce(c.last, 0) OR coalesce(n.high, 0) <> coalesce(c.last, 0) OR n.low <> 1
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
)
