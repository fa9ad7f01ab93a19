"""What was brought over from the predecessor is found by its id there: a second run lays nothing twice."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0052"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "legacy_id",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("theirs", sa.Text, primary_key=True),
        sa.Column("ours", UUID, nullable=False),
    )
    op.create_index("legacy_id_kind_ours_idx", "legacy_id", ["kind", "ours"])


def downgrade() -> None:
    op.drop_table("legacy_id")
