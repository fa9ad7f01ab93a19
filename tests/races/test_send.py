"""Many clients at one lamp: the lock makes them one queue, and nothing is lost, doubled or skipped."""

import asyncio

import asyncpg
from tests.workflow.lamp import ANYONE, Press, Room, a_lamp, lamp_workflow, runner

from orderway.database import connect_pool
from orderway.workflow.errors import Conflict
from orderway.workflow.kinds import Moved
from orderway.workflow.verify import verify

CLIENTS = 32


async def released_at_once(url: str, keyword: str) -> tuple[list[Moved | BaseException], asyncpg.Record]:
    """32 connections, let go at once at one lamp; what each was answered, and how the lamp stands."""
    async with await connect_pool(url, size=CLIENTS) as pool:
        door = runner(pool)
        lamp = await a_lamp(door)
        barrier = asyncio.Barrier(CLIENTS)

        async def client(number: int) -> Moved:
            key = {"same key": "one", "own key": str(number)}.get(keyword)
            async with pool.acquire():
                await barrier.wait()
            seen = 0 if keyword == "seen" else None
            return await door.send(lamp, Press(), actor=ANYONE, key=key, seen=seen)

        answers = await asyncio.gather(*(client(number) for number in range(CLIENTS)), return_exceptions=True)
        async with pool.acquire() as connection:
            assert (await verify(connection, lamp_workflow(Room()), ())).findings == ()
            return answers, (await connection.fetch("SELECT step, state FROM quotation WHERE id = $1", lamp.id))[0]


async def test_each_of_many_presses_counts_once(database_url: str) -> None:
    answers, lamp = await released_at_once(database_url, "own key")
    assert sorted(moved.step for moved in answers if isinstance(moved, Moved)) == list(range(1, CLIENTS + 1))
    assert tuple(lamp) == (CLIENTS, "OFF")


async def test_one_request_sent_many_times_counts_once(database_url: str) -> None:
    answers, lamp = await released_at_once(database_url, "same key")
    assert {moved.step for moved in answers if isinstance(moved, Moved)} == {1}
    assert len(answers) == CLIENTS
    assert tuple(lamp) == (1, "ON")


async def test_of_many_who_saw_the_same_step_one_moves(database_url: str) -> None:
    answers, lamp = await released_at_once(database_url, "seen")
    assert sum(isinstance(each, Moved) for each in answers) == 1
    assert sum(isinstance(each, Conflict) for each in answers) == CLIENTS - 1
    assert tuple(lamp) == (1, "ON")
