"""What must hold of addresses: the order's row says where its address is, and what is under way says for when."""

from orderway.workflow.verify import Law

LAWS = (
    Law(
        "places of orders",
        "The coordinates of an order are those of its address, and its address is the last that it got.",
        """
        SELECT 'order ' || o.number, CASE WHEN d.id IS DISTINCT FROM newest.id THEN 'Its address is not its last one.'
            ELSE format('It goes to %s, its address is at %s.', coalesce(o.latitude || ', ' || o.longitude, 'no place'),
                coalesce(d.latitude || ', ' || d.longitude, 'no place')) END
        FROM sale_order o
        LEFT JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
        LEFT JOIN LATERAL (
            SELECT n.id FROM delivery_address n WHERE n.store_id = o.store_id AND n.order_id = o.id
            ORDER BY n.at DESC, n.id DESC LIMIT 1
        ) newest ON true
        WHERE (o.latitude, o.longitude) IS DISTINCT FROM (d.latitude, d.longitude)
            OR d.id IS DISTINCT FROM newest.id
        """,
    ),
    Law(
        "promised days",
        "A sale and a fulfillment say for when they are promised as the address of their order does.",
        """
        SELECT 'order ' || o.number, format('Its %s says it is promised for %s, its address says %s.', i.machine,
                coalesce(i.promised_at::text, 'no day'), coalesce(d.promised_at::text, 'no day'))
        FROM (
            SELECT 'sale' AS machine, store_id, order_id, promised_at FROM sale
            UNION ALL SELECT 'fulfillment', store_id, order_id, promised_at FROM fulfillment
        ) i
        JOIN sale_order o ON o.store_id = i.store_id AND o.id = i.order_id
        LEFT JOIN delivery_address d ON d.store_id = o.store_id AND d.id = o.address_id
        WHERE i.promised_at IS DISTINCT FROM d.promised_at
        """,
    ),
)
