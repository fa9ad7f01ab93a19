"""Timers are swept soon after they are due, but those of machines that have set times of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache

import structlog

from orderway.listening import patience
from orderway.rest import rest
from orderway.workflow.runner import Runner
from orderway.workflow.timers import sweep

PAUSE = 10.0
"""Seconds between two looks at what is due."""

AT_SET_TIMES = frozenset({"sale", "rider_interest"})
"""The machines whose timers are swept by a schedule."""

log = structlog.get_logger(__name__)


async def sweep_until(stop: asyncio.Event, runner: Runner) -> None:
    """Sweep, rest, and sweep again until `stop` is set; a database that is away is waited for."""
    while not stop.is_set():
        with patience("timers"):
            await sweep_due(runner)
        await rest(stop, PAUSE)


async def sweep_due(runner: Runner) -> None:
    """Send what is due. One statement where nothing is."""
    kinds = [kind for kind in runner.workflow.kinds.values() if kind.name not in AT_SET_TIMES]
    found = await runner.pool.fetch(due({kind.name: kind.table.name for kind in kinds}.items()), runner.clock())
    for (machine,) in found:
        swept = await sweep(runner, machines=[machine])
        if swept.sent or swept.failed:
            log.info("Timers were swept.", machine=machine, **asdict(swept))


def due(machines: Iterable[tuple[str, str]]) -> str:
    """Which of the machines, by their tables, have something that is due. Parameter: now."""
    return _due(tuple(machines))


@cache
def _due(machines: tuple[tuple[str, str], ...]) -> str:
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table} WHERE due_at <= $1)"  # noqa: S608  (names of the code)
        for name, table in machines
    )
