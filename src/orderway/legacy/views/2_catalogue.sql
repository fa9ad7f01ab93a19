-- The catalogue keeps no times of creation: its history does.
CREATE VIEW "Product" AS
SELECT theirs('Product', p.id) AS id, p.name, nullif(p.category, '') AS description, NULL::text AS barcode,
    utc(coalesce(c.first, 'epoch')) AS "createdAt", utc(coalesce(c.last, 'epoch')) AS "updatedAt"
FROM public.product p
CROSS JOIN LATERAL (
    SELECT min(c.at) AS first, max(c.at) AS last FROM public.catalogue_change c WHERE c.product_id = p.id
) c;

-- Consumers paid `price` there, to which nothing was added; `resellerPrice` is what resellers of the lowest tier pay.
CREATE VIEW "ProductVariant" AS
SELECT theirs('ProductVariant', v.id) AS id, theirs('Product', v.product_id) AS "productId", NULL::text AS barcode,
    major(round(v.price * (100 + markup.percent) / 100.0)::bigint, v.currency) AS price,
    major(coalesce((
        SELECT l.price FROM public.list_price l JOIN public.price_list f ON f.id = l.list_id
        WHERE l.variant_id = v.id AND f.currency = v.currency AND f.tier = 'BRONZE'
    ), v.price), v.currency) AS "resellerPrice",
    utc(coalesce(c.first, 'epoch')) AS "createdAt", utc(coalesce(c.last, 'epoch')) AS "updatedAt",
    coalesce(nullif(v.name, ''), p.name) AS name, v.sku AS "legacyArticleCode"
FROM public.variant v
JOIN public.product p ON p.id = v.product_id
CROSS JOIN LATERAL (
    SELECT coalesce((SELECT s.value::integer FROM public.system_setting s
        WHERE s.name = 'CONSUMER_PRICE_MARKUP_PERCENT'), {markup}) AS percent
) markup
CROSS JOIN LATERAL (
    SELECT min(c.at) AS first, max(c.at) AS last FROM public.catalogue_change c WHERE c.variant_id = v.id
) c;

CREATE VIEW "ProductVariantTierPrice" AS
SELECT l.list_id || ':' || l.variant_id AS id, theirs('ProductVariant', l.variant_id) AS "productVariantId",
    tier(p.tier) AS tier, major(l.price, p.currency) AS price
FROM public.list_price l JOIN public.price_list p ON p.id = l.list_id
WHERE p.tier IN ('BRONZE', 'SILVER', 'GOLD', 'PLATINUM');

CREATE VIEW "Stock" AS
SELECT s.store_id || ':' || s.variant_id AS id, theirs('Store', s.store_id) AS "storeId",
    theirs('ProductVariant', s.variant_id) AS "productVariantId", s.quantity::integer AS quantity,
    s.reserved::integer AS reserved, utc(coalesce(m.first, 'epoch')) AS "createdAt",
    utc(coalesce(m.last, 'epoch')) AS "updatedAt", s.reorder_point::integer AS "reorderPoint",
    NULL::integer AS "reorderQty"
FROM public.stock s
CROSS JOIN LATERAL (
    SELECT min(m.at) AS first, max(m.at) AS last FROM public.movement m
    WHERE m.store_id = s.store_id AND m.variant_id = s.variant_id
) m;
