"""Old runs of the schedules are forgotten, and workers of which nothing is left."""

from __future__ import annotations

from datetime import timedelta

from orderway.schedule_settings import SCHEDULE_RUN_DAYS
from orderway.workflow.runner import Runner

# The last run of each schedule says until when all is done, so it stays, however rare its times are.
RUNS = """
DELETE FROM schedule_run r WHERE ended_at < $1 AND EXISTS (
    SELECT FROM schedule_run l WHERE l.schedule = r.schedule AND l.planned_at > r.planned_at AND l.planned_at <= $2)
"""
WORKERS = """
DELETE FROM worker w WHERE seen_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM schedule_run r WHERE r.worker_id = w.id)
"""


async def tidy_runs(runner: Runner) -> int:
    """Delete runs that ended longer ago than the setting says, and workers gone for a day; gives how many rows."""
    now = runner.clock()
    before = now - timedelta(days=runner.workflow.settings[SCHEDULE_RUN_DAYS])
    statuses = [await runner.pool.execute(RUNS, before, now), await runner.pool.execute(WORKERS)]
    return sum(int(status.rpartition(" ")[2]) for status in statuses)
