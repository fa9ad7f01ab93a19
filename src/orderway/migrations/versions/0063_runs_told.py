"""A run that brings a machine to another version keeps how much there was to move, and why something was left."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON

revision: str = "0063"
down_revision: str | None = "0062"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "machine_migration"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("total", sa.Integer))
    op.add_column(TABLE, sa.Column("stayed", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column(TABLE, "stayed")
    op.drop_column(TABLE, "total")
