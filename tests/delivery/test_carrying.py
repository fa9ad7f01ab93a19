"""A database from before addresses were rows of their own: what stood in the order's row is carried over, and back."""

from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import DOOR, LAGOS, Shop, person, shirts

from orderway.database import connect, engine
from orderway.delivery.keeping import keep
from orderway.migrations import migrate
from orderway.workflow.actor import Actor
from orderway.workflow.transaction import Transaction

GATE = replace(DOOR, address="2 Marina", latitude=6.5, longitude=3.4, promised_at=datetime(2026, 3, 9, tzinfo=UTC))
OLD = "SELECT delivery ->> 'address', delivery ->> 'latitude', delivery ->> 'phone' FROM sale_order ORDER BY number"
NEW = (
    "SELECT d.address, d.latitude, d.longitude, d.promised_at, d.actor, o.latitude, o.longitude"
    " FROM sale_order o LEFT JOIN delivery_address d ON d.id = o.address_id ORDER BY o.number"
)


def before_addresses(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0016")


async def test_addresses_are_carried_over_with_their_coordinates(shop: Shop, database_url: str):
    await shop.order(shirts(1))
    moved = await shop.order(shirts(1))

    async def work(tx: Transaction) -> None:
        await tx.lock(LAGOS, moved.id)
        await keep(tx, GATE)

    await shop.runner.run(work, actor=Actor("import:test", None))
    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before_addresses)
    await database.dispose()
    old = await connect(database_url)
    assert [tuple(row) for row in await old.fetch(OLD)] == [
        ("1 Marina", None, "+234 803 123 4567"), ("2 Marina", "6.5", "+234 803 123 4567"),
    ]  # fmt: skip
    await old.close()

    await migrate(database_url)
    async with await asyncpg.create_pool(database_url) as pool:
        biller = f"person:{person('biller')}"
        assert [tuple(row) for row in await pool.fetch(NEW)] == [
            ("1 Marina", None, None, None, biller, None, None),
            ("2 Marina", 6.5, 3.4, GATE.promised_at, biller, 6.5, 3.4),
        ]
        assert await Shop(pool, shop.now).findings() == []
