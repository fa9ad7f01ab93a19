"""A database from before the queue: who waited for goods then, without a row of their own, waits on."""

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import SHIRT, SHOES, Shop, shirts, shoes

from orderway.database import engine
from orderway.fulfillment.backorders import serve_all
from orderway.fulfillment.events import CarrierSelected, FulfillmentStarted, PackageShipped
from orderway.migrations import migrate
from orderway.sale.events import CancelRequested

KEPT = "SELECT line_id, part, order_id, variant_id, quantity, status FROM reservation ORDER BY line_id"


def before_the_queue(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0021")


async def test_who_waited_before_there_was_a_queue_stands_in_it(shop: Shop, database_url: str):
    await shop.stock((SHIRT, 3))
    shipped = await shop.paid(shirts(2))
    for event in (FulfillmentStarted(), CarrierSelected("Swift"), PackageShipped()):
        await shipped.send("fulfillment", event)
    first, _second = await shop.paid(shirts(2), shoes(1)), await shop.agreed(shirts(2))
    gone = await shop.agreed(shoes(1))
    await gone.send("sale", CancelRequested("Too slow."))
    await shop.paid(shoes(1), by="SERVICE")
    await shop.order(shirts(1))
    rows = await shop.pool.fetch(KEPT)
    assert len(rows) == 5

    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before_the_queue)
    await database.dispose()
    await migrate(database_url)

    async with await asyncpg.create_pool(database_url) as pool:
        shop = Shop(pool, shop.now)
        assert await pool.fetch(KEPT) == rows
        asked = (
            "SELECT count(*) FROM reservation r JOIN sale s USING (store_id, order_id) WHERE asked_at = s.created_at"
        )
        assert await pool.fetchval(asked) == 5
        assert await shop.row("SELECT part FROM movement WHERE kind = 'SALE'") == (1,)
        assert await shop.findings() == []
        await shop.stock((SHIRT, 1), (SHOES, 1))
        assert await serve_all(shop.runner) == 1
        assert await pool.fetchval("SELECT state FROM fulfillment WHERE order_id = $1", first.id) == "PICK_PACK"
        assert await shop.shelf(SHIRT) == (2, 2)
