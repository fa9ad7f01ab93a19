"""All that a worker does, for as long as it lasts: in a process of its own, inside `orderway serve`, in the demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from orderway.database import connect_pool
from orderway.fulfillment.waking import serving
from orderway.outbound.sinks import delivering
from orderway.schedules.taking import Worker
from orderway.streams.announcer import Announcer
from orderway.worker.jobs import JOBS
from orderway.worker.keeping import Keeper
from orderway.worker.timers import sweep_until
from orderway.workflow.kinds import Workflow
from orderway.workflow.runner import Runner

CONNECTIONS = 8
"""A worker's own, so that inside a server it takes none from those who wait for an answer."""

Delivering = Callable[[Runner, str], AbstractAsyncContextManager[None]]

GRACE = 10.0
"""Seconds that what is under way is given to end when the worker stops; the rest is undone, and free for others."""


@asynccontextmanager
async def working(url: str, workflow: Workflow, *, deliver: Delivering = delivering) -> AsyncIterator[None]:
    """As long as it lasts, the work is done beside; at the end what is under way is ended first, for a while.

    `deliver` tells of what happened. Raises DatabaseUnavailable, and what that raises, at the beginning; a database
    that goes away later is waited for.
    """
    async with await connect_pool(url, size=CONNECTIONS) as pool:
        runner = Runner(pool, workflow, announce=Announcer(pool))
        async with serving(runner, url), deliver(runner, url), keeping(runner):
            yield


@asynccontextmanager
async def keeping(runner: Runner) -> AsyncIterator[None]:
    """As long as it lasts, timers are swept, and what is due at set times is done."""
    stop, keeper = asyncio.Event(), Keeper(runner, JOBS, Worker())
    tasks = [asyncio.create_task(each) for each in (keeper.keep(stop), sweep_until(stop, runner))]
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait([*tasks, *keeper.under_way], timeout=GRACE)
        for task in (*tasks, *keeper.under_way):
            task.cancel()
        await asyncio.gather(*tasks, *keeper.under_way, return_exceptions=True)
        await keeper.leave()
