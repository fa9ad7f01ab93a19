"""What the settings say of riders: who sees which delivery without a coverage, and when an old offer lapses."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.stories.shop import LAGOS, SHIRT, Order, Shop, actor, person, shirts
from tests.work import work_once

from orderway.fulfillment.events import FulfillmentStarted, RiderNamed
from orderway.fulfillment.interests.lapsing import expire_stale
from orderway.fulfillment.interests.machine import Register, Withdraw
from orderway.fulfillment.riders import volunteer
from orderway.order.riders import list_riders
from orderway.workflow.errors import Refused
from orderway.workflow.kinds import Moved
from orderway.workflow.transaction import Transaction


async def looking_for_a_rider(shop: Shop) -> Order:
    """A paid and packed delivery."""
    await shop.stock((SHIRT, 2))
    order = await shop.paid(shirts(2))
    await order.send("fulfillment", FulfillmentStarted())
    return order


async def offer(order: Order, word: str) -> UUID:
    """A rider offers to deliver the order."""

    async def work(tx: Transaction) -> Moved:
        return await volunteer(tx, await order.ref("fulfillment"), Register(500, 20), rider=person(word))

    return (await order.shop.runner.run(work, actor=actor(word))).ref.id


async def endless(order: Order, word: str) -> UUID:
    """An offer without a time of its own, as a record of another system may be."""
    found = order.shop.settings._found
    found["RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES"] = (0, "default")
    made = await offer(order, word)
    found["RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES"] = (45, "default")
    assert await order.shop.pool.fetchval("SELECT due_at FROM rider_interest WHERE id = $1", made) is None
    return made


async def states(shop: Shop) -> list[str]:
    rows = await shop.pool.fetch("SELECT state FROM rider_interest ORDER BY created_at, id")
    return [row["state"] for row in rows]


async def names(order: Order) -> list[str]:
    """Who may be named for the delivery."""
    shop = order.shop
    async with shop.pool.acquire() as connection:
        riders = await list_riders(connection, shop.settings, store_id=LAGOS, order_id=order.id)
    return [each.name for each in riders]


async def test_a_rider_without_a_coverage_delivers_for_every_store_or_for_none(shop: Shop):
    order = await looking_for_a_rider(shop)
    await shop.pool.execute("INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", person("rider"), LAGOS)
    assert await names(order) == ["Rider", "Second rider"]
    shop.settings.take({"RIDERS_WITHOUT_COVERAGE_SEE_ALL": "no"})
    assert await names(order) == ["Rider"]
    with pytest.raises(Refused, match="The rider must deliver for the store, as far as the address"):
        await order.send("fulfillment", RiderNamed(person("second rider")))
    shop.settings.take({})
    await order.send("fulfillment", RiderNamed(person("second rider")))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"


async def test_a_coverage_counts_whatever_the_setting_says(shop: Shop):
    order = await looking_for_a_rider(shop)
    await shop.pool.execute("INSERT INTO rider_coverage (rider_id, store_id) VALUES ($1, $2)", person("rider"), LAGOS)
    shop.settings.take({"RIDERS_WITHOUT_COVERAGE_SEE_ALL": "no"})
    await order.send("fulfillment", RiderNamed(person("rider")))
    assert await order.state("fulfillment") == "RIDER_ASSIGNED"


async def stale(shop: Shop) -> int:
    """How many offers without a time of their own lapse now."""
    return (await expire_stale(shop.runner)).sent


async def test_an_offer_without_a_time_of_its_own_lapses_an_hour_later(shop: Shop):
    order = await looking_for_a_rider(shop)
    await endless(order, "rider")
    shop.now += timedelta(minutes=59)
    assert await stale(shop) == 0
    shop.now += timedelta(minutes=1)
    assert await stale(shop) == 1
    assert await stale(shop) == 0
    assert await states(shop) == ["EXPIRED"]
    assert await shop.row("SELECT actor FROM transition_log WHERE event = 'EXPIRE'") == ("system",)
    assert await shop.findings() == []


async def test_the_worker_lets_it_lapse_at_the_times_for_interests(shop: Shop):
    order = await looking_for_a_rider(shop)
    await endless(order, "rider")
    shop.settings.take({"RIDER_INTEREST_EXPIRY_CRON": "30 * * * *"})
    for minutes, state in ((0, "ACTIVE"), (59, "ACTIVE"), (30, "ACTIVE"), (1, "EXPIRED")):
        shop.now += timedelta(minutes=minutes)
        await work_once(shop.runner)
        assert await states(shop) == [state]


async def test_with_the_setting_at_nought_it_never_lapses(shop: Shop):
    order = await looking_for_a_rider(shop)
    await endless(order, "rider")
    shop.settings.take({"RIDER_INTEREST_FALLBACK_EXPIRY_MINUTES": "0"})
    shop.now += timedelta(days=365)
    assert await stale(shop) == 0
    assert await states(shop) == ["ACTIVE"]


async def test_an_offer_with_a_time_of_its_own_is_left_to_it(shop: Shop):
    order = await looking_for_a_rider(shop)
    shop.settings.take({"RIDER_INTEREST_DEFAULT_EXPIRY_MINUTES": "600"})
    await offer(order, "rider")
    withdrawn = await endless(order, "second rider")
    await order.send("rider_interest", Withdraw(), by="second rider", to=withdrawn)
    shop.now += timedelta(minutes=599)
    assert await stale(shop) == 0
    assert await states(shop) == ["ACTIVE", "WITHDRAWN"]


async def test_a_stale_offer_that_fails_stops_no_other(shop: Shop):
    order = await looking_for_a_rider(shop)
    bad = await endless(order, "rider")
    await endless(order, "second rider")
    async with shop.pool.acquire() as connection:
        await connection.execute("ALTER TABLE rider_interest DISABLE TRIGGER USER")
        await connection.execute("UPDATE rider_interest SET history = '[]' WHERE id = $1", bad)
        await connection.execute("ALTER TABLE rider_interest ENABLE TRIGGER USER")
    shop.now += timedelta(hours=1)
    assert await stale(shop) == 1
    assert await states(shop) == ["ACTIVE", "EXPIRED"]
