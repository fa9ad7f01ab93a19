-- Each order with what stands for it: of one that is brought in parts, the part that is furthest behind.
CREATE VIEW standing AS
SELECT o.store_id, o.id AS order_id, order_id(o) AS id, o.number, o.currency, o.placed_at, o.fulfillment_type, o.biller_id,
    c.kind, c.id AS customer_id, CASE WHEN c.kind = 'RESELLER' THEN reseller(c) END AS reseller,
    a.id AS address_id, a.receiver, a.phone, a.notes,
    concat_ws(', ', nullif(a.address, ''), nullif(a.city, ''), nullif(a.region, '')) AS address,
    q.id AS quotation, q.state AS quotation_state, q.created_at AS quoted_at, q.moved_at AS quotation_moved_at,
    (q.context ->> 'total')::bigint AS quoted,
    s.id AS sale, s.state AS sale_state, s.created_at AS sold_at, s.moved_at AS sale_moved_at,
    s.context AS sale_context, (s.context ->> 'grand_total')::bigint AS total,
    (s.context ->> 'captured_total')::bigint - (s.context ->> 'refunded_total')::bigint
        - (s.context ->> 'reversed_total')::bigint AS paid,
    (s.context ->> 'grand_total')::bigint - (s.context ->> 'returned_total')::bigint
        - (s.context ->> 'allowance')::bigint AS worth,
    f.id AS fulfillment, f.state AS fulfillment_state, f.context AS fulfillment_context, f.rider_id,
    f.created_at AS fulfillment_created_at, f.moved_at AS fulfillment_moved_at
FROM public.sale_order o
JOIN public.customer c ON c.id = o.customer_id
LEFT JOIN public.delivery_address a ON a.store_id = o.store_id AND a.order_id = o.id AND a.id = o.address_id
LEFT JOIN public.quotation q ON q.store_id = o.store_id AND q.order_id = o.id
LEFT JOIN public.sale s ON s.store_id = o.store_id AND s.order_id = o.id
LEFT JOIN LATERAL (
    SELECT f.id, standing(f.state, f.history) AS state, f.context, f.rider_id, f.created_at, f.moved_at
    FROM public.fulfillment f WHERE f.store_id = o.store_id AND f.order_id = o.id
    ORDER BY fulfillment_status(standing(f.state, f.history)), f.part LIMIT 1
) f ON true;

CREATE VIEW "SaleOrder" AS
SELECT o.id, theirs('Store', o.store_id) AS "storeId", theirs('User', o.biller_id) AS "billerId",
    o.kind::"SaleType" AS type, sale_status(o.quotation_state, o.sale_state, o.paid >= o.worth) AS status,
    major(coalesce(o.total, o.quoted), o.currency) AS "totalAmount", utc(o.placed_at) AS "createdAt",
    utc(greatest(o.quotation_moved_at, o.sale_moved_at, o.fulfillment_moved_at)) AS "updatedAt",
    CASE WHEN o.kind = 'RESELLER' THEN theirs('ResellerSale', o.sale) END AS "resellerSaleid",
    (CASE WHEN o.fulfillment IS NOT NULL THEN 'FULFILLMENT' WHEN o.sale IS NOT NULL THEN 'SALE'
        ELSE 'QUOTATION' END)::"OrderPhase" AS phase,
    CASE WHEN o.sale IS NOT NULL THEN jsonb_build_object(
        'orderId', o.id, 'grandTotal', major(o.total, o.currency),
        'capturedTotal', major((o.sale_context ->> 'captured_total')::bigint, o.currency),
        'clearToFulfil', coalesce((o.sale_context ->> 'cleared_by') IS NOT NULL, false),
        'credit', CASE WHEN json_typeof(o.sale_context -> 'credit') = 'object' THEN jsonb_build_object(
            'limit', major((o.sale_context #>> '{credit,limit}')::bigint, o.currency),
            'exposure', major((o.sale_context #>> '{credit,exposure}')::bigint, o.currency),
            'overage', major((o.sale_context #>> '{credit,overage}')::bigint, o.currency)
        ) END,
        'overrides', jsonb_build_object(
            'admin', o.sale_context #>> '{admin,status}', 'credit', o.sale_context #>> '{credit_override,status}'
        )
    ) END AS "workflowContext",
    sale_state(o.quotation_state, o.sale_state) AS "workflowState", theirs('Address', o.address_id) AS "deliveryAddressId",
    o.receiver AS "receiverName", o.phone AS "receiverPhone", o.notes AS "deliveryNotes",
    CASE WHEN o.fulfillment_type IN ('PICKUP', 'DELIVERY') THEN o.fulfillment_type::"FulfillmentType" END
        AS "fulfillmentType",
    o.address AS "deliveryAddress"
FROM standing o;

CREATE VIEW "Address" AS
SELECT theirs('Address', a.id) AS id, concat_ws(', ', nullif(a.address, ''), nullif(a.city, ''), nullif(a.region, ''))
        AS "formattedAddress", nullif(a.address, '') AS "streetLine1", NULL::text AS "streetLine2",
    nullif(a.city, '') AS city, nullif(a.region, '') AS state, nullif(a.postcode, '') AS "postalCode",
    a.country AS "countryCode", a.latitude, a.longitude, NULL::text AS "placeId", NULL::text AS "plusCode",
    'MANUAL'::"AddressSource" AS provider, NULL::jsonb AS "externalRaw", NULL::double precision AS confidence,
    NULL::timestamp(3) AS "verifiedAt", utc(a.at) AS "createdAt", utc(a.at) AS "updatedAt"
FROM public.delivery_address a;

CREATE VIEW "Quotation" AS
SELECT theirs('Quotation', o.quotation) AS id, o.reseller AS "resellerId", theirs('User', o.biller_id) AS "billerId",
    quotation_status(o.quotation_state) AS status, major(o.quoted, o.currency) AS "totalAmount",
    utc(o.quoted_at) AS "createdAt", utc(o.quotation_moved_at) AS "updatedAt", 'WEB'::"SaleChannel" AS channel,
    CASE WHEN o.kind = 'CONSUMER' THEN theirs('Customer', o.customer_id) END AS "consumerId", o.id AS "saleOrderId",
    theirs('Store', o.store_id) AS "storeId", o.kind::"SaleType" AS type
FROM standing o WHERE o.quotation IS NOT NULL;

CREATE VIEW "QuotationItem" AS
SELECT theirs('QuotationItem', l.id) AS id, theirs('Quotation', q.id) AS "quotationId",
    theirs('ProductVariant', l.variant_id) AS "productVariantId", l.quantity::integer AS quantity,
    major(l.unit_price, o.currency) AS "unitPrice"
FROM public.order_line l
JOIN public.sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
JOIN public.quotation q ON q.store_id = l.store_id AND q.order_id = l.order_id;

CREATE VIEW "ConsumerSale" AS
SELECT theirs('ConsumerSale', o.sale) AS id, theirs('Customer', o.customer_id) AS "customerId",
    theirs('Store', o.store_id) AS "storeId", theirs('User', o.biller_id) AS "billerId",
    sale_status(o.quotation_state, o.sale_state, o.paid >= o.worth) AS status,
    major(o.total, o.currency) AS "totalAmount", NULL::"AdjustmentType" AS "adjustmentType",
    NULL::text AS "adjustedById", utc(o.sold_at) AS "createdAt", utc(o.sale_moved_at) AS "updatedAt",
    o.id AS "saleOrderId", 'WEB'::"SaleChannel" AS channel, theirs('Quotation', o.quotation) AS "quotationId"
FROM standing o WHERE o.kind = 'CONSUMER' AND o.sale IS NOT NULL;

CREATE VIEW "ResellerSale" AS
SELECT theirs('ResellerSale', o.sale) AS id, o.reseller AS "resellerId", theirs('User', o.biller_id) AS "billerId",
    theirs('Store', o.store_id) AS "storeId", theirs('Quotation', o.quotation) AS "quotationId",
    sale_status(o.quotation_state, o.sale_state, o.paid >= o.worth) AS status,
    major(o.total, o.currency) AS "totalAmount",
    acting(q.context ->> 'seller_approved_by') AS "approvedById",
    utc((q.context ->> 'seller_approved_at')::timestamptz) AS "approvedAt",
    utc(o.sold_at) AS "createdAt", utc(o.sale_moved_at) AS "updatedAt", o.id AS "SaleOrderid"
FROM standing o
JOIN public.quotation q ON q.store_id = o.store_id AND q.id = o.quotation
WHERE o.kind = 'RESELLER' AND o.sale IS NOT NULL;

CREATE VIEW "ConsumerSaleItem" AS
SELECT theirs('ConsumerSaleItem', l.id) AS id, theirs('ConsumerSale', s.id) AS "consumerSaleId",
    theirs('ProductVariant', l.variant_id) AS "productVariantId", l.quantity::integer AS quantity,
    major(l.unit_price, o.currency) AS "unitPrice"
FROM public.order_line l
JOIN public.sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
JOIN public.sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
JOIN public.customer c ON c.id = o.customer_id AND c.kind = 'CONSUMER';

CREATE VIEW "ResellerSaleItem" AS
SELECT theirs('ResellerSaleItem', l.id) AS id, theirs('ResellerSale', s.id) AS "resellerSaleId",
    theirs('ProductVariant', l.variant_id) AS "productVariantId", l.quantity::integer AS quantity,
    major(l.unit_price, o.currency) AS "unitPrice"
FROM public.order_line l
JOIN public.sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
JOIN public.sale s ON s.store_id = l.store_id AND s.order_id = l.order_id
JOIN public.customer c ON c.id = o.customer_id AND c.kind = 'RESELLER';

-- The moves of sales; they were logged there by the state alone, and are here with who made them.
CREATE VIEW "SaleOrderTransitionLog" AS
SELECT l.instance_id || ':' || l.step AS id, order_id(o) AS "saleOrderId",
    CASE WHEN l.from_state IS NOT NULL THEN sale_state(NULL, l.from_state) END AS "fromState",
    sale_state(NULL, l.to_state) AS "toState", l.event,
    jsonb_build_object('actor', l.actor, 'onBehalfOf', l.on_behalf_of, 'reason', l.reason) AS metadata,
    utc(l.at) AS "occurredAt"
FROM public.transition_log l JOIN public.sale_order o ON o.store_id = l.store_id AND o.id = l.order_id
WHERE l.machine = 'sale';

CREATE VIEW "OutboxEvent" AS
SELECT e.id::text AS id, e.type, 'SaleOrder'::text AS "aggregateType", order_id(o) AS "aggregateId",
    e.data::jsonb AS payload, 'PUBLISHED'::"OutboxStatus" AS status, 0 AS "retryCount",
    NULL::timestamp(3) AS "deliverAfter", NULL::text AS "lastError", utc(e.at) AS "createdAt", utc(e.at) AS "updatedAt"
FROM public.outbox e JOIN public.sale_order o ON o.store_id = e.store_id AND o.id = e.order_id;
