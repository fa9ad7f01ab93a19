"""One transaction with more than one instance, and with more than one order."""

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOBODY, Lamp, make_order
from tests.workflow.lanterns import Lantern, Light, hang, house

from orderway.ids import new_id
from orderway.workflow.errors import NotFound, Refused
from orderway.workflow.transaction import Transaction

TOLD = """
SELECT o.outbox_number, array_agg(b.number || ' ' || b.type ORDER BY b.number)
FROM sale_order o JOIN outbox b ON b.store_id = o.store_id AND b.order_id = o.id GROUP BY o.store_id, o.id ORDER BY o.id
"""


async def test_moves_that_tell_nothing_besides_are_counted_at_the_end(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        await tx.send(hung.first, Light())
        await tx.send(hung.second, Light())

    await door.run(work, actor=ANYONE)
    assert [tuple(row) for row in await pool.fetch(TOLD)] == [
        (5, ["1 order.lamp.born", "2 order.lantern.born", "3 order.lantern.born", "4 order.lantern.light",
             "5 order.lantern.light"]),
    ]  # fmt: skip


async def test_an_order_is_locked_again_without_losing_count(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        await tx.send(hung.first, Light())
        await tx.send(hung.second, Light())
        await tx.lock(hung.store, hung.order)
        await tx.open("lantern", Lantern())
        with pytest.raises(NotFound, match="There is no such order"):
            await tx.lock(hung.store, new_id())

    await door.run(work, actor=ANYONE)
    assert await pool.fetchval("SELECT outbox_number FROM sale_order") == 6


async def test_another_order_is_moved_beside_and_counts_for_itself(pool: asyncpg.Pool) -> None:
    door = house(pool)
    one, other = await hang(door), await hang(door)

    async def work(tx: Transaction) -> None:
        await tx.send(one.first, Light())
        await tx.send(one.second, Light())
        beside = tx.beside()
        moved = [await beside.send(other.first, Light()), await beside.send(other.second, Light())]
        assert [(each.order_id, each.to_state) for each in moved] == [(other.order, "LIT")] * 2
        await beside.settle()

    await door.run(work, actor=ANYONE, request_id="request-7")
    assert [(row[0], len(row[1])) for row in await pool.fetch(TOLD)] == [(5, 5), (5, 5)]
    rows = await pool.fetch("SELECT DISTINCT actor, request_id FROM transition_log WHERE step = 1")
    assert [tuple(row) for row in rows] == [(ANYONE.id, "request-7")]


async def test_what_is_moved_beside_is_undone_with_the_rest(pool: asyncpg.Pool) -> None:
    door = house(pool)
    one, other = await hang(door), await hang(door)

    async def work(tx: Transaction) -> None:
        await tx.beside().send(other.first, Light())
        await tx.send(one.first, Light())
        await tx.send(one.first, Light())

    with pytest.raises(Refused, match="“Light the lantern” can not be done: the lantern is “Lit”, and that is its end"):
        await door.run(work, actor=ANYONE)
    assert await pool.fetchval("SELECT count(*) FROM transition_log WHERE step > 0") == 0


async def test_what_is_born_after_all_were_read_is_among_them(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        await tx.lock(hung.store, hung.order)
        assert [each.ref for each in await tx.every("lantern")] == [hung.first, hung.second]
        third = await tx.open("lantern", Lantern())
        await tx.send(hung.first, Light())
        assert [each.ref for each in await tx.every("lantern")] == [hung.first, hung.second, third.ref]
        assert [each.ref for each in await tx.every("lantern", taking=Light)] == [hung.second, third.ref]

    await door.run(work, actor=ANYONE)


async def test_the_one_of_its_machine_is_found_and_then_held(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        await tx.lock(hung.store, hung.order)
        assert len(await tx.every("lantern")) == 2
        lamp = await tx.find("lamp")
        assert lamp is not None
        assert (lamp.ref, lamp.state) == (hung.lamp, "OFF")
        assert await tx.find("lamp") is lamp
        assert await tx.load(hung.lamp) is lamp
        (held,) = await tx.every("lamp")
        assert held is lamp

    await door.run(work, actor=ANYONE)


async def test_what_an_order_does_not_have_yet_is_not_found(pool: asyncpg.Pool) -> None:
    door = house(pool)
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def work(tx: Transaction) -> None:
        await tx.lock(store, order)
        assert await tx.find("lamp") is None
        assert (await tx.open("lamp", Lamp())).step == 0
        assert await tx.find("lamp") is not None

    await door.run(work, actor=ANYONE)


async def test_who_may_not_is_refused_what_is_no_event(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def open_another(tx: Transaction) -> None:
        await tx.lock(hung.store, hung.order)
        tx.require("lamp.use", to="hang a lantern")
        await tx.open("lantern", Lantern())

    with pytest.raises(Refused) as refused:
        await door.run(open_another, actor=NOBODY)
    assert str(refused.value) == "You may not hang a lantern."
    (reason,) = refused.value.refusal.reasons
    assert (reason.guard, reason.help) == ("permission", "lamp.use")
    assert await pool.fetchval("SELECT count(*) FROM override_request") == 2
    await door.run(open_another, actor=ANYONE)
    assert await pool.fetchval("SELECT count(*) FROM override_request") == 3


async def test_a_move_tells_which_rider_it_concerns(pool: asyncpg.Pool) -> None:
    rider = new_id()
    await hang(house(pool), riders=(rider, None))
    rows = await pool.fetch("SELECT type, data ->> 'rider' FROM outbox ORDER BY number")
    assert [tuple(row) for row in rows] == [
        ("order.lamp.born", None), ("order.lantern.born", str(rider)), ("order.lantern.born", None),
    ]  # fmt: skip
