"""The tables of the former system as views: what still reads it finds the same names, words and amounts."""

import os
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from tests.stories.conftest import shop  # noqa: F401  (a fixture)
from tests.stories.shop import LAGOS, RESELLER, Shop, person, shirts

from orderway.database import connect
from orderway.fulfillment.events import FulfillmentStarted, PackageShipped, RiderNamed
from orderway.legacy.views.serving import ViewsInvalid, create, drop, find_readers, migrate_behind
from orderway.migrations import newest
from orderway.sale.events import SetPaymentMethod
from orderway.settings import Settings
from orderway.workflow.kinds import Connection

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("ORDERWAY_DATA", ROOT.parent / "shared" / "data")) / "legacy"
COLUMNS = """
SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'v') AND c.relname ~ '^[A-Z]' AND a.attnum > 0 AND NOT a.attisdropped
"""
STANDS = 'SELECT status, phase, "workflowState", "totalAmount" FROM legacy."SaleOrder" WHERE id = $1'


async def columns(connection: Connection, schema: str) -> dict[str, str]:
    rows = await connection.fetch(COLUMNS, schema)
    # A view can not say to how many digits a time is kept: they are three all the same.
    return {row["name"]: row["type"].replace(f"{schema}.", "").replace("(3)", "") for row in rows}


async def test_every_column_is_there_by_its_name_and_type(pool: asyncpg.Pool, empty_url: str):
    if not FOLDER.is_dir():
        pytest.skip(f"Its tables are not there: {FOLDER}. Set ORDERWAY_DATA to the folder that holds legacy/.")
    former = await connect(empty_url)
    try:
        await former.execute((FOLDER / "schema.sql").read_text("utf-8"))
        expected = await columns(former, "public")
    finally:
        await former.close()
    async with pool.acquire() as connection:
        assert len(await create(connection, Settings({}))) == 30
        assert await columns(connection, "legacy") == expected


async def test_an_order_is_told_in_the_words_of_the_former_system(shop: Shop):  # noqa: F811
    async with shop.pool.acquire() as connection:
        await create(connection, Settings({}))
    await shop.stock((shirts(1).variant, 10))
    order = await shop.agreed(shirts(2, price=1050))
    id = str(order.id)
    assert await shop.row(STANDS, id) == ("PENDING", "SALE", "AWAITING_PAYMENT_METHOD", 21.0)
    await order.send("sale", SetPaymentMethod("CASH"))
    await order.pay(600)
    assert await shop.row(STANDS, id) == ("APPROVED", "SALE", "PAYMENT_PENDING_CONFIRMATION", 21.0)
    await order.pay(1500)
    assert await shop.row(STANDS, id) == ("PAID", "FULFILLMENT", "CLEARED_FOR_FULFILMENT", 21.0)
    await order.send("fulfillment", FulfillmentStarted())
    await order.send("fulfillment", RiderNamed(person("rider"), 300))
    query = 'SELECT status, "workflowState", cost, "deliveryPersonnelId" FROM legacy."Fulfillment"'
    assert await shop.row(query) == ("ASSIGNED", "RIDER_ASSIGNED", 3.0, str(person("rider")))
    await order.send("fulfillment", PackageShipped(), by="rider")
    assert await shop.row(query) == ("IN_TRANSIT", "SHIPPED", 3.0, str(person("rider")))
    query = 'SELECT amount, method, status, "saleOrderId" FROM legacy."ConsumerPayment" ORDER BY amount'
    assert [tuple(row) for row in await shop.pool.fetch(query)] == [
        (6.0, "CASH", "CONFIRMED", id), (15.0, "CASH", "CONFIRMED", id),
    ]  # fmt: skip
    assert await shop.row('SELECT "passwordHash" FROM legacy."User" LIMIT 1') == ("",)
    assert await shop.row('SELECT quantity, reserved FROM legacy."Stock"') == (8, 0)


async def test_what_was_brought_over_keeps_its_ids(shop: Shop):  # noqa: F811
    async with shop.pool.acquire() as connection:
        await create(connection, Settings({}))
    order = await shop.agreed(shirts(1), customer=RESELLER)
    await shop.pool.execute("UPDATE sale_order SET source = 'legacy', source_ref = 'order-1' WHERE id = $1", order.id)
    await shop.pool.execute("UPDATE customer SET person_id = $2 WHERE id = $1", RESELLER, person("reseller"))
    for kind, theirs, ours in (("User", "user-1", person("reseller")), ("Store", "store-1", LAGOS)):
        await shop.pool.execute("INSERT INTO legacy_id VALUES ($1, $2, $3)", kind, theirs, ours)
    query = 'SELECT "SaleOrderid", "resellerId", "storeId", status, "createdAt" FROM legacy."ResellerSale"'
    at = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001  (without a zone, as it was there)
    assert await shop.row(query) == ("order-1", "user-1", "store-1", "PENDING", at)


async def test_a_role_reads_the_views_and_nothing_else(shop: Shop, superuser_url: str):  # noqa: F811
    root = await connect(superuser_url)
    try:
        await root.execute('CREATE ROLE "the reports"')
        async with shop.pool.acquire() as connection:
            await create(connection, Settings({}), readers=["the reports"])
            await create(connection, Settings({}))
            assert await find_readers(connection) == ["the reports"]
            with pytest.raises(asyncpg.InsufficientPrivilegeError):  # nor does who owns them
                await connection.execute('UPDATE legacy."Customer" SET "fullName" = "fullName"')
        await root.execute('SET ROLE "the reports"')
        await root.execute("SET search_path = legacy")
        assert await root.fetchval('SELECT count(*) FROM "User"') == 6
        for forbidden in ("SELECT * FROM public.person", 'DELETE FROM "User"', "SELECT * FROM public.sale_order"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await root.execute(forbidden)
        await root.execute("RESET ROLE")
        async with shop.pool.acquire() as connection:
            await drop(connection)
            assert await find_readers(connection) is None
    finally:
        await root.execute("RESET ROLE")
        await root.execute('DROP OWNED BY "the reports"; DROP ROLE "the reports"')
        await root.close()


async def test_they_give_way_while_tables_change(pool: asyncpg.Pool, database_url: str):
    async with pool.acquire() as connection:
        await create(connection, Settings({}))
        await connection.execute("UPDATE alembic_version SET version_num = (SELECT '0001')")
        before = await connection.fetchval("SELECT 'legacy'::regnamespace::oid")
        with pytest.raises(Exception, match="already exists"):
            await migrate_behind(database_url)
        assert await connection.fetchval("SELECT 'legacy'::regnamespace::oid") != before
        await connection.execute("UPDATE alembic_version SET version_num = $1", newest())


async def test_a_schema_of_somebody_else_is_left_alone(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        await connection.execute("CREATE SCHEMA legacy; CREATE TABLE legacy.kept (id integer)")
        with pytest.raises(ViewsInvalid, match="a schema “legacy” that is not of Orderway"):
            await create(connection, Settings({}))
        with pytest.raises(ViewsInvalid, match="a schema “legacy” that is not of Orderway"):
            await drop(connection)
        assert await connection.fetchval("SELECT count(*) FROM legacy.kept") == 0


async def test_a_role_that_is_not_there_changes_nothing(pool: asyncpg.Pool):
    async with pool.acquire() as connection:
        with pytest.raises(ViewsInvalid, match="no role “nobody's”"):
            await create(connection, Settings({}), readers=["nobody's"])
        assert await find_readers(connection) is None
