"""How things stand as the database knows it: who works, what is late, what waits and what failed, for /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache

import asyncpg
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from orderway.changeover.shadow import count_open
from orderway.changeover.shadow import read_standing as read_shadow
from orderway.database import lost
from orderway.migrations import known, newest
from orderway.schedules.known import SCHEDULES
from orderway.schedules.taking import GONE
from orderway.settings import Settings
from orderway.workflow.kinds import Connection, Workflow
from orderway.workflow.runner import Runner

PATIENCE = 5.0
"""Seconds that the database is given to tell."""

MOST = 10_000
"""Orders that are counted of a sink at most: more are as bad, and would take longer to count."""

REVISION = "SELECT version_num FROM alembic_version"

# A transaction that wrote something and has not ended holds back what all sinks may know of, whatever database of the
# server it is in.
DATABASE = """
SELECT (
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
) AS waiting, coalesce(extract(epoch FROM clock_timestamp() - least(
    (SELECT min(xact_start) FROM pg_stat_activity WHERE backend_xid IS NOT NULL),
    (SELECT min(prepared) FROM pg_prepared_xacts)
)), 0)::float8 AS oldest
"""
WORKERS = f"SELECT count(*) FROM worker WHERE stopped_at IS NULL AND seen_at >= now() - {GONE}"  # noqa: S608


def few(rows: str, *, name: str) -> str:
    """How many rows there are, as far as it matters."""
    return f"(SELECT count(*) FROM (SELECT FROM {rows} LIMIT {MOST}) few) AS {name}"  # noqa: S608  (texts of this module)


# What is due waits since then, and what no worker has taken note of since it happened: each is the end of an index.
# What is due to a sink that is paused waits as it should.
SINKS = f"""
SELECT s.sink,
    {few("outbound_progress p WHERE p.sink = s.sink AND p.due_at IS NOT NULL", name="waiting")},
    {few("outbound_progress p WHERE p.sink = s.sink AND p.tries > 0 AND p.dead_at IS NULL", name="failing")},
    {few("outbound_progress p WHERE p.sink = s.sink AND p.tries > 0 AND p.dead_at IS NOT NULL", name="dead")},
    coalesce(extract(epoch FROM greatest($1 - least(
        (SELECT min(p.due_at) FROM outbound_progress p WHERE p.sink = s.sink AND p.due_at <= $1),
        (SELECT b.at FROM outbox b WHERE b.xid > s.xid ORDER BY b.xid LIMIT 1)
    ), interval '0')), 0)::float8 AS late,
    coalesce(extract(epoch FROM $1 - s.away_since), 0)::float8 AS away
FROM outbound_sink s WHERE s.paused_at IS NULL ORDER BY s.sink
"""  # noqa: S608  (texts of this module)

# E-mails have rows of their own.
MAILS = f"""
SELECT 'mail' AS sink,
    {few("mail WHERE due_at IS NOT NULL", name="waiting")},
    {few("mail WHERE due_at IS NOT NULL AND tries > 0", name="failing")},
    {few("mail WHERE dead_at IS NOT NULL", name="dead")},
    coalesce(extract(epoch FROM greatest(
        $1 - (SELECT min(due_at) FROM mail WHERE due_at IS NOT NULL), interval '0'
    )), 0)::float8 AS late,
    0::float8 AS away
"""  # noqa: S608  (texts of this module)

RUNS = """
SELECT n.schedule, r.planned_at, r.errors > 0 AS failed FROM unnest($1::text[]) AS n (schedule)
CROSS JOIN LATERAL (
    SELECT planned_at, errors FROM schedule_run
    WHERE schedule = n.schedule AND ended_at IS NOT NULL AND planned_at <= $2
    ORDER BY planned_at DESC LIMIT 1
) r
"""


class Figures(Collector):
    """Gauges by their names, each with one label at most; what the database was not asked for is not told."""

    def __init__(self) -> None:
        self.families: dict[str, GaugeMetricFamily] = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self.families.values()

    def put(self, name: str, help: str, value: float, *, label: Mapping[str, str] | None = None) -> None:
        """Tell one figure: "outbox_dead", what it is, and of what."""
        label = label or {}
        family = self.families.setdefault(name, GaugeMetricFamily(f"orderway_{name}", help, labels=tuple(label)))
        family.add_metric(tuple(label.values()), value)


async def read_standing(runner: Runner) -> CollectorRegistry:
    """Read the figures anew. A database that does not answer is one of them; raises what else it raises."""
    figures, registry, is_up = Figures(), CollectorRegistry(), False
    try:
        async with asyncio.timeout(PATIENCE), runner.pool.acquire() as connection:
            await _read(figures, connection, runner)
        is_up = True
    except Exception as error:
        if lost(error) is None and not isinstance(error, TimeoutError):
            raise
    figures.put("database_up", "Whether the database answers this process: 1, or 0.", is_up)
    registry.register(figures)
    return registry


async def _read(figures: Figures, connection: Connection, runner: Runner) -> None:
    now = runner.clock()
    is_current = await is_of_this_version(connection)
    if is_current:
        await _read_database(figures, connection)
        await _read_sinks(figures, connection, now=now)
        await _read_timers(figures, connection, runner.workflow, now=now)
        await _read_schedules(figures, connection, runner.workflow.settings, now=now)
        await _read_shadow(figures, connection, now=now)
    figures.put("tables_current", "Whether the tables are those of this version: 1, or 0.", is_current)


async def is_of_this_version(connection: Connection) -> bool:
    """Whether the database has the tables that this code works with: its own or, while another version is brought in,
    those of the next, which take nothing away that this one reads (0051). That one this code does not know.
    """
    try:
        found = await connection.fetchval(REVISION)
    except asyncpg.UndefinedTableError:
        return False
    return found is not None and found not in outgrown()


async def count_workers(connection: Connection) -> int:
    """How many workers said within a minute that they are there."""
    found: int = await connection.fetchval(WORKERS)
    return found


async def _read_database(figures: Figures, connection: Connection) -> None:
    [row] = await connection.fetch(DATABASE)
    figures.put("database_lock_waiting", "Sessions that wait for a lock of another.", row["waiting"])
    figures.put(
        "database_oldest_transaction_seconds",
        "How long the oldest transaction that wrote something is open: no sink is told of what happened since.",
        row["oldest"],
    )
    figures.put("workers", "Workers that said within a minute that they are there.", await count_workers(connection))


async def _read_sinks(figures: Figures, connection: Connection, *, now: datetime) -> None:
    for row in [*await connection.fetch(SINKS, now), *await connection.fetch(MAILS, now)]:
        label = {"sink": row["sink"]}
        figures.put(
            "outbox_waiting", f"Orders that have yet to be delivered, the failing among them; {MOST:,} at most.",
            row["waiting"], label=label,
        )  # fmt: skip
        figures.put("outbox_failing", "Orders that are tried again by themselves.", row["failing"], label=label)
        figures.put("outbox_dead", "Orders that were given up and wait for a person.", row["dead"], label=label)
        figures.put("outbox_late_seconds", "How long what is due has waited.", row["late"], label=label)
        figures.put("outbox_away_seconds", "How long the whole place takes nothing.", row["away"], label=label)


async def _read_timers(figures: Figures, connection: Connection, workflow: Workflow, *, now: datetime) -> None:
    tables = tuple((name, kind.table.name) for name, kind in workflow.kinds.items())
    for row in await connection.fetch(timers(tables), now):
        label = {"machine": row["machine"]}
        figures.put("timers_late_seconds", "How long the oldest timer has been due.", row["late"], label=label)
        figures.put("timers_failing", "Timers that failed the last time they were due.", row["failing"], label=label)


@cache
def timers(tables: tuple[tuple[str, str], ...]) -> str:
    """The timers of every machine. Parameter: now."""
    return " UNION ALL ".join(
        f"""SELECT '{machine}' AS machine, (
            SELECT coalesce(extract(epoch FROM greatest($1 - min(due_at), interval '0')), 0)::float8 FROM {table}
            WHERE due_at IS NOT NULL
        ) AS late, (
            SELECT count(*) FROM failed_timer f
            JOIN {table} i ON i.store_id = f.store_id AND i.id = f.instance_id AND i.step = f.step
            WHERE f.machine = '{machine}'
        ) AS failing"""  # noqa: S608  (the tables are the workflow's own)
        for machine, table in tables
    )


async def _read_schedules(figures: Figures, connection: Connection, settings: Settings, *, now: datetime) -> None:
    for row in await connection.fetch(RUNS, list(SCHEDULES), now):
        label = {"schedule": row["schedule"]}
        missed = now - settings[SCHEDULES[row["schedule"]].times].after(row["planned_at"])
        figures.put("schedule_failing", "Whether the last run had errors: 1, or 0.", row["failed"], label=label)
        figures.put(
            "schedule_late_seconds", "How long it is since a run should have been done.",
            max(missed.total_seconds(), 0.0), label=label,
        )  # fmt: skip


async def _read_shadow(figures: Figures, connection: Connection, *, now: datetime) -> None:
    """Nothing where no former system is followed, or none any more."""
    shadow = await read_shadow(connection, now=now)
    if shadow is None or (lag := shadow.lag(now)) is None:
        return
    figures.put("shadow_lag_seconds", "How long a change of the former system may have waited by now.", lag)
    for class_, count in (await count_open(connection)).items():
        figures.put(
            "shadow_divergences", "Orders in which the former system and this one differ, each kind once.",
            count, label={"class": class_},
        )  # fmt: skip


@cache
def outgrown() -> frozenset[str]:
    """The revisions before the one that this code works with; reading them takes files."""
    return known() - {newest()}
