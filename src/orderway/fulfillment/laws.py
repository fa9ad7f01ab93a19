"""What must hold of an order as a whole, of its goods and of its riders."""

from orderway.fulfillment.returns.laws import LAWS as RETURN_LAWS
from orderway.fulfillment.rows import SOUGHT
from orderway.people.scope import NEEDED_KM
from orderway.workflow.verify import Law

ROAD_LAWS = (
    Law(
        "road",
        "Where the quotation, the sale and the fulfillments of an order stand fits together.",
        """
        SELECT 'order ' || o.number, format('Its quotation is %s, its sale %s, its fulfillment %s: that does not fit.',
            coalesce(q.state, 'missing'), coalesce(s.state, 'missing'), coalesce(f.states, 'missing'))
        FROM sale_order o
        LEFT JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        CROSS JOIN LATERAL (
            SELECT string_agg(state, ', ' ORDER BY part) AS states, count(*) AS parts,
                count(*) FILTER (WHERE state = 'COMPLETED') AS completed,
                count(*) FILTER (WHERE state = 'REFUNDED') AS refunded,
                count(*) FILTER (WHERE state IN ('CANCELLED', 'FAILED')) AS dropped,
                count(*) FILTER (WHERE state = 'ON_HOLD') AS held
            FROM fulfillment WHERE store_id = o.store_id AND order_id = o.id
        ) f
        CROSS JOIN LATERAL (
            SELECT f.parts = 0 AND EXISTS (
                SELECT FROM transition_log l WHERE l.store_id = o.store_id AND l.order_id = o.id AND l.machine = 'sale'
                    AND (l.facts ->> 'fulfilled_elsewhere')::boolean) AS elsewhere
        ) e
        WHERE q.state IS NULL OR (q.state = 'MUTUALLY_APPROVED') <> (s.state IS NOT NULL) OR NOT CASE
            WHEN s.state IS NULL THEN f.parts = 0
            WHEN s.state IN ('AWAITING_SETTLEMENT', 'COMPLETED')
                THEN f.completed > 0 AND f.completed + f.refunded + f.dropped = f.parts
            WHEN s.state = 'REFUNDED' THEN f.refunded > 0 AND f.refunded + f.dropped = f.parts
            WHEN s.state IN ('CANCELLED', 'EXPIRED') THEN f.dropped = f.parts
            WHEN s.state = 'CLEARED_FOR_FULFILLMENT' THEN e.elsewhere OR f.completed + f.refunded + f.dropped < f.parts
            WHEN (s.context ->> 'is_held')::boolean THEN e.elsewhere OR f.held > 0 AND f.held + f.dropped = f.parts
            ELSE f.parts = 0
        END
        """,
    ),
    Law(
        "parts",
        "The parts of an order are numbered from 1 on, and each has goods of its own, unless the order is a service.",
        """
        SELECT 'order ' || o.number, format('Its fulfillments are the parts %s; it has goods for the parts %s.',
            array_to_string(f.parts, ', '), coalesce(nullif(array_to_string(r.parts, ', '), ''), 'none'))
        FROM sale_order o
        CROSS JOIN LATERAL (
            SELECT array_agg(part ORDER BY part) AS parts, max(part) AS last FROM fulfillment
            WHERE store_id = o.store_id AND order_id = o.id
        ) f
        CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT part ORDER BY part) AS parts FROM reservation
            WHERE store_id = o.store_id AND order_id = o.id
        ) r
        WHERE f.last <> cardinality(f.parts) OR f.last > 1 AND o.fulfillment_type = 'SERVICE'
            OR o.fulfillment_type <> 'SERVICE' AND f.parts <> coalesce(r.parts, '{}')
        """,
    ),
    Law(
        "orders in parts",
        "A fulfillment says that it is not the only one of its order where it is not, and nowhere else.",
        """
        SELECT 'order ' || o.number, format('Its part %s says that it is %sthe only one; parts in all: %s.',
            f.part, CASE WHEN f.parted THEN 'not ' ELSE '' END, f.parts)
        FROM (
            SELECT store_id, order_id, part, parted, count(*) OVER (PARTITION BY store_id, order_id) AS parts
            FROM fulfillment
        ) f
        JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        WHERE f.parted <> (f.parts > 1)
        """,
    ),
    Law(
        "goods of orders",
        "The goods of each part of an order are missing, held, away or free, as its sale and its fulfillment say.",
        """
        SELECT 'order ' || o.number, format(
            'Its sale is %s, its fulfillment %s; of its %s lines %s are missing, %s held, %s away, %s free.',
            coalesce(s.state, 'missing'), coalesce(f.state, 'missing'), g.lines, g.missing, g.held, g.away, g.free)
        FROM sale_order o
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, count(*) FILTER (WHERE status = 'MISSING') AS missing,
                count(*) FILTER (WHERE status = 'HELD') AS held, count(*) FILTER (WHERE status = 'COMMITTED') AS away,
                count(*) FILTER (WHERE status = 'RELEASED') AS free
            FROM reservation WHERE store_id = o.store_id AND order_id = o.id AND part = coalesce(f.part, part)
        ) g
        WHERE NOT CASE
            WHEN o.fulfillment_type = 'SERVICE' OR s.state IS NULL THEN g.lines = 0
            WHEN f.state IN ('CANCELLED', 'FAILED') OR f.state IS NULL AND s.state IN ('CANCELLED', 'EXPIRED')
                THEN g.free = g.lines
            WHEN f.state IN ('DELIVERED', 'RETURN_REQUESTED', 'RETURN_ACCEPTED', 'RETURN_RECEIVED', 'COMPLETED',
                'REFUNDED') OR f.context ->> 'shipped_at' IS NOT NULL THEN g.away = g.lines AND g.lines > 0
            WHEN f.state IN ('PICK_PACK', 'AWAITING_RIDER_SELECTION', 'RIDER_ASSIGNED', 'READY_FOR_SHIPMENT')
                THEN g.held = g.lines
            ELSE g.held + g.missing = g.lines AND (f.state <> 'BACKORDERED' OR g.missing > 0) IS NOT FALSE
        END
        """,
    ),
    Law(
        "prices of goods",
        "What fell off a sale is the price of the pieces that came back or were never brought, to the last unit.",
        """
        SELECT 'order ' || o.number, format(
            'The price of what came back or was not brought is %s; %s fell off its sale, and %s was kept of it.',
            l.price, s.returned, k.kept)
        FROM (
            SELECT store_id, order_id, sum(div(paid, quantity) + CASE
                WHEN 2 * mod(paid, quantity) > quantity THEN 1
                WHEN 2 * mod(paid, quantity) = quantity THEN mod(div(paid, quantity), 2)
                ELSE 0 END) AS price
            FROM (
                SELECT l.store_id, l.order_id, l.quantity::numeric AS quantity,
                    l.total::numeric * (coalesce(b.pieces, 0) + coalesce(d.pieces, 0)) AS paid
                FROM order_line l LEFT JOIN (
                    SELECT g.store_id, g.line_id, sum(g.quantity) AS pieces FROM returned_goods g
                    JOIN sales_return r ON r.store_id = g.store_id AND r.id = g.return_id
                    WHERE r.refunded_at IS NOT NULL GROUP BY g.store_id, g.line_id
                ) b ON b.store_id = l.store_id AND b.line_id = l.id
                LEFT JOIN (
                    SELECT r.store_id, r.line_id, sum(r.quantity) AS pieces FROM reservation r
                    JOIN fulfillment f ON f.store_id = r.store_id AND f.order_id = r.order_id AND f.part = r.part
                    WHERE f.state IN ('CANCELLED', 'FAILED') GROUP BY r.store_id, r.line_id
                ) d ON d.store_id = l.store_id AND d.line_id = l.id
            ) lines GROUP BY store_id, order_id
        ) l
        JOIN sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
        JOIN (
            SELECT store_id, order_id, (context ->> 'returned_total')::numeric AS returned FROM sale
            WHERE state NOT IN ('CANCELLED', 'EXPIRED')
        ) s ON s.store_id = l.store_id AND s.order_id = l.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum((facts ->> 'refundable')::numeric - (payload ->> 'amount')::numeric), 0) AS kept
            FROM transition_log
            WHERE store_id = s.store_id AND order_id = s.order_id AND event = 'REFUND_ISSUED' AND l.price > 0
        ) k
        WHERE l.price <> s.returned + k.kept
        """,
    ),
)

RIDER_LAWS = (
    # Another machine reckons the same to the last digit but one: a millimetre is let pass.
    Law(
        "distances of deliveries",
        "What seeks a rider says how far it goes from its store, and nothing else does.",
        f"""
        SELECT 'order ' || o.number, CASE WHEN NOT f.{SOUGHT} THEN 'It seeks no rider, and says how far it goes.'
            ELSE format('It goes %s km from its store, and seeks a rider as if it were %s.',
                round(({NEEDED_KM})::numeric, 6), coalesce(round(f.sought_km::numeric, 6)::text, 'nowhere')) END
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        JOIN store s ON s.id = f.store_id
        WHERE (f.{SOUGHT}) <> (f.sought_km IS NOT NULL) OR abs(f.sought_km - {NEEDED_KM}) > 1e-6
        """,  # noqa: S608  (texts of the code alone)
    ),
    Law(
        "assigned riders",
        "The offer that a fulfillment chose is the one that is assigned; it has no other, and all are of its order.",
        """
        SELECT 'order ' || o.number,
            format('Its fulfillment chose the offer %s; assigned: %s.', coalesce(chosen.id::text, 'of nobody'),
                coalesce(i.assigned::text, 'none'))
        FROM fulfillment f JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN f.state NOT IN ('CANCELLED', 'FAILED') THEN (f.context ->> 'interest')::uuid END AS id
        ) chosen
        CROSS JOIN LATERAL (
            SELECT array_agg(id) FILTER (WHERE state = 'ASSIGNED') AS assigned,
                bool_or(order_id <> f.order_id) AS astray
            FROM rider_interest WHERE store_id = f.store_id AND fulfillment_id = f.id
        ) i
        WHERE i.assigned IS DISTINCT FROM CASE WHEN chosen.id IS NOT NULL THEN ARRAY[chosen.id] END OR i.astray
        """,
    ),
)

PIN_LAWS = (
    Law(
        "receivers' PINs",
        "A PIN is kept only of what is to be handed over against one, and the event of its number told of it.",
        """
        SELECT 'order ' || coalesce(o.number, 'that there is not'),
            CASE WHEN b.type IS NULL THEN format('Event %s made no PIN.', k.event_number)
            ELSE format('Its fulfillment is %s and needs its PIN no more.', f.state) END
        FROM fulfillment_pin k
        LEFT JOIN fulfillment f ON f.store_id = k.store_id AND f.id = k.fulfillment_id
        LEFT JOIN sale_order o ON o.store_id = f.store_id AND o.id = f.order_id
        LEFT JOIN outbox b ON b.store_id = f.store_id AND b.order_id = f.order_id AND b.number = k.event_number
            AND b.type = 'order.fulfillment.pin_made'
        WHERE b.type IS NULL OR f.context ->> 'pin_hash' IS NULL OR f.state IN ('CANCELLED', 'FAILED')
        """,
    ),
)

LAWS = (*ROAD_LAWS, *RETURN_LAWS, *RIDER_LAWS, *PIN_LAWS)
