"""The tables of delivery: how far each sink has read the outbox, and how far it has come with each order."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT, XID8

# `xid` is the last transaction whose events the sink knows of: all up to it have ended. Transactions are counted anew
# in another cluster, such as one that a dump was restored into: `cluster` is the one that this count is of. The sink is
# told nothing from before `begun_at`, when all transactions up to `begun` had ended. Since `paused_at` nothing
# is brought to it, and everything kept for it. Where the whole place takes nothing, it is so since `away_since`, until
# something arrives again.
outbound_sink = Table(
    "outbound_sink",
    metadata,
    Column("sink", Text, primary_key=True),
    Column("cluster", BigInteger, nullable=False),
    Column("xid", XID8, nullable=False),
    Column("begun", XID8, nullable=False, server_default="0"),
    Column("begun_at", MOMENT, nullable=False, server_default="-infinity"),
    Column("paused_at", MOMENT),
    Column("away_since", MOMENT),
    Column("away_why", Text),
    CheckConstraint("(away_since IS NULL) = (away_why IS NULL)", name="away"),
)

# Of this order the sink knows the events up to `known` and has delivered those up to `done`; from `due_at` on it goes
# on. Where delivering failed it waits, longer each time, and at last for a person, since `dead_at`. Who has taken it up
# for a while knows it by `claim`. No foreign key names the order, whose row is locked by whoever
# moves it: they would wait for whoever notes what they did.
outbound_progress = Table(
    "outbound_progress",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("sink", Text, ForeignKey("outbound_sink.sink"), primary_key=True),
    Column("known", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("due_at", MOMENT),
    Column("dead_at", MOMENT),
    Column("claim", UUID),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("why", Text),
    CheckConstraint("0 <= done AND done <= known", name="done"),
    CheckConstraint("(due_at IS NULL) = (done = known OR dead_at IS NOT NULL)", name="due_at"),
    CheckConstraint("tries >= 0 AND (tries = 0) = (why IS NULL)", name="tries"),
    CheckConstraint("dead_at IS NULL OR done < known AND tries > 0", name="dead_at"),
    Index("outbound_progress_due_idx", "sink", "due_at", postgresql_where="due_at IS NOT NULL"),
    Index("outbound_progress_failed_idx", "sink", "tries", postgresql_where="tries > 0"),
    # Orders that wait for a person, each once however many sinks gave it up: every page of staff says how many.
    Index("outbound_progress_dead_idx", "store_id", "order_id", postgresql_where="dead_at IS NOT NULL"),
    postgresql_with={"fillfactor": 70},
)
