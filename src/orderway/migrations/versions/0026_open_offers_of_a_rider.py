"""The open offers of a rider are found by key: a rider reaches the orders that they are for."""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("rider_interest_open_idx", "rider_interest", ["rider_id"], postgresql_where="state = 'ACTIVE'")


def downgrade() -> None:
    op.drop_index("rider_interest_open_idx", "rider_interest")
