"""What the log tells of all orders together is counted as it grows: what was entered, and for how long."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


class XID8(sa.types.UserDefinedType[int]):
    """PostgreSQL's number of a transaction."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    op.create_table(
        "insight_place",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.BigInteger, nullable=False),
        sa.Column("xid", XID8, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("id = 1", name="id"),
    )
    op.create_table(
        "insight_state",
        *place(),
        sa.Column("entered", sa.Integer, nullable=False),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.CheckConstraint("entered >= 0 AND reached >= 0", name="counts"),
    )
    op.create_table(
        "insight_dwell",
        *place(),
        sa.Column("bucket", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("spells", sa.Integer, nullable=False),
        sa.CheckConstraint("bucket >= 0 AND spells > 0", name="counts"),
    )


def place() -> tuple[sa.Column[object], ...]:
    """Which store, machine, state and day a row is about."""
    return (
        sa.Column("store_id", UUID, sa.ForeignKey("store.id"), primary_key=True),
        sa.Column("machine", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("insight_dwell")
    op.drop_table("insight_state")
    op.drop_table("insight_place")
