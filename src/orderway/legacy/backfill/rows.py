"""The tables of backfills: the runs, and the orders that went out again with one that was undone."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT, XID8

# `legacy_order.run` names the run that brought an order over. `brought` and `failed` are counted when it ends, so one
# that was killed has none.
backfill_run = Table(
    "backfill_run",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("since", MOMENT),
    Column("began_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("brought", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("undone_at", MOMENT),
    Column("undone_by", Text),
    CheckConstraint("brought >= 0 AND failed >= 0", name="counts"),
    CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
)

# The row by which an order of a run goes out: entering it takes the order away and each sum back. `xid` is the
# transaction that does so: what is only ever added to lets that one alone delete, and of this order alone.
withdrawn_order = Table(
    "withdrawn_order",
    metadata,
    Column("store_id", UUID, ForeignKey("store.id"), primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("run", UUID, ForeignKey("backfill_run.id"), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("xid", XID8, nullable=False, server_default=sql("pg_current_xact_id()")),
    Index(None, "xid"),
    Index(None, "run"),
)
