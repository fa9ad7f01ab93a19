"""A rehearsal does everything that a move does, keeps none of it, and never makes others wait for long."""

from datetime import timedelta

import asyncpg
import pytest
from tests.workflow.lamp import ANYONE, NOON, Press, a_lamp, runner

from orderway.database import connect_pool
from orderway.workflow.kinds import Connection, Moved, Ref
from orderway.workflow.runner import Runner
from orderway.workflow.transaction import Transaction

KEPT = """
SELECT (SELECT count(*) FROM transition_log), (SELECT count(*) FROM outbox), (SELECT outbox_number FROM sale_order),
    state, step, context::text, due_at
FROM quotation
"""


async def press(door: Runner, connection: Connection, lamp: Ref) -> Moved:
    tx = Transaction(connection, door.workflow, actor=ANYONE, now=NOON, request_id=None, intent="rehearse")
    return await tx.send(lamp, Press())


async def test_what_is_rehearsed_stands_until_it_ends_and_is_undone(pool: asyncpg.Pool) -> None:
    heard: list[str] = []
    door = Runner(pool, runner(pool).workflow, lambda: NOON, announce=lambda: heard.append("news"))
    lamp = await a_lamp(door)
    before = await pool.fetchrow(KEPT)
    heard.clear()
    async with door.rehearse() as connection:
        assert (await press(door, connection, lamp)).to_state == "ON"
        assert tuple(await connection.fetchrow(KEPT) or ()) == (
            2, 3, 3, "ON", 1, '{"presses":1,"burns_until":"2026-03-02T13:00:00Z"}', NOON + timedelta(hours=1),
        )  # fmt: skip
    assert await pool.fetchrow(KEPT) == before
    assert heard == []


async def test_a_rehearsal_that_fails_is_undone_too(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(door := runner(pool))
    before = await pool.fetchrow(KEPT)

    async def fails() -> None:
        async with door.rehearse() as connection:
            await press(door, connection, lamp)
            await connection.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fails()
    assert await pool.fetchrow(KEPT) == before
    assert (await door.send(lamp, Press(), actor=ANYONE)).to_state == "ON"


async def test_a_rehearsal_does_not_wait_for_who_decides(pool: asyncpg.Pool) -> None:
    lamp = await a_lamp(door := runner(pool))
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM sale_order FOR UPDATE")
        with pytest.raises(asyncpg.LockNotAvailableError):
            async with door.rehearse() as connection:
                await press(door, connection, lamp)


async def test_a_rehearsal_that_takes_too_long_is_given_up(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderway.workflow.runner.LONGEST_REHEARSAL", 0)
    lamp = await a_lamp(door := runner(pool))
    with pytest.raises(TimeoutError):
        async with door.rehearse() as connection:
            await press(door, connection, lamp)
    assert (await door.send(lamp, Press(), actor=ANYONE)).to_state == "ON"


async def test_the_limits_of_a_rehearsal_end_with_it(database_url: str) -> None:
    limits = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
    async with await connect_pool(database_url, size=1) as one:
        async with runner(one).rehearse() as connection:
            assert tuple(await connection.fetchrow(limits) or ()) == ("250ms", "1s")
        assert tuple(await one.fetchrow(limits) or ()) == ("0", "0")
