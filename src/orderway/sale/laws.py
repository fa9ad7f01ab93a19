"""What must hold of a sale: of its money, its credit, its terms and its overrides."""

from orderway.sale.account_credit.laws import LAWS as ACCOUNT_LAWS
from orderway.sale.money_laws import MONEY_LAWS
from orderway.workflow.verify import Law

CREDIT_LAWS = (
    Law(
        "exposure of sales",
        "A cleared sale owes on credit what is still to pay for it, and no other sale owes anything there.",
        """
        SELECT 'order ' || o.number,
            format('Its sale owes %s on credit; what is still to pay for it is %s.', s.exposed, s.unpaid)
        FROM (
            SELECT store_id, order_id, (context ->> 'exposed')::bigint AS exposed,
                CASE WHEN state IN ('CLEARED_FOR_FULFILLMENT', 'AWAITING_SETTLEMENT') THEN greatest(0,
                    greatest(0, (context ->> 'grand_total')::bigint - (context ->> 'returned_total')::bigint
                        - (context ->> 'allowance')::bigint)
                    - (context ->> 'captured_total')::bigint + (context ->> 'refunded_total')::bigint
                    + (context ->> 'reversed_total')::bigint) ELSE 0 END AS unpaid
            FROM sale
        ) s JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
        WHERE s.exposed <> s.unpaid
        """,
    ),
    Law(
        "exposure of orders",
        "What an order owes on the credit account is the sum of its entries.",
        """
        SELECT 'order ' || o.number,
            format('Its sale owes %s on credit; its entries add up to %s.', coalesce(s.exposed, 0), coalesce(l.owed, 0))
        FROM sale_order o
        LEFT JOIN LATERAL (
            SELECT (context ->> 'exposed')::bigint AS exposed FROM sale
            WHERE store_id = o.store_id AND order_id = o.id
        ) s ON true
        LEFT JOIN LATERAL (
            SELECT sum(amount)::bigint AS owed FROM credit_entry WHERE store_id = o.store_id AND order_id = o.id
        ) l ON true
        WHERE coalesce(s.exposed, 0) <> coalesce(l.owed, 0)
        """,
    ),
    Law(
        "exposure of customers",
        "A customer's exposure is the sum of the entries of all their orders.",
        """
        SELECT 'customer ' || c.name,
            format('The exposure is %s %s; the entries add up to %s.', coalesce(p.exposure, 0),
                coalesce(p.currency, l.currency), coalesce(l.owed, 0))
        FROM credit_profile p FULL JOIN (
            SELECT customer_id, currency, sum(amount)::bigint AS owed FROM credit_entry GROUP BY customer_id, currency
        ) l ON l.customer_id = p.customer_id AND l.currency = p.currency
        JOIN customer c ON c.id = coalesce(p.customer_id, l.customer_id)
        WHERE coalesce(p.exposure, 0) <> coalesce(l.owed, 0)
        """,
    ),
    Law(
        "earned credit",
        "A customer's cumulative sales are the worth of their completed sales, each counted once.",
        """
        SELECT 'customer ' || c.name,
            format('%s sales with %s %s are counted; %s with %s are completed.', coalesce(a.sales, 0),
                coalesce(a.cumulative, 0), coalesce(a.currency, d.currency), coalesce(d.sales, 0), coalesce(d.worth, 0))
        FROM customer_sales_agg a FULL JOIN (
            SELECT customer_id, currency, count(*)::int AS sales, sum(worth)::bigint AS worth FROM (
                SELECT o.customer_id, o.currency, greatest(0,
                    (s.context ->> 'grand_total')::bigint - (s.context ->> 'returned_total')::bigint
                    - (s.context ->> 'allowance')::bigint) - (s.context ->> 'written_off')::bigint AS worth
                FROM sale s JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
                WHERE s.state = 'COMPLETED'
                UNION ALL
                SELECT customer_id, currency, (carried ->> 'worth')::bigint FROM archived_order
                WHERE carried ->> 'worth' IS NOT NULL
            ) each GROUP BY customer_id, currency
        ) d ON d.customer_id = a.customer_id AND d.currency = a.currency
        JOIN customer c ON c.id = coalesce(a.customer_id, d.customer_id)
        WHERE (coalesce(a.sales, 0), coalesce(a.cumulative, 0)) <> (coalesce(d.sales, 0), coalesce(d.worth, 0))
        """,
    ),
)

TERMS_LAWS = (
    Law(
        "totals",
        "The lines of an order add up to what its quotation offers and its sale is for.",
        """
        SELECT 'order ' || o.number,
            format('Its %s lines add up to %s; its quotation says %s for %s lines, its sale %s.', l.lines, l.total,
                q.context ->> 'total', q.context ->> 'line_count', coalesce(s.context ->> 'grand_total', 'nothing'))
        FROM sale_order o
        JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
        LEFT JOIN sale s ON s.store_id = o.store_id AND s.order_id = o.id
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, coalesce(sum(total), 0)::bigint AS total FROM order_line
            WHERE store_id = o.store_id AND order_id = o.id
        ) l
        WHERE l.total <> (q.context ->> 'total')::bigint OR l.lines <> (q.context ->> 'line_count')::bigint
            OR l.total <> (s.context ->> 'grand_total')::bigint
        """,
    ),
    Law(
        "lines",
        "The lines of an order are those of its last edit, or of its birth, at the prices that it had then.",
        """
        SELECT 'order ' || o.number, 'Its lines are not those that the log has last.'
        FROM (
            SELECT DISTINCT ON (store_id, order_id) store_id, order_id, facts -> 'priced' AS priced
            FROM transition_log WHERE machine = 'quotation' AND event IN ('BORN', 'EDIT')
            ORDER BY store_id, order_id, step DESC
        ) e JOIN sale_order o ON o.store_id = e.store_id AND o.id = e.order_id
        WHERE (
            SELECT string_agg(concat_ws(' ', g.place, g.line ->> 'variant', g.line ->> 'quantity',
                g.line ->> 'unit_price', g.line ->> 'discount', g.line ->> 'tax', g.line ->> 'freight',
                g.line ->> 'list_price', g.line ->> 'tax_rate', g.line ->> 'description'), ', ' ORDER BY g.place)
            FROM json_array_elements(e.priced) WITH ORDINALITY AS g (line, place)
        ) IS DISTINCT FROM (
            SELECT string_agg(concat_ws(' ', position, variant_id, quantity, unit_price, discount, tax, freight,
                list_price, tax_rate, description), ', ' ORDER BY position)
            FROM order_line WHERE store_id = e.store_id AND order_id = e.order_id
        )
        """,
    ),
    Law(
        "currencies",
        "Everything of an order is in its one currency.",
        """
        SELECT 'order ' || o.number, format('It is in %s, but its %s is in %s.', o.currency, i.machine, i.currency)
        FROM sale_order o JOIN (
            SELECT store_id, order_id, 'quotation' AS machine, context ->> 'currency' AS currency FROM quotation
            UNION ALL SELECT store_id, order_id, 'sale', context ->> 'currency' FROM sale
            UNION ALL SELECT store_id, order_id, 'payment', currency FROM payment
            UNION ALL SELECT store_id, order_id, 'override', context ->> 'currency' FROM override_request
            UNION ALL SELECT store_id, order_id, 'fulfillment', context ->> 'currency' FROM fulfillment
            UNION ALL SELECT store_id, order_id, 'offer', context ->> 'currency' FROM rider_interest
        ) i ON i.store_id = o.store_id AND i.order_id = o.id
        WHERE i.currency IS DISTINCT FROM o.currency
        """,
    ),
    Law(
        "terms",
        "An order was placed when its quotation was born, is fulfilled in its own way, and owes on its buyer's credit.",
        """
        SELECT 'order ' || o.number, format('Its %s does not fit what follows from it.', v.name)
        FROM sale_order o
        LEFT JOIN quotation q ON q.store_id = o.store_id AND q.order_id = o.id
        LEFT JOIN fulfillment f ON f.store_id = o.store_id AND f.order_id = o.id
        CROSS JOIN LATERAL (VALUES
            ('time', o.placed_at <> q.created_at),
            -- What has arrived, comes back, or ended, went the way that the order had then.
            ('way of fulfillment', o.fulfillment_type <> f.context ->> 'type' AND f.state NOT IN ('DELIVERED',
                'RETURN_REQUESTED', 'RETURN_ACCEPTED', 'RETURN_RECEIVED', 'COMPLETED', 'REFUNDED', 'CANCELLED',
                'FAILED')),
            ('customer', EXISTS (SELECT FROM credit_entry e WHERE e.store_id = o.store_id AND e.order_id = o.id
                AND (e.customer_id, e.currency) <> (o.customer_id, o.currency)))
        ) AS v (name, is_wrong)
        WHERE v.is_wrong
        """,
    ),
)

OVERRIDE_LAWS = (
    Law(
        "overrides",
        "What a sale says of its overrides is what their requests say: asked means one waits, and no other waits.",
        """
        SELECT 'order ' || o.number, format('Its sale says that its %s override is %s; %s.', lower(replace(v.kind,
            '_LIMIT', '')), v.status, CASE WHEN v.status = 'requested' OR w.waiting > 0
            THEN format('requests that wait for a decision: %s', w.waiting) ELSE 'its request says otherwise' END)
        FROM sale s JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
        CROSS JOIN LATERAL (VALUES
            ('ADMIN', s.context -> 'admin' ->> 'status', s.context -> 'admin' ->> 'request',
                s.context -> 'admin' ->> 'approved_amount'),
            ('CREDIT_LIMIT', s.context -> 'credit_override' ->> 'status', s.context -> 'credit_override' ->> 'request',
                s.context -> 'credit_override' ->> 'approved_amount')
        ) AS v (kind, status, request, amount)
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state = 'PENDING') AS waiting,
                max(state) FILTER (WHERE id = v.request::uuid) AS decided,
                max(context ->> 'approved_amount') FILTER (WHERE id = v.request::uuid) AS amount
            FROM override_request WHERE store_id = s.store_id AND order_id = s.order_id AND kind = v.kind
        ) w
        WHERE w.waiting <> (v.status = 'requested')::int OR CASE
            WHEN v.status IN ('granted', 'used') THEN w.decided IS NULL OR w.decided NOT IN ('APPROVED', 'EXPIRED')
                OR w.amount IS DISTINCT FROM v.amount
            WHEN v.status = 'denied' THEN w.decided IS NULL OR w.decided NOT IN ('DENIED', 'EXPIRED')
            WHEN v.status = 'revoked' THEN w.decided IS DISTINCT FROM 'REVOKED' ELSE false END
        """,
    ),
)

LAWS = (*MONEY_LAWS, *ACCOUNT_LAWS, *CREDIT_LAWS, *TERMS_LAWS, *OVERRIDE_LAWS)
