"""Sessions have tokens that follow one another, machines have keys, and attempts to sign in are counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_table("session")  # whoever was signed in signs in again: their tokens were of another kind
    make_sessions()
    make_keys()
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("octet_length(subject) = 32", name=op.f("sign_in_attempt_subject_check")),
    )
    op.create_index("sign_in_attempt_subject_at_idx", "sign_in_attempt", ["subject", "at"])
    op.create_index("sign_in_attempt_at_idx", "sign_in_attempt", ["at"])


def make_sessions() -> None:
    op.create_table(
        "session",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="session_person_id_fkey", ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('BROWSER', 'PROGRAM')", name=op.f("session_kind_check")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("session_expires_at_check")),
    )
    op.create_index("session_person_id_place_idx", "session", ["person_id", "place"])
    op.create_index("session_expires_at_idx", "session", ["expires_at"])
    op.create_table(
        "session_token",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("spent_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="session_token_session_id_fkey", ondelete="CASCADE"
        ),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("session_token_token_hash_check")),
        sa.CheckConstraint("purpose IN ('PAGES', 'ACCESS', 'REFRESH')", name=op.f("session_token_purpose_check")),
        sa.CheckConstraint("purpose = 'REFRESH' OR spent_at IS NULL", name=op.f("session_token_spent_at_check")),
    )
    op.create_index("session_token_session_id_idx", "session_token", ["session_id"])
    op.create_index("session_token_expires_at_idx", "session_token", ["expires_at"])


def make_keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("permissions", ARRAY(sa.Text), nullable=False),
        sa.Column("stores", ARRAY(UUID)),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.Text),
        sa.UniqueConstraint("token_hash", name="api_key_token_hash_key"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="api_key_person_id_fkey", ondelete="CASCADE"),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("api_key_token_hash_check")),
        sa.CheckConstraint("name <> ''", name=op.f("api_key_name_check")),
        sa.CheckConstraint("array_position(permissions, NULL) IS NULL", name=op.f("api_key_permissions_check")),
        sa.CheckConstraint("array_position(stores, NULL) IS NULL", name=op.f("api_key_stores_check")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("api_key_expires_at_check")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("api_key_revoked_check")),
    )
    op.create_index(
        "api_key_name_idx", "api_key", ["person_id", "name"], unique=True, postgresql_where="revoked_at IS NULL"
    )


def downgrade() -> None:
    for table in ("sign_in_attempt", "api_key", "session_token", "session"):
        op.drop_table(table)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="session_person_id_fkey", ondelete="CASCADE"),
        sa.CheckConstraint("expires_at > created_at", name=op.f("session_expires_at_check")),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("session_token_hash_check")),
    )
    op.create_index("session_person_id_expires_at_idx", "session", ["person_id", "expires_at"])
