"""The tables of what was brought over: what the source said of an order, what was found wrong, and what is in doubt."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from orderway.database import metadata
from orderway.workflow.rows import MOMENT

imported_order = Table(
    "imported_order",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    # The source's own word for where the order stood.
    Column("status", Text, nullable=False),
    CheckConstraint("status <> ''", name="status"),
    ForeignKeyConstraint(["store_id", "order_id"], ["sale_order.store_id", "sale_order.id"]),
)

# Found in the facts of the source and reported, never repaired; at most one of each kind for an order.
import_finding = Table(
    "import_finding",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    # The money concerned, in minor units of the order's currency; 0 where it is not about money.
    Column("amount", BigInteger, nullable=False),
    ForeignKeyConstraint(["store_id", "order_id"], ["imported_order.store_id", "imported_order.order_id"]),
    Index(None, "store_id", "kind"),
)

# Which of ours stands for which row of the predecessor: `kind` is the name of their table, `theirs` the row's id there.
# `laid` is what of it was laid, or followed last: by that a run tells who changed it since. Null is not followed.
legacy_id = Table(
    "legacy_id",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("theirs", Text, primary_key=True),
    Column("ours", UUID, nullable=False),
    Column("laid", JSONB),
    Index(None, "kind", "ours"),
)

# An order of the predecessor as it was last read, whatever came of it: what a run need not look at again, and what one
# that meets changed rows compares them with. It names ours once it is in; `why` is why it is not, or why it went no
# further. `facts` are its rows and `verdict` what was concluded from them; `moves` are those that were made of it. One
# that was only READ waits for a backfill, or an import, to judge it.
legacy_order = Table(
    "legacy_order",
    metadata,
    Column("theirs", Text, primary_key=True),
    Column("store_id", UUID),
    Column("order_id", UUID),
    Column("came", Text, nullable=False),
    Column("why", Text),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("verdict", JSONB),
    Column("moves", ARRAY(Text), nullable=False),
    Column("stood", MOMENT, nullable=False),
    Column("run", UUID, nullable=False),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("came IN ('READ', 'IN', 'RESTS', 'REWRITTEN', 'FAILED')", name="came"),
    CheckConstraint("(store_id IS NULL) = (order_id IS NULL)", name="ours"),
    CheckConstraint("came IN ('FAILED', 'READ') OR order_id IS NOT NULL", name="is_in"),
    CheckConstraint("(came IN ('IN', 'READ')) = (why IS NULL)", name="why"),
    CheckConstraint("(came = 'READ') = (verdict IS NULL)", name="judged"),
    Index(None, "store_id", "order_id"),
    Index("legacy_order_came_idx", "came", postgresql_where="came <> 'IN'"),
)

# What an import could not decide, and a person has to: at most one of each kind for an order. `evidence` lays side by
# side what speaks for what. One that was decided stays, with who decided it and what.
import_review = Table(
    "import_review",
    metadata,
    Column("store_id", UUID, primary_key=True),
    Column("order_id", UUID, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("sentence", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("decided_at", MOMENT),
    Column("decided_by", UUID, ForeignKey("person.id")),
    Column("decision", Text),
    Column("reason", Text),
    CheckConstraint("kind <> ''", name="kind"),
    CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided"),
    ForeignKeyConstraint(["store_id", "order_id"], ["imported_order.store_id", "imported_order.order_id"]),
    Index("import_review_open_idx", "opened_at", "order_id", postgresql_where="decided_at IS NULL"),
)
