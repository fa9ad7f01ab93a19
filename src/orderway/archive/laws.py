"""What must hold between the orders that are here, those that left, and what stayed of these."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "archived orders",
        "An order that was archived is not here any more, and its number and reference are no other's.",
        """
        SELECT 'order ' || a.number, CASE WHEN o.id = a.order_id THEN 'It was archived, and is here as well.'
            ELSE 'It was archived, and another order has its number or its reference.' END
        FROM archived_order a JOIN sale_order o ON o.store_id = a.store_id
            AND (o.id = a.order_id OR o.number = a.number OR (o.source, o.source_ref) = (a.source, a.source_ref))
        """,
    ),
    Law(
        "what stays of archived orders",
        "The order that another began from, or that a report is about, is here or was archived; so is its payment.",
        """
        SELECT 'order ' || o.number, 'It was copied from an order that is neither here nor archived.'
        FROM sale_order o
        WHERE o.copied_from IS NOT NULL
            AND NOT EXISTS (SELECT FROM sale_order c WHERE c.store_id = o.store_id AND c.id = o.copied_from)
            AND NOT EXISTS (SELECT FROM archived_order c WHERE c.store_id = o.store_id AND c.order_id = o.copied_from)
        UNION ALL
        SELECT 'event ' || e.event_id, 'It is about an order that is neither here nor archived.'
        FROM webhook_event e
        WHERE e.order_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM sale_order o WHERE o.store_id = e.store_id AND o.id = e.order_id)
            AND NOT EXISTS (SELECT FROM archived_order a WHERE a.store_id = e.store_id AND a.order_id = e.order_id)
        UNION ALL
        SELECT 'event ' || e.event_id, 'It is about a payment that is neither here nor archived.'
        FROM webhook_event e
        LEFT JOIN payment p ON p.store_id = e.store_id AND p.id = e.payment_id
        LEFT JOIN archived_payment a ON a.store_id = e.store_id AND a.id = e.payment_id
        WHERE e.payment_id IS NOT NULL AND p.id IS NULL AND a.id IS NULL
        """,
    ),
)
