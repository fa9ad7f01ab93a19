"""The table of what people did about deliveries that failed: rows that are only ever added."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

# What was done about one order for one sink, in whose name it stands: sinks go, and what was done about them stays.
# `number` is the event that waited first; it had failed `tries` times, and `why` the last time. Who did it for many
# orders at once did so at one time.
outbound_change = Table(
    "outbound_change",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("id", UUID, primary_key=True),
    Column("order_id", UUID, nullable=False),
    Column("sink", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("why", Text),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("what IN ('RETRIED', 'SET_ASIDE')", name="what"),
    CheckConstraint("number > 0 AND tries >= 0", name="number"),
    CheckConstraint("reason <> ''", name="reason"),
    Index(None, "store_id", "at", "id"),
    Index("outbound_change_set_aside_idx", "sink", "store_id", postgresql_where="what = 'SET_ASIDE'"),
    # An event is set aside once for a sink.
    Index(
        "outbound_change_once_idx", "store_id", "order_id", "sink", "number", unique=True,
        postgresql_where="what = 'SET_ASIDE'",
    ),
)  # fmt: skip
