"""A worker's part in what is done at set times: it takes up what is due, does each beside the others, and notes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

import structlog

from orderway.database import lost
from orderway.listening import patience
from orderway.measures import SCHEDULE, SCHEDULE_RUNS
from orderway.rest import rest
from orderway.schedules.known import SCHEDULES
from orderway.schedules.taking import Run, Tally, Worker, end, leave, take
from orderway.workflow.runner import Runner

PAUSE = 15.0
"""Seconds between two looks at most: one is due at each time of a schedule, and tells that the worker is there."""

Job = Callable[[Runner], Awaitable[Tally]]
"""Does what a schedule has to do. Two at the same time do no harm, though each has its turn."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Keeper:
    """Does the jobs of the schedules, by their names, as this worker."""

    runner: Runner
    jobs: Mapping[str, Job]
    worker: Worker
    _doing: dict[asyncio.Task[None], Run] = field(default_factory=dict)

    @property
    def under_way(self) -> Collection[asyncio.Task[None]]:
        """What is being done now."""
        return tuple(self._doing)

    async def keep(self, stop: asyncio.Event) -> None:
        """Look, rest, and look again until `stop` is set; a database that is away is waited for."""
        while not stop.is_set():
            with patience("schedules"):
                await self.look()
            await rest(stop, self.pause())

    async def look(self) -> None:
        """Say that the worker is there, and begin what is due. One statement."""
        now, settings = self.runner.clock(), self.runner.workflow.settings
        due = {name: settings[SCHEDULES[name].times].until(now) for name in self.jobs}
        running = [run.id for run in self._doing.values()]
        async with self.runner.pool.acquire() as connection:
            runs = await take(connection, self.worker, due=due, running=running, now=now)
        for run in runs:
            task = asyncio.create_task(self._do(run))
            self._doing[task] = run
            task.add_done_callback(self._doing.pop)

    def pause(self) -> float:
        """Seconds until something is due, and no more than PAUSE: a clock that jumps is noticed soon."""
        now, settings = self.runner.clock(), self.runner.workflow.settings
        following = min(settings[SCHEDULES[name].times].after(now) for name in self.jobs)
        return min(PAUSE, (following - now).total_seconds())

    async def _do(self, run: Run) -> None:
        if run.tries > 1:
            log.warning("A run was left behind, and is taken over.", schedule=run.schedule, planned_at=run.planned_at)
        with patience(f"schedule {run.schedule}"):  # what is not noted is taken up again
            with SCHEDULE.labels(run.schedule).time():
                tally = await self._tally(run.schedule)
            SCHEDULE_RUNS.labels(run.schedule, "failed" if tally.errors else "done").inc()
            async with self.runner.pool.acquire() as connection:
                await end(connection, run, tally, worker=self.worker, now=self.runner.clock())
            if tally.rows or tally.errors:
                log.info("A schedule was run.", schedule=run.schedule, rows=tally.rows, errors=tally.errors)

    async def _tally(self, schedule: str) -> Tally:
        """Do it; whatever breaks but the database itself is an error of the run. Raises where that is away."""
        try:
            return await self.jobs[schedule](self.runner)
        except Exception as error:
            if lost(error):
                raise
            log.exception("A schedule broke.", schedule=schedule)
            return Tally(errors=1, why=str(error).split("\n")[0] or type(error).__name__)

    async def finish(self) -> None:
        """Wait for all that is under way."""
        while self._doing:
            await asyncio.wait(self._doing)

    async def leave(self) -> None:
        """Say goodbye: what was begun and not ended is free for others at once."""
        with patience("schedules"):
            async with self.runner.pool.acquire() as connection:
                await leave(connection, self.worker)
