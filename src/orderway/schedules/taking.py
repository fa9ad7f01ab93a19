"""Taking up what a schedule has to do: each of its times once, by one worker at a time, and never two times together.

A run belongs to its worker for as long as that says that it is there. One that says so no more has died, or is cut off:
another takes its run over. What a worker had begun and lost, since its database went away, it takes up again itself.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from orderway import __version__
from orderway.ids import new_id
from orderway.workflow.kinds import Connection

GONE = "interval '60 seconds'"
"""A worker that has not said for so long that it is there is gone. It says so every quarter of that, or sooner."""

LONGEST = 500
"""Characters that are kept of why a run failed."""

# Of a time that was missed nothing is made up but the last: the statement knows no other. What has run at that time or
# since is not run again, though a clock went back or the times were changed; what ran at a time that is still to come,
# by a clock that was wrong, counts for nothing. Two who begin together wait for each other in the order of the names.
TAKE = f"""
WITH here AS (
    INSERT INTO worker (id, host, process, version, started_at, seen_at) VALUES ($1, $2, $3, $4, now(), now())
    ON CONFLICT (id) DO UPDATE SET seen_at = greatest(worker.seen_at, now()), stopped_at = NULL
), left_behind AS (
    SELECT r.id FROM schedule_run r JOIN worker w ON w.id = r.worker_id
    WHERE r.ended_at IS NULL AND r.schedule = ANY ($5::text[]) AND CASE WHEN w.id = $1 THEN r.id <> ALL ($7::uuid[])
        ELSE w.stopped_at IS NOT NULL OR w.seen_at < now() - {GONE} END
    FOR UPDATE OF r SKIP LOCKED
), taken AS (
    UPDATE schedule_run r SET worker_id = $1, tries = r.tries + 1 FROM left_behind l WHERE r.id = l.id
    RETURNING r.id, r.schedule, r.planned_at, r.tries
), begun AS (
    INSERT INTO schedule_run (id, schedule, planned_at, started_at, worker_id)
    SELECT d.id, d.schedule, d.planned_at, $8, $1
    FROM unnest($9::uuid[], $5::text[], $6::timestamptz[]) AS d (id, schedule, planned_at)
    WHERE NOT EXISTS (
        SELECT FROM schedule_run r WHERE r.schedule = d.schedule
            AND (r.ended_at IS NULL OR r.planned_at BETWEEN d.planned_at AND $8)
    )
    ORDER BY d.schedule
    ON CONFLICT DO NOTHING
    RETURNING id, schedule, planned_at, tries
)
SELECT id, schedule, planned_at, tries FROM taken UNION ALL SELECT id, schedule, planned_at, tries FROM begun
"""  # noqa: S608  (a text of this module)

# Whoever took it over since ends it.
END = """
UPDATE schedule_run SET ended_at = greatest($4, started_at), rows = $5, errors = $6, why = $7
WHERE id = $1 AND worker_id = $2 AND tries = $3 AND ended_at IS NULL RETURNING true
"""
LEAVE = "UPDATE worker SET stopped_at = now() WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Worker:
    """This process, as it tells the others of itself."""

    id: UUID = field(default_factory=new_id)
    host: str = field(default_factory=platform.node)
    process: int = field(default_factory=os.getpid)
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Run:
    """What a worker has taken up: the schedule, the time it is for, and the how many-th worker this is to begin it."""

    id: UUID
    schedule: str
    planned_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run came to: rows that were done, and errors, with the first of them in a sentence."""

    rows: int = 0
    errors: int = 0
    why: str | None = None


async def take(
    connection: Connection,
    worker: Worker,
    *,
    due: Mapping[str, datetime],
    running: Collection[UUID] = (),
    now: datetime,
) -> list[Run]:
    """Say that the worker is there, and take up what nobody does. One statement.

    `due` has the last time until now of each schedule that the worker knows; `running` are the runs that it is doing.
    """
    names, times, ids = list(due), list(due.values()), [new_id() for _ in due]
    rows = await connection.fetch(
        TAKE, worker.id, worker.host, worker.process, worker.version, names, times, list(running), now, ids
    )
    return [Run(*row) for row in rows]


async def end(connection: Connection, run: Run, tally: Tally, *, worker: Worker, now: datetime) -> bool:
    """Note what a run came to; False where another has taken it over since."""
    why = (tally.why or "It failed.").replace("\0", "")[:LONGEST] if tally.errors else None
    ended = await connection.fetchval(END, run.id, worker.id, run.tries, now, tally.rows, tally.errors, why)
    return bool(ended)


async def leave(connection: Connection, worker: Worker) -> None:
    """Say goodbye: what the worker had begun and not ended is free for others at once."""
    await connection.execute(LEAVE, worker.id)
