"""A run that brings what is under way of a machine to another version is written down: who, when, why, and how many."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0050"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "machine_migration"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", UUID, primary_key=True),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("from_version", sa.SmallInteger),
        sa.Column("to_version", sa.SmallInteger, nullable=False),
        sa.Column("undoes", UUID),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("moved", sa.Integer, nullable=False, server_default="0"),
        sa.Column("remained", sa.Integer, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["undoes"], [f"{TABLE}.id"], name=op.f(f"{TABLE}_undoes_fkey")),
        sa.CheckConstraint("moved >= 0 AND remained >= 0", name=op.f(f"{TABLE}_counts_check")),
        sa.CheckConstraint("reason <> ''", name=op.f(f"{TABLE}_reason_check")),
    )
    op.create_index(
        f"{TABLE}_under_way_idx", TABLE, ["machine"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(f"{TABLE}_machine_started_at_idx", TABLE, ["machine", "started_at"])
    op.execute(
        f"CREATE TRIGGER {TABLE}_kept BEFORE DELETE OR TRUNCATE ON {TABLE} EXECUTE FUNCTION orderway_refuse_deletion()"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
