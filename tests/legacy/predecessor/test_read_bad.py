"""What can not be read as it should is an oddity of its order, and no order is lost for it."""

from datetime import UTC, datetime

from tests.legacy.predecessor.sample import run

from orderway.legacy.predecessor.command import latest
from orderway.legacy.predecessor.read import count, orders
from orderway.legacy.predecessor.source import opened
from orderway.legacy.predecessor.strays import strays

ORDER = """
INSERT INTO "SaleOrder" ("id", "storeId", "billerId", "type", "status", "phase", "totalAmount", "createdAt",
    "updatedAt")
SELECT id, 's', 'u', 'CONSUMER', 'PENDING', 'SALE', 120.5, '2025-01-01', '2025-01-02' FROM unnest(ARRAY[{}]) AS g (id);
"""
DEFECTS = (
    """
INSERT INTO "Store" ("id", "name", "isMain") VALUES ('s', 'Store', true);
INSERT INTO "User" ("id", "email") VALUES ('u', 'u@example.com');
INSERT INTO "ProductVariant" ("id", "name") VALUES ('v', 'Lamp');
ALTER TABLE "ConsumerPayment" ADD COLUMN "currency" text;
"""
    + ORDER.format(
        "'broken', 'dollars', 'fine', 'huge', 'long', 'nan', 'nested', 'odd', 'reseller', 'timeless', 'twice', 'twins'"
    )
    + """
UPDATE "SaleOrder" SET "workflowContext" = '{{' WHERE "id" = 'broken';
UPDATE "SaleOrder" SET "workflowContext" = repeat('[', 100000) WHERE "id" = 'nested';
UPDATE "SaleOrder" SET "deliveryNotes" = repeat('é', 10001) WHERE "id" = 'long';
UPDATE "SaleOrder" SET "totalAmount" = 'NaN' WHERE "id" = 'nan';
UPDATE "SaleOrder" SET "totalAmount" = 1e300 WHERE "id" = 'huge';
UPDATE "SaleOrder" SET "status" = 'SHIPPED', "billerId" = 'gone', "phase" = NULL WHERE "id" = 'odd';
UPDATE "SaleOrder" SET "type" = 'WHOLESALE', "storeId" = 'nowhere' WHERE "id" = 'reseller';
UPDATE "SaleOrder" SET "createdAt" = NULL, "updatedAt" = 'infinity' WHERE "id" = 'timeless';
INSERT INTO "SaleOrder" SELECT * FROM "SaleOrder" WHERE "id" = 'twice';
INSERT INTO "ResellerSale" ("id", "SaleOrderid", "resellerId", "billerId", "storeId", "status", "totalAmount",
    "createdAt", "updatedAt") VALUES ('rs', 'reseller', 'u', 'u', 's', 'PAID', 10, '2025-01-01', '2025-01-01');
INSERT INTO "ResellerSaleItem" VALUES ('i', 'rs', 'v', 2, 5), ('j', 'rs', 'lost', 1, 0.005);
INSERT INTO "ConsumerPayment" ("id", "saleOrderId", "amount", "method", "receivedAt", "status", "currency") VALUES
    ('p', 'dollars', 1.005, 'CASH', '2025-01-03', 'CONFIRMED', 'USD'),
    ('pn', 'dollars', 9, 'CASH', '2025-01-04', 'CONFIRMED', 'NGN'),
    ('q', 'twins', 7, 'CASH', '2025-01-03', 'PENDING', 'NGN'),
    ('q', 'twins', 7, 'CASH', '2025-01-03', 'PENDING', 'NGN'),
    ('r', 'nowhere', 19.99, 'CASH', '2025-01-03', 'CONFIRMED', NULL),
    ('t', 'twice', 8, 'BARTER', '2199-01-03', 'PENDING', NULL);
INSERT INTO "ConsumerPayment" ("id", "saleOrderId", "amount", "method", "receivedAt", "status", "reference") VALUES
    ('u', 'long', 7, 'CASH', '2025-01-03', 'PENDING', repeat('r', 10000000));
INSERT INTO "ConsumerSale" ("id", "saleOrderId", "billerId", "storeId", "status", "totalAmount", "channel", "createdAt",
    "updatedAt") VALUES ('hs', 'huge', 'u', 's', 'PAID', 0, 'WEB', '2025-01-01', '2025-01-01');
INSERT INTO "ConsumerSaleItem" VALUES ('k', 'hs', 'v', 2, 1), ('m', 'hs', 'v', -3, 1);
INSERT INTO "Fulfillment" ("id", "saleOrderId", "type", "status", "costStatus", "paymentStatus", "createdAt",
    "updatedAt") SELECT id, 'twins', 'PICKUP', 'PENDING', 'PENDING', 'UNPAID', '2025-01-01', at::timestamp
    FROM (VALUES ('f', '2025-01-05'), ('g', '2025-01-04')) AS x (id, at);
INSERT INTO "FulfillmentTransitionLog" ("id", "fulfillmentId", "toState", "metadata", "occurredAt") VALUES
    ('l', 'f', 'PENDING', '[1', '2025-01-06'), ('m', 'g', 'PENDING', 'null', '2025-01-06'),
    ('n', NULL, 'PENDING', NULL, '2025-01-06');
"""
).replace("{{", "{")

ODD = {
    "broken": ['"SaleOrder" broken: "workflowContext" should be JSON, and is none.'],
    "dollars": ['"ConsumerPayment" p: "currency" is not NGN, but USD.'],
    "fine": [],
    "huge": [
        '"SaleOrder" huge: "totalAmount" can not be read: 1e+300.',
        '"SaleOrder" huge: What it comes to is not said: NGN\xa02.00 was taken from its lines.',
    ],
    "long": [
        '"SaleOrder" long: "deliveryNotes" is longer than 10,000 characters: what is beyond them was left out.',
        '"ConsumerPayment" u: "reference" is longer than 500 characters: what is beyond them was left out.',
    ],
    "nan": [
        '"SaleOrder" nan: "totalAmount" can not be read: NaN.',
        '"SaleOrder" nan: What it comes to is not said anywhere: it was taken for nothing.',
    ],
    "nested": ['"SaleOrder" nested: "workflowContext" should be JSON, and is none.'],
    "odd": [
        '"SaleOrder" odd: "billerId" points to no row of "User": gone.',
        '"SaleOrder" odd: "status" is of no known kind: SHIPPED.',
        '"SaleOrder" odd: "phase" is empty.',
    ],
    "reseller": [
        '"SaleOrder" reseller: "type" is of no known kind: WHOLESALE.',
        '"ResellerSaleItem" j: "productVariantId" points to no row of "ProductVariant": lost.',
    ],
    "timeless": [
        '"SaleOrder" timeless: "createdAt" is empty.',
        '"SaleOrder" timeless: "updatedAt" can not be read: infinity.',
    ],
    "twice": [
        '"SaleOrder" twice: Several rows have this id: the first that was created was taken.',
        '"ConsumerPayment" t: "method" is of no known kind: BARTER.',
        '"ConsumerPayment" t: "receivedAt" can not be read: 2199-01-03 00:00:00.',
    ],
    "twins": [
        '"ConsumerPayment" q: Several rows have this id: one of them was taken.',
        '"Fulfillment" f: The order has 2 such rows: the one that changed last was taken.',
        '"FulfillmentTransitionLog" l: "metadata" should be JSON, and is none.',
    ],
}


async def test_no_order_is_lost_for_what_is_wrong_with_it(bare_url: str):
    await run(bare_url, DEFECTS)
    async with opened(bare_url) as source:
        found = {order.id: order async for batch in orders(source, batch=3) for order in batch}
        assert await count(source) == len(found) == 12
        assert await latest(source) == datetime(2025, 1, 5, tzinfo=UTC)
        astray = [f"{each.where}: {each.sentence}" for each in await strays(source)]
    told = {id_: [f"{each.where}: {each.sentence}" for each in order.oddities] for id_, order in found.items()}
    assert told == ODD
    assert (found["fine"].total, found["nan"].total, found["nan"].exact_total) == (12050, 0, "NaN")
    assert found["huge"].total == 200
    assert (len(found["long"].notes or ""), len(found["long"].payments[0].reference or "")) == (10_000, 500)
    assert [(each.amount, each.exact) for each in found["dollars"].payments] == [(0, "1.005"), (900, "9")]
    reseller = found["reseller"]
    assert (reseller.type, reseller.knows_store, reseller.sale and reseller.sale.total) == ("RESELLER", False, 1000)
    assert reseller.sale is not None
    assert [item.unit_price for item in reseller.sale.items] == [500, 1]
    assert (found["timeless"].created_at.year, found["odd"].phase) == (1970, "")
    assert len(found["twins"].payments) == len(found["twice"].payments) == 1
    fulfillment = found["twins"].fulfillment
    assert fulfillment is not None
    assert (fulfillment.id, [logged.id for logged in fulfillment.log]) == ("f", ["l"])
    nowhere = 'its "saleOrderId" points to no row of "SaleOrder" (nowhere), its "consumerSaleId" is empty.'
    assert astray == [
        f'"ConsumerPayment" r: It belongs to no order: {nowhere} Its amount is 19.99.',
        '"FulfillmentTransitionLog" n: It belongs to no order: its "fulfillmentId" is empty.',
    ]
