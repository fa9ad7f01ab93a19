"""Several who carry, settle and note at once, clocks that differ, and connections that break in between."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.outbound.place import NAME, Place, note_all, progress
from tests.stories.shop import Shop, shirts

from orderway.outbound.carrying import carry
from orderway.outbound.delivery import Delivered
from orderway.outbound.progress import claim, delivered, settle

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_what_failed_has_failed_as_often_when_the_place_was_away_meanwhile(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    place.refused = {(order.id, 1)}
    await place.carry_all()
    shop.now += timedelta(hours=1)
    place.away = True
    assert await carry(shop.runner, place) == Delivered(is_away=True)
    assert await progress(order) == (0, 1, 1, "The door is shut.", False, True, None)
    place.away = False
    assert await carry(shop.runner, place) == Delivered(failed=1)
    assert (await progress(order))[2] == 2


async def test_what_happens_while_all_hands_are_full_is_brought_before_the_end(shop: Shop, place: Place):
    first = await shop.order(shirts(1))
    place.at_once, place.goes_on = 1, asyncio.Event()
    await note_all(shop)
    carrying = asyncio.create_task(carry(shop.runner, place))
    await place.came.wait()
    later = await shop.order(shirts(1))
    ended = "SELECT xid < pg_snapshot_xmin(pg_current_snapshot()) FROM outbox WHERE order_id = $1"
    async with asyncio.timeout(30):
        while not await shop.pool.fetchval(ended, later.id):
            pass
    place.goes_on.set()
    assert await carrying == Delivered(delivered=2)
    assert (place.of(first), place.of(later)) == ([1], [1])


async def test_what_a_clock_noted_that_ran_ahead_is_due_all_the_same(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    shop.now = datetime.now(UTC) + timedelta(days=1)
    await note_all(shop)
    shop.now = datetime.now(UTC) + timedelta(seconds=1)
    assert await carry(shop.runner, place) == Delivered(delivered=1)
    assert place.of(order) == [1]


async def test_who_settles_locks_orders_as_who_notes_does(shop: Shop, place: Place):
    orders = [await shop.order(shirts(1)) for _ in range(2)]
    low, high = sorted(each.id for each in orders)
    await note_all(shop)
    lock = "SELECT FROM outbound_progress WHERE order_id = $1 FOR UPDATE"
    async with asyncio.timeout(30), shop.pool.acquire() as worker, shop.pool.acquire() as other:
        taken = {each.events[0].order_id: each for each in await claim(worker, NAME, now=shop.now, limit=2)}
        outcomes = [delivered(taken[high], 1), delivered(taken[low], 1)]
        async with other.transaction():
            await other.execute(lock, low)
            settling = asyncio.create_task(settle(worker, NAME, outcomes, now=shop.now))
            while not await shop.pool.fetchval(WAITING):
                pass
            await other.execute(f"{lock} NOWAIT", high)
        await settling
    assert [(await progress(each))[:2] for each in orders] == [(1, 1), (1, 1)]
    assert place.arrived == []


async def test_what_arrived_is_noted_though_the_connection_breaks_on_which_it_is_to_be(shop: Shop, place: Place):
    order = await shop.order(shirts(1))
    place.goes_on = asyncio.Event()
    await note_all(shop)
    carrying = asyncio.create_task(carry(shop.runner, place))
    await place.came.wait()
    async with asyncio.timeout(30), shop.pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM outbound_progress WHERE order_id = $1 FOR UPDATE", order.id)
        place.goes_on.set()
        while not (process := await shop.pool.fetchval(WAITING)):
            pass
        await shop.pool.execute("SELECT pg_terminate_backend($1)", process)
    with pytest.raises(asyncpg.PostgresError):
        await carrying
    assert (await progress(order))[:2] == (1, 1)
