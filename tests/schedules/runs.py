"""What stands of the runs of schedules, and workers that take them up, in a few words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from orderway.schedules.taking import Run, Tally, Worker, end, take

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUNS = "SELECT * FROM schedule_run ORDER BY planned_at, schedule"


async def takes(
    pool: asyncpg.Pool, worker: Worker, /, *, at: datetime, running: Collection[UUID] = (), **due: datetime
) -> list[Run]:
    """Let a worker look at the time `at`, by its own clock, when these schedules were due last."""
    async with pool.acquire() as connection:
        return await take(connection, worker, due=due, running=running, now=at)


async def ends(pool: asyncpg.Pool, run: Run, worker: Worker, *, at: datetime, tally: Tally | None = None) -> bool:
    async with pool.acquire() as connection:
        return await end(connection, run, tally or Tally(), worker=worker, now=at)


async def times(pool: asyncpg.Pool, schedule: str) -> list[datetime]:
    """The times that a schedule was run for, in their order."""
    rows = await pool.fetch("SELECT planned_at FROM schedule_run WHERE schedule = $1 ORDER BY planned_at", schedule)
    return [row["planned_at"] for row in rows]


async def unseen_for(pool: asyncpg.Pool, worker: Worker, seconds: int) -> None:
    """Let it be so long since the worker said that it is there."""
    seen = "now() - $2 * interval '1 second'"
    update = f"UPDATE worker SET started_at = least(started_at, {seen}), seen_at = {seen} WHERE id = $1"
    await pool.execute(update, worker.id, seconds)
