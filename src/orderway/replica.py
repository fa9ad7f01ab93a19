"""A copy of the database that lists and figures are read from, as soon as it has what was answered before.

It follows the database with a delay, so it is asked whether it has come as far as the database was when the question
came in. Where it does not within a moment, the database itself is read. So nobody misses what they did themselves, nor
what they were just told that somebody else did.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from orderway.database import DatabaseUnavailable, connect_pool
from orderway.leader import SAYS_NOTHING

NAME = "ORDERWAY_REPLICA_URL"

PATIENCE = 0.25
"""Seconds that a reader waits for the copy at most."""

APART = 5.0
"""Seconds that a copy is left alone that did not come up in time."""

WRITTEN = "SELECT pg_current_wal_flush_lsn()"
"""How far the database is: whatever was answered lies before."""

REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END"
"""How far a copy is. One that was further, before, than the database is now follows a leader that was deposed: what it
has is of another history, and says nothing of what the database has."""

FOLLOWS = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() >= $1 END"
"""Whether a copy is as far; nothing of one that is no copy."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Replica:
    """Connections to a copy, or to several behind one address."""

    pool: asyncpg.Pool
    _rests_until: float = 0.0

    @asynccontextmanager
    async def reading(self, primary: asyncpg.Pool) -> AsyncIterator[PoolConnectionProxy]:
        """A connection for reading, to a copy or to the database itself; raises what that raises."""
        async with AsyncExitStack() as stack:
            copy = await self._caught_up(primary, stack)
            yield await stack.enter_async_context(primary.acquire()) if copy is None else copy

    async def _caught_up(self, primary: asyncpg.Pool, stack: AsyncExitStack) -> PoolConnectionProxy | None:
        """A connection to a copy that has everything, which the stack gives back; None where none has."""
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            return None
        try:
            async with AsyncExitStack() as taken, asyncio.timeout(PATIENCE):
                connection = await taken.enter_async_context(self.pool.acquire())
                before = await connection.fetchval(REPLAYED)
                written = await primary.fetchval(WRITTEN)
                if before is not None and before > written:
                    raise ConnectionError("it is ahead of the database, so that it follows another one")
                await follow(connection, written)
                stack.push_async_exit(taken.pop_all())
                return connection
        except SAYS_NOTHING as error:
            self._rests_until = now + APART
            reason = str(error) or f"it is more than {PATIENCE:g} s behind"
            log.warning("Lists are read from the database itself: its copy is of no use now.", reason=reason)
            return None


async def follow(connection: PoolConnectionProxy, written: int) -> None:
    """Wait until a copy is as far. Raises ConnectionError for what is no copy."""
    pause = 0.001
    while not (follows := await connection.fetchval(FOLLOWS, written)):
        if follows is None:
            raise ConnectionError("it follows nobody")
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.016)


@asynccontextmanager
async def replica(environ: Mapping[str, str], *, size: int = 10) -> AsyncIterator[Replica | None]:
    """The copy that the environment names, for as long as it lasts; one that is away is no reason not to begin.

    Raises DatabaseUnavailable for an address that can not be read.
    """
    url = environ.get(NAME, "")
    if not url:
        yield None
        return
    if not url.startswith(("postgres://", "postgresql://")) or "," in url.rpartition("@")[2]:
        raise DatabaseUnavailable(
            f"{NAME} does not name one host of PostgreSQL.", "Write it as postgresql://user:password@host/database."
        )
    async with await connect_pool(url, size=size, at_once=0) as pool:
        yield Replica(pool)
