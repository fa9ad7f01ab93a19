"""The tables of what is done at set times: each run of a schedule, and the workers, which say that they are there."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

# A process that works. Its times are those of the database's clock: workers whose own clocks differ, or jump, agree on
# who is still there. Since `stopped_at` it said goodbye.
worker = Table(
    "worker",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Column("stopped_at", MOMENT),
    CheckConstraint("seen_at >= started_at", name="seen_at"),
)

# What a schedule had to do at the time `planned_at`: done once, and by one worker at a time. `tries` counts the workers
# that began it; where one died in the middle another goes on. `why` is the first of its errors.
schedule_run = Table(
    "schedule_run",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("planned_at", MOMENT, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("worker_id", UUID, ForeignKey("worker.id"), nullable=False),
    Column("tries", Integer, nullable=False, server_default="1"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("why", Text),
    UniqueConstraint("schedule", "planned_at"),
    CheckConstraint("tries > 0 AND rows >= 0 AND errors >= 0", name="counts"),
    CheckConstraint("(errors = 0) = (why IS NULL)", name="why"),
    CheckConstraint("ended_at IS NOT NULL OR rows = 0 AND errors = 0", name="ended_at"),
    Index("schedule_run_under_way_idx", "schedule", unique=True, postgresql_where="ended_at IS NULL"),
    Index("schedule_run_planned_at_id_idx", "planned_at", "id"),
    Index("schedule_run_failed_idx", "planned_at", "id", postgresql_where="errors > 0"),
    Index(None, "worker_id"),
)
