"""People choose the language that they are spoken to in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("person", sa.Column("language", sa.Text))
    op.create_check_constraint(op.f("person_language_check"), "person", "language ~ '^[a-z]{2,3}$'")


def downgrade() -> None:
    op.drop_column("person", "language")
