"""What can not be laid as it stood there is named, with what came of it; what people changed here since stays so."""

from datetime import UTC, datetime

import asyncpg
from tests.legacy.predecessor.sample import counts, run, told

from orderway.app import make_workflow, the_laws
from orderway.legacy.predecessor.ground import lay
from orderway.legacy.predecessor.source import opened
from orderway.people.accounts import NewPerson, add_person
from orderway.people.roles import seed_roles
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.verify import verify

NOW = datetime(2025, 11, 21, 9, tzinfo=UTC)

THEIRS = """
INSERT INTO "Role" ("id", "name") VALUES ('m', 'MANAGER'), ('b', 'BILLER'), ('r', 'RESELLER'), ('d', 'RIDER'),
    ('x', 'AUDITOR');
INSERT INTO "User" ("id", "email", "roleId", "createdAt", "isEmailVerified")
SELECT id, email, role, '2024-01-01', true FROM (VALUES
    ('ada', 'Ada@example.com', 'm'), ('ada2', 'ada@example.com', 'b'), ('audit', 'audit@example.com', 'x'),
    ('nomail', 'nobody', 'b'), ('owner', 'owner@example.com', 'm'), ('self', 'self@example.com', 'b'),
    ('rider', 'rider@example.com', 'd'), ('shop', 'shop@example.com', 'r'), ('idle', 'idle@example.com', 'r'),
    ('waits', 'waits@example.com', 'r'), ('denied', 'denied@example.com', 'r'), ('sly', 'sly@example.com', 'r')
) AS g (id, email, role);
INSERT INTO "Store" ("id", "name", "isMain", "managerId") VALUES ('s1', 'Ikeja 2', true, 'ada'),
    ('s2', 'Ikeja 2', false, 'owner');
INSERT INTO "ResellerProfile" ("userId", "tier", "creditLimit", "outstandingBalance", "isActive", "profileStatus",
    "requestedAt", "rejectedAt", "rejectionReason", "companyName", "contactPersonName", "contactPhone", "billerId")
SELECT id, tier, credit, 0, active, status, '2024-02-01', declined::timestamp, why, 'Shop ' || id, name, '+234 800 1',
    NULL
FROM (VALUES
    ('shop', 'GOLD', 1000.005, true, 'ACTIVE', NULL, NULL, 'Chidi'),
    ('idle', 'ZERO', -1, false, 'ACTIVE', NULL, NULL, NULL),
    ('waits', 'BRONZE', 5, true, 'PENDING', NULL, NULL, 'Wole'),
    ('denied', 'BRONZE', 5, true, 'REJECTED', '2024-03-01', 'No papers.', 'Dele')
) AS g (id, tier, credit, active, status, declined, why, name);
INSERT INTO "ResellerSale" ("id", "resellerId", "storeId", "createdAt") VALUES ('rs', 'sly', 's2', '2024-05-01');
INSERT INTO "Customer" ("id", "fullName", "phone", "email", "preferredStoreId") VALUES
    ('c1', '', 'none', 'c1@example.com', 's1'), ('c2', 'Ngozi', NULL, NULL, 'lost');
INSERT INTO "Product" ("id", "name") VALUES ('p', 'Lamp');
INSERT INTO "ProductVariant" ("id", "productId", "barcode", "price", "resellerPrice", "name",
    "legacyArticleCode") VALUES
    ('v1', 'p', '111', 20, 18, 'red', 'LAMP'), ('v2', 'p', '222', 20, 20, 'blue', 'LAMP'),
    ('v3', NULL, NULL, -5, 3, 'Bulb', NULL);
INSERT INTO "ProductVariantTierPrice" VALUES ('t1', 'v1', 'GOLD', 15), ('t2', 'v1', 'ZERO', 1);
INSERT INTO "Stock" ("id", "storeId", "productVariantId", "quantity", "reserved", "reorderPoint") VALUES
    ('k1', 's1', 'v1', 10, 4, 3), ('k2', 's1', 'v2', 5, 5, NULL), ('k3', 's2', 'v1', 2, 7, NULL),
    ('k4', 's2', 'gone', 2, 0, NULL);
INSERT INTO "RiderCoverageArea" ("id", "riderId", "storeId", "serviceRadiusKm") VALUES ('a1', 'rider', 's1', 7.5),
    ('a2', 'rider', 's2', 0), ('a3', 'ada', 's1', 5);
INSERT INTO "SystemSetting" ("id", "key", "value") VALUES ('y', 'MIN_ORDER', 'secret');
INSERT INTO "Notification" ("id") VALUES ('n1'), ('n2');
"""

FOUND = [
    '"User" ada2: Another user has the address ada@example.com too: both are one person here.',
    '"User" audit: Their role is none of here: they were given none.',
    '"User" nomail: “nobody” was left out: This is not an e-mail address.',
    '"User" nomail: They were not let in: they have no address to be let in by.',
    '"User" owner: Whoever has the address owner@example.com is of the house already: what they may here stays.',
    '"User" self: Nobody has seen that self@example.com is theirs who made an account by it: it was given nothing.',
    '"Customer" c2: "preferredStoreId" points to no row of "Store": lost.',
    '"Customer" c1: “none” was left out: This is no telephone number.',
    '"ResellerProfile" idle: The tier ZERO is none of here: they are in BRONZE.',
    '"ResellerProfile" idle: Their credit limit is less than nothing: they may owe nothing.',
    '"User" sly: They bought as a reseller and have no profile as one: they may owe nothing.',
    '"ProductVariant" v2: Another variant has the code LAMP: its SKU is 222.',
    '"ProductVariant" v3: A price of -500 minor units can not be: it is 0 until somebody sets it.',
    '"ProductVariantTierPrice" t2: The tier ZERO is none of here: nobody pays by it.',
    '"Stock" k4: "productVariantId" points to no row of "ProductVariant": gone.',
    '"Stock" k3: 7 of 2 pieces are reserved: what can not be was taken for nothing.',
    '"Stock" k4: It was left out: its variant is none of here.',
    '"RiderCoverageArea" a2: It was left out: A radius is more than 0 and at most 20,015 km.',
    '"RiderCoverageArea" a3: It was left out: its rider is none of here.',
    "CONSUMER_PRICE_MARKUP_PERCENT: Consumers pay the listed prices, as they did there: the markup on them is 0 %.",
    '"Notification": 2 notices stay behind: they told of what happened there.',
    '"SystemSetting" MIN_ORDER: What it means here is not known: look whether one of the settings says it.',
    '"ResellerSale" rs: It belongs to no order: its "SaleOrderid" is empty.',
]

PEOPLE = """
SELECT p.email, p.name, p.disabled_at IS NOT NULL, array_agg(DISTINCT r.name), array_agg(DISTINCT s.code) FROM person p
LEFT JOIN person_role h ON h.person_id = p.id LEFT JOIN role r ON r.id = h.role_id
LEFT JOIN person_store w ON w.person_id = p.id LEFT JOIN store s ON s.id = w.store_id
GROUP BY p.id ORDER BY p.email
"""
BUYERS = """
SELECT c.source_ref, c.name, c.phone, s.code, p.email, k.tier, k.custom_limit FROM customer c
LEFT JOIN store s ON s.id = c.default_store_id LEFT JOIN person p ON p.id = c.person_id
LEFT JOIN credit_profile k ON k.customer_id = c.id ORDER BY c.source_ref
"""
APPLIED = """
SELECT a.email, a.name, a.company, s.code, d.outcome, d.reason, d.at::date::text FROM reseller_application a
JOIN store s ON s.id = a.store_id LEFT JOIN reseller_decision d ON d.application_id = a.id ORDER BY 1
"""
GOODS = """
SELECT p.name, v.name, v.sku, v.price, coalesce(l.prices, '') FROM variant v JOIN product p ON p.id = v.product_id
LEFT JOIN LATERAL (
    SELECT string_agg(t.tier || ' ' || e.price, ', ' ORDER BY t.tier) AS prices FROM list_price e
    JOIN price_list t ON t.id = e.list_id WHERE e.variant_id = v.id
) l ON true ORDER BY v.sku
"""
SHELVES = """
SELECT t.code, v.sku, s.quantity, s.reserved, s.reorder_point FROM stock s JOIN variant v ON v.id = s.variant_id
JOIN store t ON t.id = s.store_id ORDER BY 1, 2
"""


async def test_what_can_not_be_laid_is_named(bare_url: str, pool: asyncpg.Pool):
    await run(bare_url, THEIRS)
    async with opened(bare_url) as source, pool.acquire() as connection:
        await seed_roles(connection)
        owner = await add_person(connection, NewPerson(email="owner@example.com", name="Owner"), by=THE_SYSTEM)
        await add_person(connection, NewPerson(email="self@example.com", name="Self"), by=THE_SYSTEM)
        await connection.execute("UPDATE person SET signed_up_at = now() WHERE email = 'self@example.com'")
        ground = await lay(source, connection, at=NOW, workflow=make_workflow())
        assert [f"{each.where}: {each.sentence}" for each in ground.findings] == FOUND
        assert await told(connection, PEOPLE) == [
            ("ada@example.com", "ada", False, ["MANAGER"], ["I2"]),
            ("audit@example.com", "audit", False, [None], [None]),
            ("idle@example.com", "Shop idle", True, ["RESELLER"], [None]),
            ("owner@example.com", "Owner", False, [None], [None]),
            ("rider@example.com", "rider", False, ["RIDER"], [None]),
            ("self@example.com", "Self", False, [None], [None]),
            ("shop@example.com", "Chidi", False, ["RESELLER"], [None]),
            ("sly@example.com", "sly", False, ["RESELLER"], [None]),
        ]
        assert await told(connection, BUYERS) == [
            ("c1", "Customer c1", None, "I2", None, None, None),
            ("c2", "Ngozi", None, None, None, None, None),
            ("idle", "Shop idle", "+2348001", "I2", "idle@example.com", "BRONZE", 0),
            ("shop", "Shop shop", "+2348001", "I2", "shop@example.com", "GOLD", 100_001),
            ("sly", "sly", None, "I2-2", "sly@example.com", None, None),
        ]
        assert await told(connection, APPLIED) == [
            ("denied@example.com", "Dele", "Shop denied", "I2", "DECLINED", "No papers.", "2024-03-01"),
            ("waits@example.com", "Wole", "Shop waits", "I2", None, None, None),
        ]
        assert await told(connection, GOODS) == [
            ("Lamp", "blue", "222", 2000, ""),
            ("Lamp", "red", "LAMP", 2000, "BRONZE 1800, GOLD 1500, PLATINUM 1800, SILVER 1800"),
            ("Bulb", "", "LEGACY-v3", 0, "BRONZE 300, GOLD 300, PLATINUM 300, SILVER 300"),
        ]
        assert await told(connection, SHELVES) == [("I2", "LAMP", 6, 0, 3)]
        assert ground.people["owner"] == owner
        assert ground.people["ada"] == ground.people["ada2"]
        assert "self" not in ground.people
        assert (await verify(connection, make_workflow(), the_laws(), now=NOW)).findings == ()
        before = await counts(connection)
        await lay(source, connection, at=NOW, workflow=make_workflow())
        assert await counts(connection) == before
