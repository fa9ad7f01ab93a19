"""What people change there of what was laid is followed where nobody changed it here, and nothing else is written."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from tests.legacy.olist.imported import ask
from tests.legacy.predecessor.bringing import bring, change, whole, wrong
from tests.legacy.predecessor.sample import counts, run, told

from orderway.app import make_workflow, the_laws
from orderway.flags.flags import ALL_ON, Flags, Store
from orderway.flags.followers import Fixed
from orderway.legacy.predecessor.following import Apart, Value, told_apart
from orderway.legacy.predecessor.ground import Ground, lay, settle
from orderway.legacy.predecessor.source import opened
from orderway.settings import Settings
from orderway.workflow.kinds import Connection
from orderway.workflow.verify import verify

Row = tuple[Any, ...]

NOW = datetime(2025, 11, 21, 9, tzinfo=UTC)
LATER = datetime(2025, 11, 22, 9, tzinfo=UTC)

THEIRS = """
INSERT INTO "Role" ("id", "name") VALUES ('s', 'SUPERADMIN'), ('m', 'MANAGER'), ('b', 'BILLER'), ('r', 'RESELLER'),
    ('d', 'RIDER');
INSERT INTO "User" ("id", "email", "roleId", "createdAt", "isEmailVerified")
SELECT id, id || '@example.com', role, '2024-01-01', true FROM (VALUES
    ('boss', 's'), ('ada', 'm'), ('ben', 'b'), ('rider', 'd'), ('shop', 'r'), ('waits', 'r'), ('denied', 'r')
) AS g (id, role);
INSERT INTO "Store" ("id", "name", "isMain", "managerId") VALUES
    ('s1', 'Ikeja', true, 'ada'), ('s2', 'Apapa', false, 'ada');
INSERT INTO "ResellerProfile" ("userId", "tier", "creditLimit", "outstandingBalance", "isActive", "profileStatus",
    "requestedAt", "activatedAt", "companyName", "contactPersonName", "contactPhone", "billerId")
SELECT id, 'BRONZE', 1000, 0, true, status, '2024-02-01', NULL, 'Shop ' || id, 'Chidi', '+234 800 1', 'ben'
FROM (VALUES ('shop', 'ACTIVE'), ('waits', 'PENDING'), ('denied', 'PENDING')) AS g (id, status);
INSERT INTO "Customer" ("id", "fullName", "phone", "email", "preferredStoreId") VALUES
    ('c1', 'Ngozi', '+2348002', NULL, 's1');
INSERT INTO "Product" ("id", "name") VALUES ('p', 'Lamp');
INSERT INTO "ProductVariant" ("id", "productId", "price", "resellerPrice", "name", "legacyArticleCode") VALUES
    ('v1', 'p', 20, 20, 'red', 'RED'), ('v2', 'p', 20, 18, 'blue', 'BLUE'), ('v3', NULL, 5, 5, 'Bulb', 'BULB');
INSERT INTO "ProductVariantTierPrice" VALUES ('t1', 'v1', 'GOLD', 15), ('t2', 'v2', 'GOLD', 15);
INSERT INTO "Stock" ("id", "storeId", "productVariantId", "quantity", "reserved", "reorderPoint") VALUES
    ('k1', 's1', 'v1', 10, 4, 3), ('k2', 's2', 'v1', 5, 0, NULL), ('k3', 's1', 'v2', 5, 0, NULL),
    ('k4', 's1', 'v3', 0, 0, NULL);
INSERT INTO "RiderCoverageArea" ("id", "riderId", "storeId", "serviceRadiusKm") VALUES ('a1', 'rider', 's1', 7.5),
    ('a2', 'rider', 's2', NULL);
"""

CHANGED = """
UPDATE "Store" SET "name" = 'Ikeja mall', "managerId" = 'ben' WHERE id = 's1';
UPDATE "User" SET "roleId" = 'm', "email" = 'benjamin@example.com' WHERE id = 'ben';
UPDATE "User" SET "roleId" = 'b' WHERE id = 'boss';
UPDATE "ResellerProfile" SET "tier" = 'GOLD', "creditLimit" = 2500.5, "companyName" = 'Big shop', "isActive" = false
WHERE "userId" = 'shop';
UPDATE "ResellerProfile" SET "profileStatus" = 'ACTIVE', "activatedAt" = '2024-03-01' WHERE "userId" = 'waits';
UPDATE "ResellerProfile" SET "profileStatus" = 'REJECTED', "rejectedAt" = '2024-03-01' WHERE "userId" = 'denied';
UPDATE "Customer" SET "fullName" = 'Ngozi Obi', "phone" = '+2348003', "preferredStoreId" = 's2';
UPDATE "Product" SET "name" = 'Desk lamp';
UPDATE "ProductVariant" SET "price" = 22, "name" = 'crimson' WHERE id = 'v1';
UPDATE "ProductVariant" SET "price" = 21 WHERE id = 'v2';
UPDATE "ProductVariant" SET "name" = 'LED bulb' WHERE id = 'v3';
UPDATE "ProductVariantTierPrice" SET "price" = 14 WHERE "id" = 't1';
DELETE FROM "ProductVariantTierPrice" WHERE "id" = 't2';
UPDATE "Stock" SET "quantity" = 12, "reorderPoint" = 4 WHERE "id" = 'k1';
UPDATE "Stock" SET "quantity" = 1 WHERE "id" = 'k2';
UPDATE "Stock" SET "quantity" = 6 WHERE "id" = 'k3';
UPDATE "RiderCoverageArea" SET "serviceRadiusKm" = NULL WHERE "id" = 'a1';
DELETE FROM "RiderCoverageArea" WHERE "id" = 'a2';
"""
FOLLOWED = {
    "a consumer: the name": 1, "a consumer: the store": 1, "a consumer: the telephone number": 1,
    "a person: the e-mail address": 1, "a person: the roles": 1, "a person: the stores": 2,
    "a person: whether they are let in": 1, "a product: the name": 2, "a reseller: the credit limit": 1,
    "a reseller: the name": 1, "a reseller: the tier": 1, "a shelf: the reorder point": 1,
    "a shelf: what is free beside the orders that came over": 3, "a store: the name": 1, "a variant: the name": 1,
    "a variant: the price": 7, "an application: the decision": 2, "an area of a rider: the radius": 2,
}  # fmt: skip
LAST = (
    '"User" boss: They changed the roles to “BILLER”, which was not followed: Somebody has to be left who may do'
    " everything."
)
PEOPLE = """
SELECT p.email, p.disabled_at IS NULL, array_agg(DISTINCT r.name), array_agg(DISTINCT s.code) FROM person p
LEFT JOIN person_role h ON h.person_id = p.id LEFT JOIN role r ON r.id = h.role_id
LEFT JOIN person_store w ON w.person_id = p.id LEFT JOIN store s ON s.id = w.store_id
GROUP BY p.id ORDER BY p.email
"""
BUYERS = """
SELECT c.source_ref, c.name, c.phone, s.code, b.email, k.tier, k.custom_limit FROM customer c
LEFT JOIN store s ON s.id = c.default_store_id LEFT JOIN person b ON b.id = c.biller_id
LEFT JOIN credit_profile k ON k.customer_id = c.id ORDER BY c.source_ref
"""
APPLIED = """
SELECT a.email, d.outcome, c.source_ref, d.at::date::text FROM reseller_application a
JOIN reseller_decision d ON d.application_id = a.id LEFT JOIN customer c ON c.id = d.customer_id ORDER BY 1
"""
GOODS = """
SELECT p.name, v.name, v.sku, v.price, coalesce(l.prices, '') FROM variant v JOIN product p ON p.id = v.product_id
LEFT JOIN LATERAL (
    SELECT string_agg(t.tier || ' ' || e.price, ', ' ORDER BY t.tier) AS prices FROM list_price e
    JOIN price_list t ON t.id = e.list_id WHERE e.variant_id = v.id
) l ON true ORDER BY v.sku
"""
SHELVES = """
SELECT t.code, v.sku, s.quantity, s.reorder_point, m.quantity, m.note FROM stock s JOIN variant v ON v.id = s.variant_id
JOIN store t ON t.id = s.store_id LEFT JOIN movement m ON m.store_id = s.store_id AND m.variant_id = s.variant_id
    AND m.kind = 'ADJUSTMENT' AND m.actor = 'import:legacy' ORDER BY 1, 2
"""
AREAS = "SELECT s.code, c.radius_km FROM rider_coverage c JOIN store s ON s.id = c.store_id"
# What was changed on the second day, as the logs of the house have it.
WRITTEN = """
SELECT what FROM people_change WHERE at = $1 AND actor = $2 AND reason = $3
UNION ALL SELECT what FROM customer_change WHERE at = $1 AND actor = $2 AND reason = $3
UNION ALL SELECT 'TERMS' FROM credit_terms_change WHERE at = $1 AND actor = $2 AND reason = $3
ORDER BY 1
"""


@pytest.mark.parametrize(
    ("laid", "here", "there", "apart"),
    [
        (1, 1, 1, Apart({}, {}, {})),
        (1, 1, 2, Apart({"price": 2}, {}, {})),
        (1, 3, 1, Apart({}, {}, {})),
        (1, 2, 2, Apart({}, {"price": 2}, {})),
        (1, 3, 2, Apart({}, {}, {"price": 2})),
        (None, None, 2, Apart({"price": 2}, {}, {})),
        (1, 1, None, Apart({"price": None}, {}, {})),
    ],
    ids=["nobody", "they", "we", "both alike", "both", "new there", "gone there"],
)
def test_it_is_told_who_changed_a_value(laid: Value, here: Value, there: Value, apart: Apart):
    assert told_apart({"price": laid}, {"price": here}, {"price": there, "never laid": 7}) == apart


def test_what_was_not_laid_is_not_followed():
    assert told_apart({}, {"name": "Ada"}, {"name": "Adaeze"}) == Apart({}, {}, {})


async def follow(url: str, connection: Connection, *, at: datetime = LATER, flags: Flags = ALL_ON) -> Ground:
    """What an import does of the ground, before its orders and after them."""
    workflow = make_workflow(Settings({}), flags)
    async with opened(url) as source:
        ground = await lay(source, connection, at=at, workflow=workflow)
        return await settle(source, connection, ground, at=at, workflow=workflow)


def said(ground: Ground) -> list[str]:
    return [f"{each.where}: {each.sentence}" for each in ground.findings if "CONSUMER_PRICE" not in each.where]


@pytest.fixture
async def connection(bare_url: str, pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """Of a database in which it was laid."""
    await run(bare_url, THEIRS)
    async with pool.acquire() as connection:
        ground = await follow(bare_url, connection, at=NOW)
        assert (said(ground), ground.followed) == ([], {})
        yield connection


async def test_what_changed_there_alone_is_followed_and_written_down(bare_url: str, connection: Connection):
    await run(bare_url, CHANGED)
    ground = await follow(bare_url, connection)
    assert (said(ground), ground.followed) == ([LAST], FOLLOWED)
    assert await told(connection, PEOPLE) == [
        ("ada@example.com", True, ["MANAGER"], ["A"]),
        ("benjamin@example.com", True, ["MANAGER"], ["I"]),
        ("boss@example.com", True, ["SUPERADMIN"], [None]),
        ("rider@example.com", True, ["RIDER"], [None]),
        ("shop@example.com", False, ["RESELLER"], [None]),
        ("waits@example.com", True, ["RESELLER"], [None]),
    ]
    assert await told(connection, BUYERS) == [
        ("c1", "Ngozi Obi", "+2348003", "A", None, None, None),
        ("shop", "Big shop", "+2348001", "I", "benjamin@example.com", "GOLD", 250_050),
        ("waits", "Shop waits", "+2348001", "I", "benjamin@example.com", "BRONZE", 100_000),
    ]
    assert await told(connection, APPLIED) == [
        ("denied@example.com", "DECLINED", None, "2024-03-01"),
        ("waits@example.com", "APPROVED", "waits", "2024-03-01"),
    ]
    assert await told(connection, GOODS) == [
        ("Desk lamp", "blue", "BLUE", 2100, "BRONZE 1800, GOLD 1800, PLATINUM 1800, SILVER 1800"),
        ("LED bulb", "", "BULB", 500, ""),
        ("Desk lamp", "crimson", "RED", 2200, "BRONZE 2000, GOLD 1400, PLATINUM 2000, SILVER 2000"),
    ]
    assert await told(connection, SHELVES) == [
        ("A", "RED", 1, None, -4, "The former system counts 1 free by now: 4 fewer than here."),
        ("I", "BLUE", 6, None, 1, "The former system counts 6 free by now: 1 more than here."),
        ("I", "RED", 8, 4, 2, "The former system counts 8 free by now: 2 more than here."),
    ]
    assert await told(connection, AREAS) == [("I", None)]
    written = await connection.fetch(WRITTEN, LATER, "import:legacy", "It was changed in the former system.")
    assert [row["what"] for row in written] == [
        "DISABLED", "EMAIL", "NAME", "NAME", "NAME", "PHONE", "ROLES", "STORE", "STORES", "STORES", "TERMS",
    ]  # fmt: skip
    assert (await verify(connection, make_workflow(), the_laws(), now=LATER)).findings == ()
    before = await counts(connection)
    ground = await follow(bare_url, connection)
    assert (said(ground), ground.followed) == ([LAST], {})
    assert await counts(connection) == before


HERE = """
UPDATE variant SET price = 3000 WHERE sku = 'RED'; UPDATE customer SET phone = NULL WHERE source_ref = 'c1';
UPDATE stock SET quantity = 7 WHERE reorder_point = 3;
"""
ALIKE = """
UPDATE "ProductVariant" SET "price" = 30 WHERE id = 'v1'; UPDATE "Customer" SET "phone" = NULL;
UPDATE "Stock" SET "quantity" = 11 WHERE "id" = 'k1';
"""
ONLY = """
SELECT (SELECT price FROM variant WHERE sku = 'RED'), (SELECT phone FROM customer WHERE source_ref = 'c1'),
    (SELECT quantity FROM stock WHERE reorder_point IS NOT NULL)
"""


async def test_what_was_changed_here_stays_and_is_named_once_it_changed_there_too(
    bare_url: str, connection: Connection
):
    await connection.execute(HERE)
    before = await counts(connection)
    assert said(await follow(bare_url, connection)) == []
    assert await counts(connection) == before
    await run(bare_url, CHANGED)
    found = said(await follow(bare_url, connection))
    assert [each.replace(" as an import left it; there it is", ",").replace(" by now", "") for each in found] == [
        LAST,
        '"Customer" c1: The telephone number was “+2348002”, “+2348003”, and here none: it stays so here.',
        '"ProductVariant" v1: The price was NGN\xa020.00, NGN\xa022.00, and here NGN\xa030.00: it stays so here.',
        '"Stock" k1: What is free beside the orders that came over was 6, 8, and here 7: it stays so here.',
    ]
    assert await told(connection, ONLY) == [(3000, None, 7)]
    await run(bare_url, ALIKE)
    assert said(await follow(bare_url, connection)) == [LAST]
    await run(bare_url, CHANGED)
    ground = await follow(bare_url, connection)
    assert (said(ground), len(ground.followed)) == ([LAST], 3)
    assert await told(connection, ONLY) == [(2200, "+2348003", 8)]


OPENED = """
INSERT INTO "ProductVariant" ("id", "price", "resellerPrice", "name", "legacyArticleCode") VALUES
    ('v4', 9, 9, 'New', 'NEW');
INSERT INTO "Stock" ("id", "storeId", "productVariantId", "quantity", "reserved") VALUES
    ('k5', 's1', 'v4', 2, 0), ('k6', 's2', 'v4', 2, 0);
"""


async def test_a_store_in_which_orderway_sells_follows_neither_stock_nor_prices(bare_url: str, connection: Connection):
    await run(bare_url, CHANGED + OPENED)
    before = await told(connection, GOODS)
    stores = {row["id"]: Store(row["code"]) for row in await connection.fetch("SELECT id, code FROM store")}
    flags = Fixed.of({"ORDERWAY_FLAG_SALES": "store:I"}).flags
    flags.learn(stores, ["MANAGER"])
    ground = await follow(bare_url, connection, flags=flags)
    assert [row[3:] for row in await told(connection, GOODS) if row[2] != "NEW"] == [row[3:] for row in before]
    assert [row[:4] for row in await told(connection, SHELVES)] == [
        ("A", "NEW", 2, None), ("A", "RED", 1, None), ("I", "BLUE", 5, None), ("I", "RED", 6, 3),
    ]  # fmt: skip
    left = "It was left out: its store is switched on here, and counts its shelves itself."
    assert [each for each in said(ground) if each.startswith('"Stock"')] == [f'"Stock" k5: {left}']
    named = [each for each in said(ground) if "price" in each]
    prices = "NGN\xa022.00 there by now, and NGN\xa020.00 here"
    assert named[0] == f'"ProductVariant" v1: The price is {prices}: stores are switched on here, so it stays.'
    assert (len(named), ground.followed["a product: the name"]) == (7, 2)


PUT_BACK, KEPT = "05b03650-f8fc-539f-9f7a-ab6720ec21ee", "0213958c-0c4f-551c-ad08-c50863e8d300"
SOLD = """
SELECT "saleOrderId" AS of_order, "storeId" AS store, "productVariantId" AS variant, quantity
FROM "ConsumerSaleItem" i JOIN "ConsumerSale" s ON s.id = i."consumerSaleId"
"""
STOCK = f"""
INSERT INTO "Stock" ("id", "storeId", "productVariantId", "quantity", "reserved", "createdAt", "updatedAt")
SELECT store || variant, store, variant, 50, sum(quantity), now(), now() FROM ({SOLD}) sold GROUP BY store, variant;
"""
BACK = f"""
UPDATE "Stock" SET reserved = reserved - sold.quantity FROM ({SOLD}) sold
WHERE of_order = '{PUT_BACK}' AND store = "storeId" AND variant = "productVariantId"
"""
CANCELLED = f"UPDATE \"SaleOrder\" SET status = 'CANCELLED' WHERE id IN ('{PUT_BACK}', '{KEPT}')"
FREE_THERE = 'SELECT id, (quantity - reserved)::bigint FROM "Stock" ORDER BY 1'
FREE_HERE = """
SELECT i.theirs, s.quantity - s.reserved FROM legacy_id i JOIN legacy_id t ON t.kind = 'Store'
JOIN stock s ON s.store_id = t.ours AND s.variant_id = i.ours WHERE i.kind = 'Stock' AND starts_with(i.theirs, t.theirs)
ORDER BY 1
"""
ADJUSTED = "SELECT -sum(quantity)::bigint, count(*) FROM movement WHERE kind = 'ADJUSTMENT' AND actor = 'import:legacy'"


def test_what_orders_account_for_is_no_correction_and_what_is_left_is_one(brought_url: str, changing_url: str):
    """Two are cancelled there: the goods of one were put back on the shelf, those of the other were not."""
    asyncio.run(change(changing_url, STOCK))
    bring(brought_url, changing_url)
    assert ask(brought_url, FREE_HERE) == ask(changing_url, FREE_THERE)
    asyncio.run(change(changing_url, CANCELLED, BACK))
    _, told_of_it = bring(brought_url, changing_url)
    assert ask(brought_url, FREE_HERE) == ask(changing_url, FREE_THERE)
    pieces = f"SELECT sum(quantity), count(DISTINCT (store, variant)) FROM ({SOLD}) sold WHERE of_order = $1"
    ((sold, shelves),) = ask(changing_url, pieces, KEPT)
    assert (sold, shelves) == (2, 2)
    assert ask(brought_url, ADJUSTED) == [(sold, shelves)]
    assert f"{shelves:>8,}  a shelf: what is free beside the orders that came over\n" in told_of_it
    before = whole(brought_url)
    bring(brought_url, changing_url)
    assert whole(brought_url) == before
    assert asyncio.run(wrong(brought_url)) == ()
