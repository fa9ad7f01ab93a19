"""A process that is killed (-9) before a chosen statement of a run of sends: `victim.py URL LAMP_STORE LAMP_ID N`.

It prints the step of each send that was answered, as a client would have heard it.
"""

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

import asyncpg
from tests.workflow.lamp import ANYONE, NOON, Press, Room, lamp_workflow

from orderway.workflow.kinds import Ref
from orderway.workflow.runner import Runner

SENDS = 3
MORTAL = "orderway that dies"


class Mortal(asyncpg.Connection):
    """A connection that dies, with its process, before its n-th statement."""

    statements_left = 0

    @classmethod
    def live(cls) -> None:
        Mortal.statements_left -= 1
        if Mortal.statements_left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def execute(self, *args: Any, **kwargs: Any) -> str:
        if len(args) == 1:  # BEGIN and COMMIT; the others come by _execute
            Mortal.live()
        return await super().execute(*args, **kwargs)

    async def _execute(self, *args: Any, **kwargs: Any) -> Any:
        Mortal.live()
        return await super()._execute(*args, **kwargs)  # type: ignore[misc]  # not in the stubs


async def mortal(url: str) -> asyncpg.Pool:
    """A pool of one connection that dies."""
    name = {"application_name": MORTAL}
    return await asyncpg.create_pool(url, min_size=1, max_size=1, connection_class=Mortal, server_settings=name)


async def buried(pool: asyncpg.Pool) -> None:
    """Wait until the database has noticed that its client is dead, and holds nothing that it had locked."""
    async with asyncio.timeout(60):
        while await pool.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", MORTAL):
            pass


async def main(url: str, lamp: Ref, statements: int) -> None:
    pool = await mortal(url)
    Mortal.statements_left = statements
    door = Runner(pool, lamp_workflow(Room()), lambda: NOON)
    for number in range(SENDS):
        moved = await door.send(lamp, Press(), actor=ANYONE, key=f"{lamp.id} {number}")
        sys.stdout.write(f"{moved.step}\n")
        sys.stdout.flush()
    Mortal.statements_left = sys.maxsize


if __name__ == "__main__":
    url, store, id_, statements = sys.argv[1:]
    asyncio.run(main(url, Ref("lamp", UUID(store), UUID(id_)), int(statements)))
