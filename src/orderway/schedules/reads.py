"""How the schedules stand, what was run, and which workers there are: for who sees operations, of whatever store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from orderway.cursors import cursor_of, read_cursor
from orderway.people.scope import stores_of
from orderway.people.viewer import Viewer
from orderway.schedules.known import SCHEDULES, Regular
from orderway.schedules.taking import GONE
from orderway.settings import Settings
from orderway.workflow.errors import Invalid
from orderway.workflow.kinds import Connection

SEES = "outbox.see"
LARGEST = 100

RunState = Literal["done", "failed", "under_way", "left_behind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A run as it is remembered: `planned_at` is the time it was for, `tries` how many workers began it."""

    id: UUID
    schedule: str
    planned_at: datetime
    started_at: datetime
    ended_at: datetime | None
    tries: int
    rows: int
    errors: int
    why: str | None
    host: str
    process: int
    gone: bool

    @property
    def regular(self) -> Regular | None:
        """What it is a run of; None for what this version does no more."""
        return SCHEDULES.get(self.schedule)

    @property
    def label(self) -> str:
        return self.regular.label if self.regular else self.schedule

    @property
    def state(self) -> RunState:
        """Left behind is one whose worker is gone: another takes it over soon."""
        if self.ended_at is None:
            return "left_behind" if self.gone else "under_way"
        return "failed" if self.errors else "done"

    @property
    def cursor(self) -> str:
        """Where the page ends that ends with this run."""
        return cursor_of(self.planned_at, self.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """A schedule: its times now, when it is due next, and its last run."""

    regular: Regular
    times: str
    next_at: datetime
    last: Done | None


@dataclass(frozen=True, slots=True)
class Present:
    """A worker. Who has not said goodbye and is not seen any more is `gone`."""

    id: UUID
    host: str
    process: int
    version: str
    started_at: datetime
    seen_at: datetime
    stopped_at: datetime | None
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilters:
    """Runs of one schedule by its name, and those that failed."""

    schedule: str | None = None
    failed: bool = False


IS_GONE = f"(w.stopped_at IS NOT NULL OR w.seen_at < now() - {GONE})"
RUN = f"""
    r.id, r.schedule, r.planned_at, r.started_at, r.ended_at, r.tries, r.rows, r.errors, r.why, w.host, w.process,
    {IS_GONE} AS gone FROM schedule_run r JOIN worker w ON w.id = r.worker_id
"""
# What ran at a time that is still to come, by a clock that was wrong, is not the last.
LAST = f"""
SELECT l.* FROM unnest($1::text[]) AS s (name) CROSS JOIN LATERAL (
    SELECT {RUN} WHERE r.schedule = s.name AND r.planned_at <= $2 ORDER BY r.planned_at DESC LIMIT 1) l
"""  # noqa: S608  (texts of this module)
WITHIN = "($1::text IS NULL OR r.schedule = $1) AND (NOT $2 OR r.errors > 0)"
PAGE = f"""
SELECT {RUN} WHERE {WITHIN} AND ($3::timestamptz IS NULL OR (r.planned_at, r.id) < ($3, $4::uuid))
ORDER BY r.planned_at DESC, r.id DESC LIMIT $5
"""
COUNT = f"SELECT count(*) FROM schedule_run r WHERE {WITHIN}"  # noqa: S608  (as above)
WORKERS = f"""
SELECT w.id, w.host, w.process, w.version, w.started_at, w.seen_at, w.stopped_at, {IS_GONE} AS gone
FROM worker w WHERE w.seen_at > now() - interval '1 day'
ORDER BY w.stopped_at IS NOT NULL, w.seen_at DESC LIMIT {LARGEST}
"""  # noqa: S608  (texts of this module)
AT_WORK = f"SELECT EXISTS (SELECT FROM worker w WHERE NOT {IS_GONE})"  # noqa: S608  (as above)


def sees_runs(viewer: Viewer) -> bool:
    """Whether the viewer sees the operations of any store: what is done at set times is of none."""
    return stores_of(viewer, SEES) != frozenset()


async def list_schedules(
    connection: Connection, viewer: Viewer, settings: Settings, *, now: datetime
) -> Sequence[Standing]:
    """Return every schedule with its last run; none for who does not see them. One statement."""
    if not sees_runs(viewer):
        return ()
    last = {row["schedule"]: Done(**row) for row in await connection.fetch(LAST, list(SCHEDULES), now)}
    return [
        Standing(each, str(settings[each.times]), settings[each.times].after(now), last.get(name))
        for name, each in SCHEDULES.items()
    ]


async def list_runs(
    connection: Connection, viewer: Viewer, *, filters: RunFilters, after: str = "", limit: int = 20
) -> tuple[list[Done], bool]:
    """Return what was run, those first that were due last, and whether more follows. One statement. Raises Invalid."""
    if not 1 <= limit <= LARGEST:
        raise Invalid(f"A page holds 1 to {LARGEST} runs.", "Ask for fewer, and then for the next page.", "first")
    place = read_cursor(after, "runs") if after else (None, None)
    if not sees_runs(viewer):
        return [], False
    rows = await connection.fetch(PAGE, filters.schedule, filters.failed, *place, limit + 1)
    return [Done(**row) for row in rows[:limit]], len(rows) > limit


async def count_runs(connection: Connection, viewer: Viewer, *, filters: RunFilters) -> int:
    """Return how many runs `list_runs` lists in all."""
    if not sees_runs(viewer):
        return 0
    counted: int = await connection.fetchval(COUNT, filters.schedule, filters.failed)
    return counted


async def list_workers(connection: Connection, viewer: Viewer) -> list[Present]:
    """Return the workers of the last day: first those that are there, as they were seen last."""
    return [Present(**row) for row in await connection.fetch(WORKERS)] if sees_runs(viewer) else []


async def anyone_works(connection: Connection) -> bool:
    """Whether a worker is there."""
    found: bool = await connection.fetchval(AT_WORK)
    return found
