"""Returns from before they were of a fulfillment stand after the migration as the log tells them."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import SHIRT, Shop, shirts
from tests.stories.test_returns import collected

from orderway.database import engine
from orderway.fulfillment.events import RefundIssued, Returned, ReturnReceived, ReturnRejected, ReturnRequested
from orderway.fulfillment.events import ReturnWanted as Wanted
from orderway.migrations import migrate

KEPT = """
    SELECT status, reason, closed_by IS NOT NULL, answer, refunded, refunded_to, refunded_at IS NOT NULL,
        (SELECT f.order_id FROM fulfillment f WHERE f.id = r.fulfillment_id) = r.order_id
    FROM sales_return r ORDER BY requested_at, id
"""


def before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0020")


async def test_returns_from_before_stand_as_the_log_tells_them(shop: Shop, database_url: str):
    await shop.stock((SHIRT, 9))
    order = await collected(await shop.paid(shirts(4), by="PICKUP"))
    (line,) = await order.lines()
    for reason, answer in (("Worn", "It was worn."), ("Small", None), ("Large", None)):
        await order.send("fulfillment", ReturnRequested((Wanted(line, 1),), reason))
        if answer:
            await order.send("fulfillment", ReturnRejected(answer), by="manager")
            continue
        await order.send("fulfillment", ReturnReceived((Returned(line, 1, "SELLABLE"),)), by="manager")
        if reason == "Small":
            await order.send("fulfillment", RefundIssued(900), by="accountant")
    other = await collected(await shop.paid(shirts(1), by="PICKUP"))
    (line,) = await other.lines()
    await other.send("fulfillment", ReturnRequested((Wanted(line, 1),), "Blue"))
    assert await shop.findings() == []
    kept = [tuple(row) for row in await shop.pool.fetch(KEPT)]
    assert kept == [
        ("REJECTED", "Worn", True, "It was worn.", None, None, False, True),
        ("RECEIVED", "Small", True, None, 900, "PAYMENT", True, True),
        ("RECEIVED", "Large", True, None, None, None, False, True),
        ("REQUESTED", "Blue", False, None, None, None, False, True),
    ]
    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before)
    await database.dispose()
    await migrate(database_url)
    await shop.pool.expire_connections()
    assert [tuple(row) for row in await shop.pool.fetch(KEPT)] == kept
    assert await shop.findings() == []
