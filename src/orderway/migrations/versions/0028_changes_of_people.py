"""Who changed what of a person, a role or a store, and how often each has changed; people are found by their words."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

STEPPING = ("person", "role", "store")


def upgrade() -> None:
    for table in STEPPING:
        op.add_column(table, sa.Column("step", sa.Integer, nullable=False, server_default="0"))
        op.create_check_constraint(op.f(f"{table}_step_check"), table, "step >= 0")
    op.create_table(
        "people_change",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("person_id", UUID),
        sa.Column("role_id", UUID),
        sa.Column("store_id", UUID),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("was", sa.Text),
        sa.Column("became", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("people_change_person_id_fkey")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("people_change_store_id_fkey")),
        sa.UniqueConstraint("person_id", "step", "what", name=op.f("people_change_person_id_step_what_key")),
        sa.UniqueConstraint("role_id", "step", "what", name=op.f("people_change_role_id_step_what_key")),
        sa.UniqueConstraint("store_id", "step", "what", name=op.f("people_change_store_id_step_what_key")),
        sa.CheckConstraint("num_nonnulls(person_id, role_id, store_id) = 1", name=op.f("people_change_of_check")),
        sa.CheckConstraint("step > 0", name=op.f("people_change_step_check")),
        sa.CheckConstraint("subject <> ''", name=op.f("people_change_subject_check")),
    )
    op.create_index("people_change_at_id_idx", "people_change", ["at", "id"])
    op.create_index("people_change_actor_at_id_idx", "people_change", ["actor", "at", "id"])
    op.execute(
        "CREATE TRIGGER people_change_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON people_change"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.create_index("person_name_id_idx", "person", ["name", "id"])
    op.create_index("person_email_beginning_idx", "person", ["email"], postgresql_ops={"email": "text_pattern_ops"})
    op.create_index(
        "person_words_idx", "person", [sa.text("to_tsvector('simple'::regconfig, name)")], postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("person_words_idx", "person")
    op.drop_index("person_email_beginning_idx", "person")
    op.drop_index("person_name_id_idx", "person")
    op.drop_table("people_change")
    for table in STEPPING:
        op.drop_column(table, "step")
