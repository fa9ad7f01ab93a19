"""People are known by the names that providers of identities have for them, and each sign-in there comes back once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person_identity",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.UniqueConstraint("person_id", "issuer", name="person_identity_person_id_issuer_key"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="person_identity_person_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint("issuer <> ''", name=op.f("person_identity_issuer_check")),
        sa.CheckConstraint("subject <> ''", name=op.f("person_identity_subject_check")),
    )
    op.create_table(
        "spent_flow",
        sa.Column("state_hash", sa.LargeBinary, primary_key=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint("octet_length(state_hash) = 32", name=op.f("spent_flow_state_hash_check")),
    )
    op.create_index("spent_flow_expires_at_idx", "spent_flow", ["expires_at"])


def downgrade() -> None:
    op.drop_table("spent_flow")
    op.drop_table("person_identity")
