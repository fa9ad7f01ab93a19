"""Each part of an order says that there are others: lists of a rider's orders read those apart."""

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import SHIRT, Order, Shop, shirts
from tests.stories.test_parts import states, tell

from orderway.database import connect, engine
from orderway.fulfillment.events import Split
from orderway.migrations import migrate


async def parted(order: Order) -> list[bool]:
    rows = await order.shop.pool.fetch("SELECT parted FROM fulfillment WHERE order_id = $1 ORDER BY part", order.id)
    return [row["parted"] for row in rows]


@pytest.fixture
async def orders(shop: Shop) -> tuple[Order, Order]:
    """One in one part, and one in two."""
    await shop.stock((SHIRT, 3))
    whole, divided = await shop.paid(shirts(1)), await shop.paid(shirts(4))
    assert (await parted(whole), await parted(divided)) == ([False], [False])
    await divided.send("fulfillment", Split())
    return whole, divided


async def test_an_order_that_is_parted_says_so_of_each_part(shop: Shop, orders: tuple[Order, Order]):
    whole, divided = orders
    assert (await parted(whole), await parted(divided)) == ([False], [True, True])
    await shop.stock((SHIRT, 1))
    await tell(divided, 2, Split())
    assert await states(divided) == ["PICK_PACK", "PICK_PACK", "BACKORDERED"]
    assert await parted(divided) == [True, True, True]
    assert await shop.findings() == []


async def test_a_part_that_says_it_is_the_only_one_is_found(
    shop: Shop, orders: tuple[Order, Order], superuser_url: str
):
    _, divided = orders
    connection: asyncpg.Connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE fulfillment SET parted = false WHERE order_id = $1 AND part = 2", divided.id)
    await connection.close()
    assert await shop.findings() == [
        "orders in parts: order LAG-000002. Its part 2 says that it is the only one; parts in all: 2."
    ]


def before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0033")


async def test_what_was_parted_before_says_so_after_the_migration(
    shop: Shop, orders: tuple[Order, Order], database_url: str
):
    whole, divided = orders
    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before)
    await database.dispose()
    await migrate(database_url)
    await shop.pool.expire_connections()
    assert (await parted(whole), await parted(divided)) == ([False], [True, True])
    assert await shop.findings() == []
