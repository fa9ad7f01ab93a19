"""The tables of insight: what was counted out of the log so far, by the store, the day, the machine and the state."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT, XID8

# How far the log was counted: `xid` is the last transaction of it, and all up to it have ended. Transactions are
# counted anew in another cluster, such as one that a dump was restored into: `cluster` is the one that this count is
# of, and what was recorded up to `since` was counted when it began.
insight_place = Table(
    "insight_place",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("cluster", BigInteger, nullable=False),
    Column("xid", XID8, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("read_at", MOMENT),
    CheckConstraint("id = 1", name="id"),
)

# `entered`: how often a state was entered on the day. `reached`: how many of the orders that were placed on the day
# ever came to it.
insight_state = Table(
    "insight_state",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("machine", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("entered", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    CheckConstraint("entered >= 0 AND reached >= 0", name="counts"),
)

# How many left the state on the day after they had stood in it for so long; `orderway.insight.buckets` tells how long.
insight_dwell = Table(
    "insight_dwell",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("machine", Text, primary_key=True),
    Column("state", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True, autoincrement=False),
    Column("spells", Integer, nullable=False),
    CheckConstraint("bucket >= 0 AND spells > 0", name="counts"),
)
