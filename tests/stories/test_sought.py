"""How far a delivery goes stands beside it while it seeks a rider, wherever its store or its buyer moves meanwhile."""

import asyncio
from dataclasses import replace

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from tests.stories.shop import DOOR, LAGOS, SHIRT, Order, Shop, actor, person, shirts
from tests.stories.test_preferences import change

from orderway.database import connect, engine
from orderway.fulfillment.events import Cancel, FulfillmentStarted, RiderNamed, RiderUnassigned
from orderway.migrations import migrate
from orderway.preferences import Preferences
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction

IKEJA = replace(DOOR, address="1 Allen Avenue", latitude=6.6018, longitude=3.3515)
YABA = replace(DOOR, address="1 Herbert Macaulay Way", latitude=6.5095, longitude=3.3711)
MOVE = "UPDATE store SET latitude = $2, longitude = $3 WHERE id = $1"


@pytest.fixture
async def located(shop: Shop) -> Shop:
    """The shop, which says where it is."""
    await shop.pool.execute(MOVE, LAGOS, 6.5244, 3.3792)
    await shop.stock((SHIRT, 9))
    return shop


async def brought_to_ikeja(shop: Shop) -> Order:
    """A paid delivery that is not packed yet."""
    order = await shop.paid(shirts(1))
    await change(order, Preferences(delivery=IKEJA, reason="The buyer says where it is."))
    return order


async def sought(order: Order) -> float | None:
    """How far its fulfillment says that it goes, to a metre."""
    query = "SELECT round(sought_km::numeric, 3)::float8 FROM fulfillment WHERE order_id = $1"
    found: float | None = await order.shop.pool.fetchval(query, order.id)
    return found


async def test_it_stands_there_only_while_a_rider_is_sought(located: Shop):
    order = await brought_to_ikeja(located)
    assert await sought(order) is None
    await order.send("fulfillment", FulfillmentStarted())
    assert await sought(order) == 9.134
    await order.send("fulfillment", RiderNamed(person("rider")))
    assert await sought(order) is None
    await order.send("fulfillment", RiderUnassigned("The rider is ill."))
    assert await sought(order) == 9.134
    await order.send("fulfillment", Cancel("Not any more."))
    assert await sought(order) is None
    assert await located.findings() == []


async def test_the_buyer_or_the_store_moves_meanwhile(located: Shop):
    order, other = await brought_to_ikeja(located), await located.paid(shirts(1))
    for each in (order, other):
        await each.send("fulfillment", FulfillmentStarted())
    assert (await sought(order), await sought(other)) == (9.134, 0)  # nobody knows where the other goes
    await change(order, Preferences(delivery=YABA, reason="The buyer has moved."))
    assert (await sought(order), await sought(other)) == (1.883, 0)
    await located.pool.execute(MOVE, LAGOS, 6.5095, 3.3711)
    assert (await sought(order), await sought(other)) == (0, 0)
    await change(order, Preferences(delivery=IKEJA, reason="The buyer has moved back."))
    assert (await sought(order), await sought(other)) == (10.489, 0)
    await located.pool.execute(MOVE, LAGOS, None, None)
    assert (await sought(order), await sought(other)) == (0, 0)
    assert await located.findings() == []


async def test_what_is_written_by_hand_is_reckoned_anew(located: Shop):
    order, other = await brought_to_ikeja(located), await brought_to_ikeja(located)
    await order.send("fulfillment", FulfillmentStarted())
    await located.pool.execute("UPDATE fulfillment SET sought_km = 1")
    assert (await sought(order), await sought(other)) == (9.134, None)


async def test_a_store_that_moves_waits_for_what_begins_to_seek_a_rider(located: Shop):
    """The delivery has read where the store was, and nobody sees it yet: it is found, and reckoned anew."""
    order = await brought_to_ikeja(located)
    delivery = await order.ref("fulfillment")

    async def work(tx: Transaction) -> Moved:
        moved = await tx.send(delivery, FulfillmentStarted())
        asked.set()
        while not moving.done() and not await located.pool.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'fulfillment'::regclass)"
        ):
            pass
        return moved

    async def move() -> None:
        await asked.wait()
        await located.pool.execute(MOVE, LAGOS, 6.5095, 3.3711)

    asked = asyncio.Event()
    moving = asyncio.create_task(move())
    await located.runner.run(work, actor=actor("biller"))
    await moving
    assert await sought(order) == 10.489
    assert await located.findings() == []


async def test_a_distance_that_is_not_that_to_the_address_is_found(located: Shop, superuser_url: str):
    order = await brought_to_ikeja(located)
    await order.send("fulfillment", FulfillmentStarted())
    connection = await connect(superuser_url)
    await connection.execute("SET session_replication_role = replica")
    found = []
    for wrong in (9.135, None):
        await connection.execute("UPDATE fulfillment SET sought_km = $1", wrong)
        found += await located.findings()
    await connection.close()
    place = (
        "distances of deliveries: order LAG-000001. It goes 9.134260 km from its store, and seeks a rider as if it were"
    )
    assert found == [f"{place} 9.135000.", f"{place} nowhere."]


def before(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "orderway:migrations")
    config.attributes["connection"] = connection
    command.downgrade(config, "0024")


async def test_what_sought_a_rider_before_says_it_after_the_migration(located: Shop, database_url: str):
    order, other, waiting = [await brought_to_ikeja(located) for _ in range(3)]
    await order.send("fulfillment", FulfillmentStarted())
    await other.send("fulfillment", FulfillmentStarted())
    await other.send("fulfillment", RiderNamed(person("rider")))
    database = engine(database_url)
    async with database.begin() as connection:
        await connection.run_sync(before)
    await database.dispose()
    await migrate(database_url)
    await located.pool.expire_connections()
    assert [await sought(each) for each in (order, other, waiting)] == [9.134, None, None]
    assert await located.findings() == []
