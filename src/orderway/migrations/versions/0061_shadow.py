"""The shadow keeps how far it has followed the former system, and where the two say something else of an order."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision: str = "0061"
down_revision: str | None = "0047b"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "shadow_place",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("horizon", sa.BigInteger, nullable=False),
        sa.Column("seen_until", MOMENT, nullable=False),
        sa.Column("swept", sa.Text, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("trouble", sa.Text),
        sa.CheckConstraint("id = 1", name=op.f("shadow_place_only_check")),
    )
    op.create_table(
        "shadow_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("followed", sa.Integer, nullable=False),
        sa.Column("longest", sa.Float, nullable=False),
    )
    op.create_table(
        "shadow_divergence",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("opened_at", MOMENT, primary_key=True),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("evidence", JSONB, nullable=False),
        sa.Column("at_stake", sa.BigInteger, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.CheckConstraint(
            "class IN ('OLD_WRONG', 'OURS_WRONG', 'UNCLEAR')", name=op.f("shadow_divergence_class_check")
        ),
        sa.CheckConstraint("kind <> ''", name=op.f("shadow_divergence_kind_check")),
        sa.CheckConstraint("closed_at >= opened_at", name=op.f("shadow_divergence_closed_check")),
    )
    op.create_index(
        "shadow_divergence_open_idx", "shadow_divergence", ["store_id", "order_id", "kind"],
        unique=True, postgresql_where="closed_at IS NULL",
    )  # fmt: skip
    op.create_index("shadow_divergence_opened_at_idx", "shadow_divergence", ["opened_at"])
    op.create_index(
        "shadow_divergence_closed_at_idx", "shadow_divergence", ["closed_at"],
        postgresql_where="closed_at IS NOT NULL",
    )  # fmt: skip


def downgrade() -> None:
    for table in ("shadow_divergence", "shadow_day", "shadow_place"):
        op.drop_table(table)
