"""The day that is promised stands beside a sale and a fulfillment, where lists judge by it: that of the address."""

from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import DOOR, LAGOS, Order, Shop, shirts

from orderway.database import connect, engine
from orderway.delivery.keeping import keep
from orderway.migrations import migrate
from orderway.workflow.actor import THE_SYSTEM
from orderway.workflow.transaction import Transaction

MONDAY, TUESDAY = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 10, tzinfo=UTC)
DAYS = """
SELECT (SELECT promised_at FROM sale WHERE order_id = $1), (SELECT promised_at FROM fulfillment WHERE order_id = $1)
"""


async def promise(order: Order, day: datetime | None) -> None:
    """Give the order another address, with or without a day."""

    async def work(tx: Transaction) -> None:
        await tx.lock(LAGOS, order.id)
        await keep(tx, replace(DOOR, promised_at=day))

    await order.shop.runner.run(work, actor=THE_SYSTEM)


async def days(order: Order) -> tuple[datetime | None, ...]:
    """The days that its sale and its fulfillment say are promised."""
    return await order.shop.row(DAYS, order.id)


async def test_a_sale_and_a_fulfillment_are_born_with_the_day_of_the_address(shop: Shop):
    order = await shop.order(shirts(1))
    await promise(order, TUESDAY)
    await promise(order, MONDAY)
    await shop.agree(order)
    assert await days(order) == (MONDAY, None)
    await order.pay(order.total)
    assert await days(order) == (MONDAY, MONDAY)
    assert await shop.findings() == []


async def test_another_address_brings_its_own_day(shop: Shop):
    order, other = await shop.paid(shirts(1)), await shop.paid(shirts(1))
    await promise(other, MONDAY)
    for day in (MONDAY, TUESDAY, None, TUESDAY):
        await promise(order, day)
        assert await days(order) == (day, day)
    assert await days(other) == (MONDAY, MONDAY)
    assert await shop.findings() == []


async def test_a_day_that_is_written_by_hand_is_put_right(shop: Shop):
    order = await shop.paid(shirts(1))
    await promise(order, MONDAY)
    for table in ("sale", "fulfillment"):
        await shop.pool.execute(f"UPDATE {table} SET promised_at = $1", TUESDAY)
    assert await days(order) == (MONDAY, MONDAY)


def before_promised_days(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0038")


async def test_days_that_were_promised_before_are_written_beside_what_is_there(shop: Shop, database_url: str):
    promised, paid, open_ended = await shop.order(shirts(1)), await shop.paid(shirts(1)), await shop.agreed(shirts(1))
    for order in (promised, paid):
        await promise(order, MONDAY)
    await shop.agree(promised)
    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before_promised_days)
    await database.dispose()
    old = await connect(database_url)
    assert (
        await old.fetch("SELECT FROM pg_attribute WHERE attname = 'promised_at' AND attrelid = 'sale'::regclass") == []
    )
    await old.close()

    await migrate(database_url)
    async with await asyncpg.create_pool(database_url) as pool:
        now = Shop(pool, shop.now)
        found = [await days(Order(now, order.id, order.total)) for order in (promised, paid, open_ended)]
        assert found == [(MONDAY, None), (MONDAY, MONDAY), (None, None)]
        assert await now.findings() == []
