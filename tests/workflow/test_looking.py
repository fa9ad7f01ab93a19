"""A look at an order: as it stood at one moment, in few statements, waiting for nobody and held up by nobody."""

from typing import cast

import asyncpg
from asyncpg.connection import LoggedQuery
from tests.workflow.lamp import ANYONE, NOBODY, Lamp, Press, a_lamp, make_order, runner
from tests.workflow.lanterns import Light, hang, house

from orderway.replica import Replica
from orderway.workflow.gathering import Gathering
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction


async def test_a_look_finds_all_that_the_order_has_oldest_first(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))
    await hang(door)
    await door.send(hung.second, Light(), actor=ANYONE)

    async def work(tx: Transaction) -> None:
        await tx.look_at(hung.store, hung.order)
        assert (tx.store_id, tx.order_id) == (hung.store, hung.order)
        lanterns = await tx.every("lantern")
        assert [(each.ref, each.state, each.step) for each in lanterns] == [
            (hung.first, "DARK", 0), (hung.second, "LIT", 1),
        ]  # fmt: skip
        assert [tx.takes(each, Light) for each in lanterns] == [True, False]
        lamp = await tx.find("lamp")
        assert lamp is not None
        assert (lamp.ref, lamp.context) == (hung.lamp, Lamp())
        assert await tx.load(hung.second) is lanterns[1]

    await door.look(work, actor=ANYONE)


async def test_a_look_at_an_order_with_nothing_finds_nothing(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        store, order = await make_order(connection)

    async def work(tx: Transaction) -> None:
        await tx.look_at(store, order)
        assert (await tx.find("lamp"), await tx.every("lantern")) == (None, [])

    await house(pool).look(work, actor=ANYONE)


async def test_what_a_look_asks_for_together_is_one_statement(pool: asyncpg.Pool) -> None:
    hung = await hang(house(pool))
    asked: list[LoggedQuery] = []

    async def work(tx: Transaction) -> None:
        connection = cast("Gathering", tx.connection).connection
        with connection.query_logger(asked.append):
            _, lanterns, lamp, one = await tx.each(
                tx.look_at(hung.store, hung.order),
                tx.every("lantern"),
                tx.load(hung.lamp),
                tx.connection.fetchval("SELECT 1"),
            )
        assert [[each.ref for each in lanterns], lamp.ref, one] == [[hung.first, hung.second], hung.lamp, 1]

    await house(pool).look(work, actor=ANYONE)
    statements = [each.query for each in asked if "typeinfo" not in each.query and "set_config" not in each.query]
    assert len(statements) == 1


async def test_who_moves_asks_for_one_after_the_other(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        lamp, lantern = await tx.each(tx.load(hung.lamp), tx.load(hung.first))
        assert (lamp.ref, lantern.ref) == (hung.lamp, hung.first)

    await door.run(work, actor=ANYONE)


async def test_a_look_waits_for_nobody_and_sees_one_moment(pool: asyncpg.Pool) -> None:
    """Somebody holds the order, moves it and is done, all while it is looked at."""
    door = runner(pool)
    lamp = await a_lamp(door)
    order = await pool.fetchval("SELECT id FROM sale_order")

    async def states(tx: Transaction) -> str:
        state: str = await tx.connection.fetchval("SELECT state FROM quotation WHERE id = $1", lamp.id)
        return state

    async def work(tx: Transaction) -> tuple[str, str]:
        before = await states(tx)
        await door.send(lamp, Press(), actor=ANYONE)
        await tx.look_at(lamp.store_id, order)
        return before, (await tx.load(lamp)).state

    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM quotation, sale_order FOR UPDATE")
        assert await door.look(states, actor=ANYONE) == "OFF"
    assert await door.look(work, actor=ANYONE) == ("OFF", "OFF")
    assert await door.look(states, actor=ANYONE) == "ON"


async def test_the_same_look_serves_another_reader(pool: asyncpg.Pool) -> None:
    hung = await hang(door := house(pool))

    async def work(tx: Transaction) -> None:
        await tx.look_at(hung.store, hung.order)
        theirs = tx.by(NOBODY)
        assert (tx.actor, theirs.actor) == (ANYONE, NOBODY)
        assert await theirs.load(hung.lamp) is await tx.load(hung.lamp)

    await door.look(work, actor=ANYONE)


async def test_lists_are_read_from_the_database_itself_where_no_copy_follows_it(pool: asyncpg.Pool) -> None:
    await a_lamp(door := runner(pool))
    for copy in (None, Replica(pool)):  # a database that follows nobody is no copy
        door = Runner(pool, door.workflow, replica=copy)
        async with door.reading() as connection:
            assert await connection.fetchval("SELECT count(*) FROM sale_order") == 1
