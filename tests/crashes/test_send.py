"""A process killed between any two statements of `send`: a move is there or not, and none that was answered is lost."""

import asyncio
import sys
from pathlib import Path

import asyncpg
from tests.crashes.victim import SENDS
from tests.workflow.lamp import ANYONE, Press, Room, a_lamp, lamp_workflow, runner

from orderway.workflow.verify import verify

ROOT = Path(__file__).parents[2]


async def killed_after(statements: int, url: str, *lamp: str) -> tuple[int, list[int]]:
    """Run the victim; its exit code and the steps that it was answered."""
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crashes.victim", url, *lamp, str(statements),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    out, _ = await victim.communicate()
    return victim.returncode or 0, [int(line) for line in out.split()]


async def test_a_kill_leaves_all_of_a_move_or_nothing(pool: asyncpg.Pool, database_url: str) -> None:
    door = runner(pool)
    kills = 0
    for statements in range(200):
        lamp = await a_lamp(door)
        code, answered = await killed_after(statements, database_url, str(lamp.store_id), str(lamp.id))
        row = (await pool.fetch("SELECT step, state FROM quotation WHERE id = $1", lamp.id))[0]
        logged = await pool.fetchval("SELECT max(step) FROM transition_log WHERE instance_id = $1", lamp.id)
        assert row["step"] == logged
        assert row["state"] == ("ON" if row["step"] % 2 else "OFF")
        assert answered == list(range(1, len(answered) + 1))
        # What was answered is there; at most the one under way is there unanswered.
        assert len(answered) <= row["step"] <= len(answered) + 1
        # The client that heard nothing sends again with the same key: nothing happens twice.
        if code == 0:
            break
        again = await door.send(lamp, Press(), actor=ANYONE, key=f"{lamp.id} {len(answered)}")
        assert again.step == len(answered) + 1
        kills += 1
    assert (code, answered) == (0, list(range(1, SENDS + 1)))
    assert kills > 4 * SENDS
    async with pool.acquire() as connection:
        assert (await verify(connection, lamp_workflow(Room()), ())).findings == ()
