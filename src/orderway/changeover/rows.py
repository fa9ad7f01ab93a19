"""The tables of the shadow: how far it has followed the former system, and where the two say something else."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

# Where the shadow is: one row. `horizon` is the oldest transaction of the former database that had not ended when it
# was last looked at, `seen_until` when that was: all that was committed before is judged. `swept` is the order up to
# which all were read anew, whatever changed.
shadow_place = Table(
    "shadow_place",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("horizon", BigInteger, nullable=False),
    Column("seen_until", MOMENT, nullable=False),
    Column("swept", Text, nullable=False),
    Column("began_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("trouble", Text),
    CheckConstraint("id = 1", name="only"),
)

# What was followed on a day (UTC): orders that changed there, each time that they did, and the longest that a change
# may have waited for its judgement.
shadow_day = Table(
    "shadow_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("followed", Integer, nullable=False),
    Column("longest", Float, nullable=False),
)

# Where the former system and this one say something else of an order: at most one of a kind is open. It is closed when
# they agree again, and stays with both times, even when the order leaves for the archive. `at_stake` is the money
# concerned, in minor units.
shadow_divergence = Table(
    "shadow_divergence",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("opened_at", MOMENT, primary_key=True),
    Column("class", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("at_stake", BigInteger, nullable=False),
    Column("closed_at", MOMENT),
    CheckConstraint("class IN ('OLD_WRONG', 'OURS_WRONG', 'UNCLEAR')", name="class"),
    CheckConstraint("kind <> ''", name="kind"),
    CheckConstraint("closed_at >= opened_at", name="closed"),
    Index(
        "shadow_divergence_open_idx", "store_id", "order_id", "kind", unique=True, postgresql_where="closed_at IS NULL"
    ),
    Index("shadow_divergence_opened_at_idx", "opened_at"),
    Index("shadow_divergence_closed_at_idx", "closed_at", postgresql_where="closed_at IS NOT NULL"),
)

# Orders that are compared no more: people have gone on with them here, and their store is switched on.
shadow_left_out = Table(
    "shadow_left_out",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("since", MOMENT, nullable=False),
)
