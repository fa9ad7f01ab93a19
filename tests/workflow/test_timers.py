"""Timers: what is due is sent once, by whichever worker comes first; what can not be sent waits and stops nobody."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOON, LampFacts, Press, Room, a_lamp, runner

from orderway.workflow.kinds import Instance
from orderway.workflow.timers import FailedTimer, Swept, claim, list_failed, put_off, sweep
from orderway.workflow.transaction import Transaction

LATER = NOON + timedelta(hours=2)


async def lit(pool: asyncpg.Pool, many: int) -> None:
    door = runner(pool)
    for _ in range(many):
        await door.send(await a_lamp(door), Press(), actor=ANYONE)


async def write_by_hand(pool: asyncpg.Pool, lamp: UUID, context: str) -> None:
    """Put another context under a lamp, which no move would."""
    async with pool.acquire() as connection:
        await connection.execute("ALTER TABLE quotation DISABLE TRIGGER USER")
        await connection.execute("UPDATE quotation SET context = $2 WHERE id = $1", lamp, context)
        await connection.execute("ALTER TABLE quotation ENABLE TRIGGER USER")


async def test_nothing_is_sent_before_its_time(pool: asyncpg.Pool) -> None:
    await lit(pool, 1)
    assert await sweep(runner(pool, now=NOON + timedelta(minutes=59))) == Swept()


async def test_what_is_due_is_sent_by_the_system(pool: asyncpg.Pool) -> None:
    await lit(pool, 3)
    assert await sweep(runner(pool, now=LATER), batch=2) == Swept(sent=3)
    rows = await pool.fetch("SELECT state, due_at, due_event FROM quotation")
    assert [tuple(row) for row in rows] == [("OUT", None, None)] * 3
    assert await pool.fetchval("SELECT count(*) FROM transition_log WHERE event = 'BURN_OUT' AND actor = 'system'") == 3
    assert await sweep(runner(pool, now=LATER)) == Swept()


async def test_many_workers_send_each_once(pool: asyncpg.Pool) -> None:
    await lit(pool, 20)
    swept = await asyncio.gather(*(sweep(runner(pool, now=LATER), batch=5) for _ in range(6)))
    assert sum(each.sent for each in swept) == 20
    assert await pool.fetchval("SELECT count(*) FROM transition_log WHERE event = 'BURN_OUT'") == 20


async def test_an_order_that_another_holds_is_left_to_it(pool: asyncpg.Pool) -> None:
    await lit(pool, 2)
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM sale_order ORDER BY id LIMIT 1 FOR UPDATE")
        swept = await sweep(runner(pool, now=LATER))
    assert swept.sent == 1
    assert swept.held > 0


async def test_one_that_fails_stops_no_other_and_waits(pool: asyncpg.Pool) -> None:
    await lit(pool, 3)
    bad = await pool.fetchval("SELECT id FROM quotation ORDER BY due_at, id LIMIT 1")
    await write_by_hand(pool, bad, '{"presses":"many"}')
    assert await sweep(runner(pool, now=LATER)) == Swept(sent=2, failed=1)
    assert await pool.fetchval("SELECT due_at FROM quotation WHERE id = $1", bad) == LATER + timedelta(hours=1)


async def test_one_that_is_refused_waits(pool: asyncpg.Pool) -> None:
    await lit(pool, 1)
    await pool.execute("UPDATE quotation SET due_at = $1", NOON + timedelta(minutes=10))
    early = NOON + timedelta(minutes=20)
    assert await sweep(runner(pool, Room(), now=early)) == Swept(refused=1)
    assert tuple((await pool.fetch("SELECT state, due_at FROM quotation"))[0]) == ("ON", early + timedelta(hours=1))


async def test_a_timer_that_was_set_anew_is_not_put_off(pool: asyncpg.Pool) -> None:
    await lit(pool, 1)
    lamp = (await pool.fetch("SELECT store_id, id FROM quotation"))[0]
    early, later = NOON + timedelta(minutes=59), NOON + timedelta(days=1)
    assert await pool.execute(put_off("quotation"), *lamp, early, later) == "UPDATE 0"
    assert await pool.fetchval("SELECT due_at FROM quotation") == NOON + timedelta(hours=1)
    assert await pool.execute(put_off("quotation"), *lamp, LATER, later) == "UPDATE 1"


async def test_a_timer_is_claimed_as_it_stands_when_its_order_is_free(pool: asyncpg.Pool) -> None:
    """The lamp burns out while a worker looks at its timer: a stale reading of the row would still show it as due."""
    await lit(pool, 1)
    lamp = (await pool.fetch("SELECT store_id, id FROM quotation"))[0]
    waiting = claim("quotation").replace("SKIP LOCKED", "")
    async with pool.acquire() as other, pool.acquire() as worker:
        moving = other.transaction()
        await moving.start()
        await other.execute("SELECT FROM sale_order FOR UPDATE")
        claiming = asyncio.create_task(worker.fetchval(waiting, *lamp, LATER))
        while not await pool.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
            pass
        await other.execute("UPDATE quotation SET due_at = $1", LATER + timedelta(minutes=1))
        await other.execute("UPDATE sale_order SET outbox_number = outbox_number")
        await moving.commit()
        assert await claiming is None


async def test_the_timers_that_fail_are_listed_until_they_are_sent(pool: asyncpg.Pool) -> None:
    await lit(pool, 2)
    bad = await pool.fetchval("SELECT id FROM quotation ORDER BY due_at, id LIMIT 1")
    await write_by_hand(pool, bad, '{"presses":"many"}')
    door = runner(pool, now=LATER)
    assert await sweep(door) == Swept(sent=1, failed=1)
    again = LATER + timedelta(hours=1)
    assert await sweep(runner(pool, now=again)) == Swept(failed=1)
    async with pool.acquire() as connection:
        assert await list_failed(connection, door.workflow) == [
            FailedTimer(
                machine="lamp", event="BURN_OUT", tries=2, failed_at=again,
                why="Expected `int`, got `str` - at `$.presses`", due_at=again + timedelta(hours=2), number="1",
            )
        ]  # fmt: skip
        await write_by_hand(pool, bad, '{"presses":1,"burns_until":"2026-03-02T13:00:00Z"}')
        assert await sweep(runner(pool, now=again + timedelta(hours=2))) == Swept(sent=1)
        assert await list_failed(connection, door.workflow) == []


async def test_a_connection_that_breaks_ends_the_sweep_and_is_no_failure_of_the_timer(pool: asyncpg.Pool) -> None:
    await lit(pool, 1)

    class Cut(Room):
        async def facts(self, tx: Transaction, lamp: Instance, event: Any) -> LampFacts:
            await tx.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return await super().facts(tx, lamp, event)

    with pytest.raises(asyncpg.InterfaceError, match="connection is closed"):
        await sweep(runner(pool, Cut(), now=LATER))
    assert await pool.fetchval("SELECT count(*) FROM failed_timer") == 0
    assert tuple((await pool.fetch("SELECT state, due_at FROM quotation"))[0]) == ("ON", NOON + timedelta(hours=1))
