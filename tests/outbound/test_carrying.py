"""Carrying events out: in the order of each order, under a lease, and beside each other."""

import asyncio
from datetime import timedelta

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from tests.figures import Growth
from tests.outbound.place import NAME, Place, note_all, progress
from tests.stories.shop import SHIRT, Shop, shirts

from orderway.outbound.carrying import carry
from orderway.outbound.delivery import Delivered
from orderway.outbound.event import Event
from orderway.outbound.progress import LEASE
from orderway.quotation.events import Share, Withdraw


async def test_events_are_brought_as_they_were_told(shop: Shop, place: Place):
    await shop.stock((SHIRT, 1))
    order = await shop.agreed(shirts(1))
    assert await place.carry_all() == Delivered(delivered=1)
    rows = await shop.pool.fetch(
        "SELECT store_id, order_id, number, id, type, data::text, at FROM outbox ORDER BY number"
    )
    assert place.arrived == [Event(*row) for row in rows]
    assert len(rows) == 6
    assert await progress(order) == (6, 6, 0, None, True, True, None)
    assert await place.carry_all() == Delivered()


async def test_behind_an_event_that_does_not_arrive_its_order_waits_and_no_other(shop: Shop, place: Place):
    bad, good = await shop.order(shirts(1)), await shop.order(shirts(1))
    for order in (bad, good):
        await order.send("quotation", Share())
        await order.send("quotation", Withdraw("No longer made."))
    place.refused = {(bad.id, 2)}
    assert await place.carry_all() == Delivered(delivered=1, failed=1)
    assert (place.of(bad), place.of(good)) == ([1], [1, 2, 3])
    assert await progress(bad) == (1, 3, 1, "The door is shut.", False, True, None)
    shop.now += timedelta(hours=1)
    assert await place.carry_all() == Delivered(failed=1)
    assert (await progress(bad))[2] == 2
    place.refused.clear()
    shop.now += timedelta(hours=1)
    assert await place.carry_all() == Delivered(delivered=1)
    assert place.of(bad) == [1, 2, 3]
    assert await progress(bad) == (3, 3, 0, None, True, True, None)


async def test_what_never_arrives_is_given_up_until_a_person_looks_at_it(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    place.broken = True
    for _ in range(20):
        await place.carry_all()
        shop.now += timedelta(hours=1)
    assert await progress(order) == (0, 1, 20, "TypeError", True, False, None)
    place.broken = False
    await order.send("quotation", Share())
    assert await place.carry_all() == Delivered()
    assert await progress(order) == (0, 2, 20, "TypeError", True, False, None)


async def test_what_a_worker_that_died_had_taken_up_is_another_s_when_its_lease_is_over(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    dead = Place(shop, at_once=1, goes_on=asyncio.Event())
    await note_all(shop)
    dying = asyncio.create_task(carry(shop.runner, dead))
    await dead.came.wait()
    shop.now += LEASE - timedelta(seconds=1)
    assert await place.carry_all() == Delivered()
    shop.now += timedelta(seconds=1)
    assert await place.carry_all() == Delivered(delivered=1)
    assert place.of(order) == [1]
    dead.broken = True
    dead.goes_on.set()  # type: ignore[union-attr]  # it was given one
    assert await dying == Delivered(failed=1)
    assert (await progress(order))[:4] == (1, 1, 0, None)  # whose lease was over had nothing to settle any more


async def test_who_is_stopped_lets_arrive_what_is_on_its_way_and_begins_nothing_more(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    await order.send("quotation", Share())
    place.goes_on = asyncio.Event()
    carrying = asyncio.create_task(place.carry_all())
    await place.came.wait()
    carrying.cancel()
    await asyncio.sleep(0)
    place.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await carrying
    assert place.of(order) == [1]
    assert await progress(order) == (1, 2, 0, None, False, True, None)
    assert await place.carry_all() == Delivered(delivered=1)
    assert place.of(order) == [1, 2]


async def test_orders_are_brought_beside_each_other_and_no_more_than_the_courier_says(shop: Shop, place: Place):
    for _ in range(3):
        await shop.order(shirts(1))
    place.at_once, place.goes_on = 2, asyncio.Event()
    await note_all(shop)
    carrying = asyncio.create_task(carry(shop.runner, place))
    await place.came.wait()
    assert await shop.pool.fetchval("SELECT count(*) FROM outbound_progress WHERE claim IS NOT NULL") == 2
    place.goes_on.set()
    assert await carrying == Delivered(delivered=3)


async def test_an_order_that_hangs_holds_up_no_other_not_even_one_that_comes_later(shop: Shop, place: Place):
    hanging = await shop.order(shirts(1))
    place.at_once, place.hanging, place.goes_on = 2, {hanging.id}, asyncio.Event()
    await note_all(shop)
    carrying = asyncio.create_task(carry(shop.runner, place))
    await place.came.wait()
    later = [await shop.order(shirts(1)) for _ in range(3)]
    async with asyncio.timeout(30):
        while len(place.arrived) < 3:
            place.came.clear()
            await place.came.wait()
    assert {each.order_id for each in place.arrived} == {each.id for each in later}
    place.goes_on.set()
    await carrying
    assert place.of(hanging) == [1]


async def test_where_the_whole_place_is_away_everything_waits_and_nothing_is_to_blame(shop: Shop, place: Place):
    orders = [await shop.order(shirts(1)) for _ in range(3)]
    await orders[0].send("quotation", Share())
    await note_all(shop)
    place.at_once, place.away = 2, True
    assert await carry(shop.runner, place) == Delivered(is_away=True)
    assert [await progress(each) for each in orders] == [
        (0, 2, 0, None, False, True, None),
        (0, 1, 0, None, False, True, None),
        (0, 1, 0, None, False, True, None),
    ]
    sink = "SELECT away_since, away_why FROM outbound_sink WHERE sink = $1"
    since = shop.now
    assert tuple(await shop.row(sink, NAME)) == (since, "The whole street is shut.")
    shop.now += timedelta(minutes=1)
    assert await carry(shop.runner, place) == Delivered(is_away=True)
    assert tuple(await shop.row(sink, NAME)) == (since, "The whole street is shut.")
    place.away = False
    assert await carry(shop.runner, place) == Delivered(delivered=3)
    assert [place.of(each) for each in orders] == [[1, 2], [1], [1]]
    assert tuple(await shop.row(sink, NAME)) == (None, None)


async def test_what_becomes_of_each_event_is_counted_by_the_kind_of_sink(shop: Shop, place: Place):
    grown = Growth()
    taken, refused = await shop.order(shirts(1)), await shop.order(shirts(1))
    place.refused = {(refused.id, 1)}
    await place.carry_all()
    assert grown.of("deliveries_total", kind=NAME, outcome="refused") == 1
    assert grown.of("deliveries_total", kind=NAME, outcome="delivered") == len(place.of(taken)) > 0
    assert grown.of("delivery_seconds_count", kind=NAME) == len(place.of(taken)) + 1
    assert grown.of("delivery_delay_seconds_count", kind=NAME) == len(place.of(taken))
    place.broken = True
    await shop.order(shirts(1))
    await place.carry_all()
    assert grown.of("deliveries_total", kind=NAME, outcome="broke") == 1
    place.broken, place.away = False, True
    await shop.order(shirts(1))
    await carry(shop.runner, place)
    assert grown.of("deliveries_total", kind=NAME, outcome="away") == 1


async def test_what_is_logged_of_an_event_names_it_its_order_and_its_sink(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    place.refused = {(order.id, 1)}
    with capture_logs(processors=[merge_contextvars]) as log:
        await place.carry_all()
    [said] = [each for each in log if each["event"] == "An event did not arrive; its order waits."]
    told = await shop.pool.fetchval("SELECT id FROM outbox WHERE order_id = $1 AND number = 1", order.id)
    assert (said["sink"], said["order_id"], said["event_id"]) == (NAME, str(order.id), str(told))
