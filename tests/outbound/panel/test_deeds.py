"""Trying again and setting aside: what each does to which order, who may, and what is written down of it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.outbound.panel.house import ABUJA, ADMIN, LEADS_ABUJA, House, Place, viewer
from tests.stories.shop import LAGOS, Order

from orderway.ids import new_id
from orderway.outbound.panel.changes import count_changes, list_changes
from orderway.outbound.panel.deeds import Retried, RetryDeliveries, SetEventAside, retry, set_aside
from orderway.outbound.panel.deliveries import DeliveryFilters, list_deliveries
from orderway.outbound.progress import LEASE
from orderway.people.permissions import BUILT_IN
from orderway.people.viewer import Viewer
from orderway.quotation.events import ExtendValidity
from orderway.workflow.errors import Invalid, NotFound, Refused

ACCOUNTANT = viewer("ACCOUNTANT")


@pytest.fixture
async def place(house: House) -> Place:
    return await house.begin("somewhere")


async def again(house: House, *orders: Order, by: Viewer = ADMIN, reason: str = "It was mended.") -> Retried:
    async with house.shop.pool.acquire() as connection, connection.transaction():
        wanted = RetryDeliveries(
            sink="somewhere", orders=tuple(each.id for each in orders) if orders else None, reason=reason
        )
        return await retry(connection, wanted, by=by, at=house.shop.now)


async def aside(house: House, order: UUID, number: int, *, by: Viewer = ADMIN, reason: str = "It is broken.") -> None:
    async with house.shop.pool.acquire() as connection, connection.transaction():
        wanted = SetEventAside(sink="somewhere", order=order, number=number, reason=reason)
        await set_aside(connection, wanted, by=by, at=house.shop.now)


async def progress(order: Order) -> tuple[Any, ...]:
    return await order.shop.row(
        "SELECT done, known, tries, why, due_at, dead_at FROM outbound_progress WHERE order_id = $1", order.id
    )


async def entered(house: House) -> list[tuple[Any, ...]]:
    rows = await house.shop.pool.fetch(
        "SELECT order_id, what, number, tries, why, reason, actor, at FROM outbound_change ORDER BY at, id"
    )
    return [tuple(row) for row in rows]


async def test_what_was_given_up_begins_anew_and_arrives(house: House, place: Place):
    order = await house.order()
    place.refused = {(order.id, 1)}
    await house.give_up(place)
    assert (await progress(order))[:4] == (0, 1, 20, "The door is shut.")
    place.refused.clear()
    assert await again(house, by=ACCOUNTANT) == Retried(1, 0)
    assert await progress(order) == (0, 1, 0, None, house.shop.now, None)
    await house.carry(place)
    assert place.arrived == [(order.id, 1)]
    assert await entered(house) == [
        (order.id, "RETRIED", 1, 20, "The door is shut.", "It was mended.", ACCOUNTANT.actor().id, house.shop.now)
    ]


async def test_what_is_tried_again_by_itself_is_brought_forward_and_keeps_its_count(house: House, place: Place):
    order, other = await house.order(), await house.order()
    place.refused = {(order.id, 1), (other.id, 1)}
    await house.carry(place)
    assert await again(house, order) == Retried(1, 0)
    assert await progress(order) == (0, 1, 1, "The door is shut.", house.shop.now, None)
    assert (await progress(other))[4] > house.shop.now
    await house.carry(place)
    assert (await progress(order))[2] == 2


async def test_nothing_is_tried_that_a_worker_has_now_or_that_has_not_failed(house: House, place: Place):
    order, fine = await house.order(), await house.order()
    place.refused = {(order.id, 1)}
    await house.carry(place)
    until = house.shop.now + LEASE
    await house.shop.pool.execute(
        "UPDATE outbound_progress SET claim = $1, due_at = $2 WHERE order_id = $3", new_id(), until, order.id
    )
    assert await again(house) == Retried(0, 0)
    assert await again(house, order, fine) == Retried(0, 0)
    assert (await progress(order))[4] == until
    with pytest.raises(Invalid, match="being tried right now"):
        await aside(house, order.id, 1)
    assert await entered(house) == []


async def test_behind_an_event_that_was_set_aside_its_order_goes_on(house: House, place: Place):
    order = await house.order()
    await order.send("quotation", ExtendValidity(1))
    place.refused = {(order.id, 1)}
    await house.give_up(place)
    await aside(house, order.id, 1)
    assert await progress(order) == (1, 2, 0, None, house.shop.now, None)
    await house.carry(place)
    assert place.arrived == [(order.id, 2)]
    assert await entered(house) == [
        (order.id, "SET_ASIDE", 1, 20, "The door is shut.", "It is broken.", ADMIN.actor().id, house.shop.now)
    ]


async def test_an_event_that_was_the_last_one_leaves_nothing_to_bring(house: House, place: Place):
    order = await house.order()
    place.refused = {(order.id, 1)}
    await house.carry(place)
    await aside(house, order.id, 1)
    assert await progress(order) == (1, 1, 0, None, None, None)


async def test_no_event_is_set_aside_but_the_one_that_failed(house: House, place: Place):
    order, fine = await house.order(), await house.order()
    await order.send("quotation", ExtendValidity(1))
    place.refused = {(order.id, 1)}
    await house.carry(place)
    for named, number in ((order.id, 2), (order.id, 0), (fine.id, 1), (fine.id, 2)):
        with pytest.raises(Invalid, match="This event has not failed there"):
            await aside(house, named, number)
    with pytest.raises(NotFound, match="Nothing of this order goes there"):
        await aside(house, new_id(), 1)
    assert await entered(house) == []
    assert (await progress(order))[:3] == (0, 2, 1)


async def test_two_who_set_the_same_event_aside_pass_over_one(house: House, place: Place):
    order = await house.order()
    await order.send("quotation", ExtendValidity(1))
    place.refused = {(order.id, 1)}
    await house.give_up(place)
    both = await asyncio.gather(aside(house, order.id, 1), aside(house, order.id, 1), return_exceptions=True)
    assert [type(each) for each in both if each is not None] == [Invalid]
    assert (await progress(order))[0] == 1
    assert len(await entered(house)) == 1


@pytest.mark.parametrize("who", [each.name for each in BUILT_IN])
async def test_who_may_do_what(house: House, place: Place, who: str):
    order, by = await house.order(), viewer(who, LAGOS)
    place.refused = {(order.id, 1)}
    await house.carry(place)
    if who in ("SUPERADMIN", "ADMIN", "MANAGER", "ACCOUNTANT"):
        assert await again(house, by=by) == Retried(1, 0)
    else:
        with pytest.raises(Refused, match="You may not look after deliveries"):
            await again(house, by=by)
    if who in ("SUPERADMIN", "ADMIN"):
        await aside(house, order.id, 1, by=by)
    else:
        with pytest.raises(Refused, match="You may not set an event aside"):
            await aside(house, order.id, 1, by=by)
    done = {"SUPERADMIN": ["RETRIED", "SET_ASIDE"], "ADMIN": ["RETRIED", "SET_ASIDE"], "MANAGER": ["RETRIED"],
            "ACCOUNTANT": ["RETRIED"]}  # fmt: skip
    assert [each[1] for each in await entered(house)] == done.get(who, [])


async def test_who_manages_a_store_looks_after_its_orders_alone(house: House, place: Place):
    lagos, abuja = await house.order(LAGOS), await house.order(ABUJA)
    place.refused = {(lagos.id, 1), (abuja.id, 1)}
    await house.give_up(place)
    assert await again(house, lagos, by=LEADS_ABUJA) == Retried(0, 0)
    assert await again(house, by=LEADS_ABUJA) == Retried(1, 0)
    assert (await progress(lagos))[5] is not None
    async with house.shop.pool.acquire() as connection:
        filters = DeliveryFilters(sink="somewhere", status="DEAD")
        rows, _ = await list_deliveries(connection, LEADS_ABUJA, filters=filters)
        assert rows == []
        rows, _ = await list_deliveries(connection, ADMIN, filters=filters)
        assert [(each.order_id, each.number, each.events, each.why) for each in rows] == [
            (lagos.id, 1, 1, "The door is shut.")
        ]
        await again(house, by=ADMIN)
        assert await count_changes(connection, ADMIN) == 2
        (change,), more = await list_changes(connection, LEADS_ABUJA, limit=1)
        assert (change.order_id, change.what, change.who, more) == (abuja.id, "RETRIED", "Manager", False)


async def test_nothing_is_done_without_a_reason_for_an_unknown_sink_or_for_too_many(house: House, place: Place):
    order = await house.order()
    place.refused = {(order.id, 1)}
    await house.carry(place)
    for reason, says in (("  ", "needs a reason"), ("a\0b", "can not be shown"), ("a" * 2001, "more than 2,000")):
        with pytest.raises(Invalid, match=says):
            await again(house, reason=reason)
        with pytest.raises(Invalid, match=says):
            await aside(house, order.id, 1, reason=reason)
    async with house.shop.pool.acquire() as connection:
        for orders in ((), (new_id(),) * 101):
            wanted = RetryDeliveries(sink="somewhere", orders=orders, reason="Go.")
            with pytest.raises(Invalid, match="1 to 100 orders"):
                await retry(connection, wanted, by=ADMIN, at=house.shop.now)
        unknown = RetryDeliveries(sink="nowhere", reason="Go.")
        with pytest.raises(NotFound, match="no such sink"):
            await retry(connection, unknown, by=ADMIN, at=house.shop.now)
    assert await entered(house) == []


async def test_lists_are_read_page_by_page_in_their_order(house: House, place: Place):
    orders = list[Order]()
    for _ in range(3):
        orders.append(await house.order())
        place.refused.add((orders[-1].id, 1))
        await house.carry(place)
        house.shop.now += timedelta(seconds=1)
    seen, after = [], ""
    async with house.shop.pool.acquire() as connection:
        filters = DeliveryFilters(sink="somewhere", status="FAILING")
        while True:
            rows, more = await list_deliveries(connection, ADMIN, filters=filters, after=after, limit=1)
            seen += rows
            after = rows[-1].cursor
            if not more:
                break
        assert {each.order_id for each in seen} == {each.id for each in orders}
        assert seen == sorted(seen, key=lambda each: each.due_at or house.shop.now)
        for limit in (0, 101):
            with pytest.raises(Invalid, match="1 to 100 deliveries"):
                await list_deliveries(connection, ADMIN, filters=filters, limit=limit)
            with pytest.raises(Invalid, match="1 to 100 changes"):
                await list_changes(connection, ADMIN, limit=limit)
        await again(house)
        done, after = [], ""
        for _ in orders:
            page, more = await list_changes(connection, ADMIN, sink="somewhere", after=after, limit=1)
            done += page
            after = page[-1].cursor
        assert ({each.order_id for each in done}, more) == ({each.id for each in orders}, False)
        assert await count_changes(connection, ADMIN, order=orders[0].id) == 1
        assert await count_changes(connection, ADMIN, sink="elsewhere") == 0
