"""A worker that comes by once, and does all that is due."""

from __future__ import annotations

from orderway.schedules.taking import Worker
from orderway.worker.jobs import JOBS
from orderway.worker.keeping import Keeper
from orderway.worker.timers import sweep_due
from orderway.workflow.runner import Runner


async def work_once(runner: Runner) -> None:
    """Sweep the timers that are due, and do what is due at set times."""
    await sweep_due(runner)
    keeper = Keeper(runner, JOBS, Worker())
    await keeper.look()
    await keeper.finish()
    await keeper.leave()
