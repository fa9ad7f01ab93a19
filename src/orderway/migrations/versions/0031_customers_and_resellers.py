"""What changed of customers, who bills them, how they are found, and who applied as a reseller."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
HOLDERS = {
    "customer.manage": ("SUPERADMIN", "ADMIN", "MANAGER", "BILLER"),
    "reseller.approve": ("SUPERADMIN", "ADMIN"),
}
APPENDED = ("customer_change", "reseller_decision")

KEEP = """
CREATE FUNCTION orderway_keep_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL
        AND to_jsonb(NEW) - '{decided_at,password_hash}'::text[] = to_jsonb(OLD) - '{decided_at,password_hash}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An application stays as it was handed in, and is decided once.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    widen_people()
    note_changes()
    take_applications()
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_change()"
        )
    op.execute(KEEP)
    op.execute(
        "CREATE TRIGGER reseller_application_kept BEFORE UPDATE OR DELETE ON reseller_application"
        " FOR EACH ROW EXECUTE FUNCTION orderway_keep_application()"
    )
    for permission, roles in HOLDERS.items():
        op.execute(
            sa.text(
                "UPDATE role SET permissions = permissions || CAST(:permission AS text)"
                " WHERE is_seeded AND name = ANY (:roles) AND NOT :permission = ANY (permissions)"
            ).bindparams(permission=permission, roles=list(roles))
        )


def widen_people() -> None:
    op.add_column("person", sa.Column("signed_up_at", MOMENT))
    op.add_column("customer", sa.Column("biller_id", UUID))
    op.add_column("customer", sa.Column("step", sa.Integer, nullable=False, server_default="0"))
    op.create_foreign_key(op.f("customer_biller_id_fkey"), "customer", "person", ["biller_id"], ["id"])
    op.create_check_constraint(op.f("customer_step_check"), "customer", "step >= 0")
    op.create_index("customer_biller_id_idx", "customer", ["biller_id"])
    op.create_index(
        "customer_words_idx", "customer", [sa.text("to_tsvector('simple'::regconfig, name)")], postgresql_using="gin"
    )
    for column in ("email", "phone"):
        op.create_index(
            f"customer_{column}_beginning_idx", "customer", [column], postgresql_ops={column: "text_pattern_ops"}
        )


def note_changes() -> None:
    op.create_table(
        "customer_change",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("customer_id", UUID, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("was", sa.Text),
        sa.Column("became", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("customer_change_customer_id_fkey")),
        sa.UniqueConstraint("customer_id", "step", "what", name=op.f("customer_change_customer_id_step_what_key")),
        sa.CheckConstraint("step > 0", name=op.f("customer_change_step_check")),
    )


def take_applications() -> None:
    check = "reseller_application_{}_check".format
    op.create_table(
        "reseller_application",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("store_id", UUID, nullable=False),
        sa.Column("password_hash", sa.Text),
        sa.Column("applied_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("reseller_application_store_id_fkey")),
        sa.CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name=op.f(check("email"))),
        sa.CheckConstraint("name <> '' AND company <> ''", name=op.f(check("name"))),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f(check("currency"))),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name=op.f(check("password_hash"))),
        sa.CheckConstraint("(decided_at IS NULL) = (password_hash IS NOT NULL)", name=op.f(check("decided_at"))),
    )
    op.create_index("reseller_application_store_id_idx", "reseller_application", ["store_id"])
    pending = sa.text("decided_at IS NULL")
    op.create_index(
        "reseller_application_pending_key", "reseller_application", ["email"], unique=True, postgresql_where=pending
    )
    op.create_index("reseller_application_open_idx", "reseller_application", ["id"], postgresql_where=pending)
    check = "reseller_decision_{}_check".format
    op.create_table(
        "reseller_decision",
        sa.Column("application_id", UUID, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("customer_id", UUID),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["reseller_application.id"], name=op.f("reseller_decision_application_id_fkey")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("reseller_decision_customer_id_fkey")),
        sa.UniqueConstraint("customer_id", name=op.f("reseller_decision_customer_id_key")),
        sa.CheckConstraint("outcome IN ('APPROVED', 'DECLINED')", name=op.f(check("outcome"))),
        sa.CheckConstraint("(outcome = 'APPROVED') = (customer_id IS NOT NULL)", name=op.f(check("customer"))),
        sa.CheckConstraint("reason <> ''", name=op.f(check("reason"))),
    )


def downgrade() -> None:
    for permission in HOLDERS:
        op.execute(
            sa.text("UPDATE role SET permissions = array_remove(permissions, CAST(:permission AS text))").bindparams(
                permission=permission
            )
        )
    for table in ("reseller_decision", "reseller_application", "customer_change"):
        op.drop_table(table)
    op.execute("DROP FUNCTION orderway_keep_application()")
    for index in ("phone_beginning", "email_beginning", "words", "biller_id"):
        op.drop_index(f"customer_{index}_idx", "customer")
    op.drop_column("customer", "step")
    op.drop_column("customer", "biller_id")
    op.drop_column("person", "signed_up_at")
