"""Telling every process that something happened: after the commit, and once for all that happens meanwhile."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
import structlog

from orderway.database import lost

CHANNEL: Final = "orderway_outbox"
"""Where it is told that there is news; what it is stands in the tables."""

GAP = 0.01
"""Seconds between two tellings of a process: who is told twice in between reads the same."""

log = structlog.get_logger(__name__)


class Announcer:
    """Tells of news. Told within the transaction itself, all of them would commit one after the other.

    A process that dies before it has told is heard all the same: who listens also looks now and then.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._again = False
        self._telling: asyncio.Task[None] | None = None

    def __call__(self) -> None:
        """Let everyone know soon; returns at once."""
        self._again = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._pool.execute(f"NOTIFY {CHANNEL}")
            except Exception as error:
                if lost(error) is None and not isinstance(error, asyncpg.InterfaceError):
                    log.exception("News could not be told of; they are found at the next look.")
            await asyncio.sleep(GAP)
