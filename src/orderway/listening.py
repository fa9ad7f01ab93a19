"""Hearing what the database tells: a look at first, at each word on a channel, and now and then besides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

import asyncpg
import structlog

from orderway.database import connect, lost
from orderway.errors import OrderwayError
from orderway.rest import rest

PAUSE = 1.0
"""Seconds before a connection that broke is opened anew."""

PATIENCE = 10.0
"""Seconds that a connection is given to say goodbye."""

AGAIN = 60.0
"""Seconds until a reason to wait is told again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who looks at each word on a `channel`, and after `poll` seconds without one: a net under what is told.

    `name` says in the log whose looks fail: "settings". A look gets the connection that listens.
    """

    name: str
    channel: str
    look: Callable[[asyncpg.Connection], Awaitable[None]]
    poll: float


@asynccontextmanager
async def meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """As long as it lasts some work is done beside; at the end it is cancelled."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def listen(listener: Listener, url: str) -> None:
    """Look, and look again, until cancelled. A database that is away is waited for."""
    logged: dict[str, float] = {}
    while True:
        with patience(listener.name, logged):
            await _hear(listener, url, logged)
        await asyncio.sleep(PAUSE)


async def _hear(listener: Listener, url: str, logged: dict[str, float]) -> None:
    """Look for as long as the connection lives. What was told before nobody has heard: the first look finds it."""
    connection = await connect(url)
    told = asyncio.Event()

    def tell(*_: object) -> None:
        told.set()

    try:
        connection.add_termination_listener(tell)
        await connection.add_listener(listener.channel, tell)
        while not connection.is_closed():  # not every look needs it
            told.clear()
            await listener.look(connection)
            logged.clear()
            await rest(told, listener.poll)
        raise ConnectionResetError
    finally:
        with suppress(Exception):
            await connection.close(timeout=PATIENCE)


@contextmanager
def patience(name: str, logged: dict[str, float] | None = None) -> Iterator[None]:
    """A database that is away is waited for; any other fault is told, and whoever looks tries again.

    `logged` has when each reason was logged last: one that stays is logged once a minute. A task that is being ended
    ends, though the database goes away in that moment and its error takes the place of the word to end.
    """
    try:
        yield
    except Exception as error:
        known = error if isinstance(error, OrderwayError) else lost(error)
        if known is None and not isinstance(error, TimeoutError):
            log.exception("A look at the database failed, and the next one tries again.", by=name)
        else:
            reason = known.message if known else "No answer in time."
            now, logged = monotonic(), {} if logged is None else logged
            if now - logged.get(reason, now - AGAIN) >= AGAIN:
                logged[reason] = now
                log.warning("The database is waited for.", by=name, reason=reason)
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError from error
