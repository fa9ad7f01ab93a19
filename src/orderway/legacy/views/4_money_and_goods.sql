-- A refund was a confirmed payment of a negative amount there; what a provider took back is told in the same way.
CREATE VIEW paid AS
SELECT p.store_id, p.order_id, p.buyer_kind, p.currency, p.method, p.id AS payment,
    theirs(initcap(p.buyer_kind) || 'Payment', p.id) AS id, p.amount, p.reference,
    (CASE p.state WHEN 'PENDING' THEN 'PENDING' WHEN 'FAILED' THEN 'FAILED' ELSE 'CONFIRMED' END)::"PaymentStatus"
        AS status,
    p.listed_at AS at
FROM public.payment p
UNION ALL
SELECT p.store_id, p.order_id, p.buyer_kind, p.currency, p.method, NULL,
    back.word || '-' || theirs(initcap(p.buyer_kind) || 'Payment', p.id), -back.amount,
    back.word || '-' || theirs(initcap(p.buyer_kind) || 'Payment', p.id), 'CONFIRMED', p.moved_at
FROM public.payment p
CROSS JOIN LATERAL (VALUES ('REFUND', p.refunded), ('REVERSAL', p.reversed)) AS back (word, amount)
WHERE back.amount > 0;

CREATE VIEW "ConsumerPayment" AS
SELECT p.id, theirs('ConsumerSale', s.id) AS "consumerSaleId", major(p.amount, p.currency) AS amount,
    paid_by(p.method) AS method, utc(p.at) AS "receivedAt", p.reference, order_id(o) AS "saleOrderId", p.status,
    r.bucket AS "receiptBucket", r.key AS "receiptKey", NULL::text AS "receiptUrl" -- made anew for each who may see it
FROM paid p
JOIN public.sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
LEFT JOIN public.sale s ON s.store_id = p.store_id AND s.order_id = p.order_id
LEFT JOIN LATERAL (
    SELECT r.bucket, r.key FROM public.payment_receipt r
    WHERE r.store_id = p.store_id AND r.payment_id = p.payment ORDER BY r.uploaded_at LIMIT 1
) r ON true
WHERE p.buyer_kind = 'CONSUMER';

CREATE VIEW "ResellerPayment" AS
SELECT p.id, reseller(c) AS "resellerId", theirs('ResellerSale', s.id) AS "resellerSaleId",
    major(p.amount, p.currency) AS amount, paid_by(p.method) AS method, p.reference, utc(p.at) AS "receivedAt",
    acting((SELECT l.actor FROM public.transition_log l
        WHERE l.store_id = p.store_id AND l.instance_id = p.payment AND l.step = 0)) AS "receivedById",
    order_id(o) AS "saleOrderId", p.status, r.bucket AS "receiptBucket", r.key AS "receiptKey",
    NULL::text AS "receiptUrl"
FROM paid p
JOIN public.sale_order o ON o.store_id = p.store_id AND o.id = p.order_id
JOIN public.customer c ON c.id = o.customer_id
LEFT JOIN public.sale s ON s.store_id = p.store_id AND s.order_id = p.order_id
LEFT JOIN LATERAL (
    SELECT r.bucket, r.key FROM public.payment_receipt r
    WHERE r.store_id = p.store_id AND r.payment_id = p.payment ORDER BY r.uploaded_at LIMIT 1
) r ON true
WHERE p.buyer_kind = 'RESELLER';

-- Services were no fulfillments there. The receiver's PIN stays with us.
CREATE VIEW "Fulfillment" AS
SELECT theirs('Fulfillment', o.fulfillment) AS id, o.id AS "saleOrderId", o.fulfillment_type::"FulfillmentType" AS type,
    theirs('User', o.rider_id) AS "deliveryPersonnelId", o.address AS "deliveryAddress",
    fulfillment_status(o.fulfillment_state) AS status,
    major((o.fulfillment_context ->> 'cost')::bigint, o.currency) AS cost, NULL::text AS "confirmationPin",
    utc(o.fulfillment_created_at) AS "createdAt", utc(o.fulfillment_moved_at) AS "updatedAt",
    jsonb_build_object('orderId', o.id, 'attempts', (o.fulfillment_context ->> 'attempts')::integer,
        'carrier', o.fulfillment_context ->> 'carrier', 'tracking', o.fulfillment_context ->> 'tracking')
        AS "workflowContext",
    fulfillment_state(o.fulfillment_state) AS "workflowState",
    CASE WHEN o.rider_id IS NOT NULL THEN utc(i.moved_at) END AS "costAcceptedAt",
    (CASE WHEN o.rider_id IS NULL THEN 'PENDING' ELSE 'ACCEPTED' END)::"FulfillmentCostStatus" AS "costStatus",
    (CASE WHEN coalesce(paid.out, 0) = 0 THEN 'UNPAID' WHEN paid.out < (o.fulfillment_context ->> 'cost')::bigint
        THEN 'PARTIAL' ELSE 'PAID' END)::"FulfillmentPaymentStatus" AS "paymentStatus",
    theirs('Address', o.address_id) AS "deliveryAddressId", o.receiver AS "receiverName", o.phone AS "receiverPhone",
    o.notes AS "deliveryNotes"
FROM standing o
LEFT JOIN public.rider_interest i ON i.store_id = o.store_id AND i.fulfillment_id = o.fulfillment AND i.state = 'ASSIGNED'
LEFT JOIN LATERAL (
    SELECT -sum(l.amount) AS out FROM public.rider_ledger l
    WHERE l.store_id = o.store_id AND l.fulfillment_id = o.fulfillment AND l.kind = 'PAID'
) paid ON true
WHERE o.fulfillment IS NOT NULL AND o.fulfillment_type IN ('PICKUP', 'DELIVERY');

CREATE VIEW "FulfillmentPayment" AS
SELECT theirs('FulfillmentPayment', l.id) AS id, theirs('Fulfillment', l.fulfillment_id) AS "fulfillmentId",
    major(-l.amount, l.currency) AS amount,
    l.method, l.reference, utc(l.at) AS "receivedAt", theirs('User', l.rider_id) AS "receivedById",
    NULL::text AS notes, utc(l.at) AS "createdAt", utc(l.at) AS "updatedAt"
FROM public.rider_ledger l WHERE l.kind = 'PAID';

CREATE VIEW "FulfillmentRiderInterest" AS
SELECT theirs('FulfillmentRiderInterest', i.id) AS id, theirs('Fulfillment', i.fulfillment_id) AS "fulfillmentId",
    theirs('User', i.rider_id) AS "riderId", i.state::"FulfillmentRiderInterestStatus" AS status,
    nullif(i.context ->> 'message', '') AS message, (i.context ->> 'eta_minutes')::integer AS "etaMinutes",
    utc((i.context ->> 'expires_at')::timestamptz) AS "expiresAt", utc(i.created_at) AS "createdAt",
    utc(i.moved_at) AS "updatedAt",
    major((i.context ->> 'proposed_cost')::bigint, i.context ->> 'currency') AS "proposedCost"
FROM public.rider_interest i;

CREATE VIEW "FulfillmentTransitionLog" AS
SELECT l.instance_id || ':' || l.step AS id, theirs('Fulfillment', l.instance_id) AS "fulfillmentId",
    CASE WHEN l.from_state IS NOT NULL THEN fulfillment_state(l.from_state) END AS "fromState",
    fulfillment_state(l.to_state) AS "toState", l.event,
    jsonb_build_object('actor', l.actor, 'onBehalfOf', l.on_behalf_of, 'reason', l.reason) AS metadata,
    utc(l.at) AS "occurredAt"
FROM public.transition_log l WHERE l.machine = 'fulfillment';

CREATE VIEW "SalesReturn" AS
SELECT theirs('SalesReturn', r.id) AS id, c.kind::"SaleType" AS type,
    CASE WHEN c.kind = 'CONSUMER' THEN theirs('ConsumerSale', s.id) END AS "consumerSaleId",
    CASE WHEN c.kind = 'RESELLER' THEN theirs('ResellerSale', s.id) END AS "resellerSaleId",
    acting(r.requested_by) AS "returnedById", acting(r.closed_by) AS "receivedById",
    theirs('Store', r.store_id) AS "storeId",
    (CASE r.status WHEN 'REQUESTED' THEN 'PENDING' WHEN 'RECEIVED' THEN 'FULFILLED' ELSE r.status END)::"ReturnStatus"
        AS status,
    (CASE WHEN a.region ILIKE 'lagos%' THEN 'LAGOS' ELSE 'OUTSIDE_LAGOS' END)::"ReturnLocation" AS "returnLocation",
    false AS "isApprovedLate", acting(r.accepted_by) AS "approvedById", utc(r.requested_at) AS "createdAt",
    utc(greatest(r.requested_at, r.accepted_at, r.closed_at, r.refunded_at)) AS "updatedAt"
FROM public.sales_return r
JOIN public.sale_order o ON o.store_id = r.store_id AND o.id = r.order_id
JOIN public.customer c ON c.id = o.customer_id
JOIN public.sale s ON s.store_id = r.store_id AND s.order_id = r.order_id
LEFT JOIN public.delivery_address a ON a.store_id = o.store_id AND a.order_id = o.id AND a.id = o.address_id;

CREATE VIEW "SalesReturnItem" AS
SELECT l.return_id || ':' || l.line_id || coalesce(':' || g.condition, '') AS id,
    theirs('SalesReturn', l.return_id) AS "salesReturnId", theirs('ProductVariant', o.variant_id) AS "productVariantId",
    coalesce(g.quantity, l.quantity)::integer AS quantity, coalesce(g.condition, '') AS condition
FROM public.return_line l
JOIN public.order_line o ON o.store_id = l.store_id AND o.id = l.line_id
LEFT JOIN public.returned_goods g ON g.store_id = l.store_id AND g.return_id = l.return_id AND g.line_id = l.line_id;
