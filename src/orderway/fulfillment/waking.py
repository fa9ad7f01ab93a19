"""A worker hears when goods are free for which somebody waits, and serves them at once; besides it looks now and then.

Whoever makes goods free has nothing to do for it: the database tells of them by its own trigger.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import structlog

from orderway.database import connect, lost
from orderway.errors import OrderwayError
from orderway.fulfillment.backorders import serve_all
from orderway.rest import rest
from orderway.workflow.runner import Runner

CHANNEL = "orderway_goods"
LOOK = 10.0
"""Seconds between two looks where nothing is heard."""

PAUSE = 5.0
"""Seconds until a database that went away is asked again."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving(runner: Runner, url: str) -> AsyncIterator[None]:
    """As long as it lasts, who is missing goods is served at each word of some, and now and then."""
    task = asyncio.create_task(serve_when_told(runner, url))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def serve_when_told(runner: Runner, url: str) -> None:
    """The same, until cancelled."""
    told = asyncio.Event()
    listening = asyncio.create_task(listen(url, told))
    try:
        while True:
            told.clear()
            with patience():
                if served := await serve_all(runner):
                    log.info("Backorders were served.", served=served)
            await rest(told, LOOK)
    finally:
        listening.cancel()


async def listen(url: str, told: asyncio.Event) -> None:
    """Set `told` at each word of free goods, until cancelled."""
    while True:
        with patience():
            await _hear(url, told)
        await asyncio.sleep(PAUSE)


async def _hear(url: str, told: asyncio.Event) -> None:
    """Hear what the database says until it goes away. What it said before nobody has heard: it counts as said."""
    connection, gone = await connect(url), asyncio.Event()
    try:
        connection.add_termination_listener(lambda *_: gone.set())
        await connection.add_listener(CHANNEL, lambda *_: told.set())
        told.set()
        await gone.wait()
    finally:
        with suppress(Exception):
            await connection.close(timeout=PAUSE)


@contextmanager
def patience() -> Iterator[None]:
    """A database that is away is waited for; any other fault is told, and the next look tries again."""
    try:
        yield
    except Exception as error:
        known = error if isinstance(error, OrderwayError) else lost(error)
        if known is None:
            log.exception("Who is missing goods could not be served.")
        else:
            log.warning("Who is missing goods waits for the database.", reason=known.message)
