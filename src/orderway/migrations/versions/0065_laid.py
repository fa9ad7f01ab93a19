"""What was laid of a row of the former system is kept, so that what people change there later can be followed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0065"
down_revision: str | None = "0064"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("legacy_id", sa.Column("laid", JSONB))


def downgrade() -> None:
    op.drop_column("legacy_id", "laid")
