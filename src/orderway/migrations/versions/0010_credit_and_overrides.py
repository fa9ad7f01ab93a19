"""Caps of who decides overrides, who changed the terms of credit, and one road for a customer's exposure."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON, UUID

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APPENDED = ("override_cap_change", "credit_terms_change", "credit_tier_change")

# An account's exposure is what its ledger adds up to, by construction: the entry itself moves it.
COUNT_ENTRY = """
CREATE FUNCTION orderway_count_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_profile SET exposure = exposure + NEW.amount
    WHERE customer_id = NEW.customer_id AND currency = NEW.currency;
    RETURN NULL;
END $$
"""

REFUSE_UNENTERED = """
CREATE FUNCTION orderway_refuse_unentered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The exposure of a customer is the sum of their entries: it is never set.'
        USING ERRCODE = 'restrict_violation', HINT = 'Add a row to credit_entry.';
END $$
"""

TRIGGERS = """
CREATE TRIGGER credit_entry_counted AFTER INSERT ON credit_entry
FOR EACH ROW EXECUTE FUNCTION orderway_count_entry();
CREATE TRIGGER credit_profile_opened BEFORE INSERT ON credit_profile
FOR EACH ROW WHEN (NEW.exposure <> 0) EXECUTE FUNCTION orderway_refuse_unentered();
CREATE TRIGGER credit_profile_entered BEFORE UPDATE ON credit_profile
FOR EACH ROW WHEN (NEW.exposure <> OLD.exposure AND pg_trigger_depth() = 0)
EXECUTE FUNCTION orderway_refuse_unentered();
"""


def audited(name: str, *columns: sa.Column[object]) -> None:
    """A table that tells who changed something, when and why."""
    op.create_table(
        name,
        sa.Column("id", UUID, primary_key=True, server_default=sa.text("orderway_id()")),
        *columns,
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "override_cap",
        sa.Column("role_id", UUID, primary_key=True),
        sa.Column("currency", sa.Text, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("override_cap_role_id_fkey"), ondelete="CASCADE"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("override_cap_currency_check")),
        sa.CheckConstraint("amount >= 0", name=op.f("override_cap_amount_check")),
    )
    audited(
        "override_cap_change",
        sa.Column("role_id", UUID, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("amount_before", sa.BigInteger),
        sa.Column("amount_after", sa.BigInteger),
    )
    op.create_check_constraint(
        op.f("override_cap_change_amount_check"), "override_cap_change", "amount_before IS DISTINCT FROM amount_after"
    )
    op.create_index("override_cap_change_role_id_currency_at_idx", "override_cap_change", ["role_id", "currency", "at"])
    audited(
        "credit_terms_change",
        sa.Column("customer_id", UUID, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON, nullable=False),
    )
    op.create_foreign_key(
        op.f("credit_terms_change_customer_id_fkey"), "credit_terms_change", "customer", ["customer_id"], ["id"]
    )
    op.create_index(
        "credit_terms_change_customer_id_currency_at_idx", "credit_terms_change", ["customer_id", "currency", "at"]
    )
    audited(
        "credit_tier_change",
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
    )
    op.create_check_constraint(
        op.f("credit_tier_change_change_check"), "credit_tier_change", "before IS NOT NULL OR after IS NOT NULL"
    )
    op.create_index("credit_tier_change_currency_at_idx", "credit_tier_change", ["currency", "at"])
    op.create_index("override_request_created_at_id_idx", "override_request", ["created_at", "id"])
    op.drop_index("credit_entry_customer_id_idx", "credit_entry")
    op.create_index(
        "credit_entry_customer_id_currency_at_id_idx", "credit_entry", ["customer_id", "currency", "at", "id"]
    )
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_change()"
        )
    op.execute(COUNT_ENTRY)
    op.execute(REFUSE_UNENTERED)
    for trigger in TRIGGERS.strip().split(";\n"):
        op.execute(trigger)


def downgrade() -> None:
    op.execute("DROP TRIGGER credit_profile_entered ON credit_profile")
    op.execute("DROP TRIGGER credit_profile_opened ON credit_profile")
    op.execute("DROP TRIGGER credit_entry_counted ON credit_entry")
    op.execute("DROP FUNCTION orderway_refuse_unentered()")
    op.execute("DROP FUNCTION orderway_count_entry()")
    op.drop_index("credit_entry_customer_id_currency_at_id_idx", "credit_entry")
    op.create_index("credit_entry_customer_id_idx", "credit_entry", ["customer_id"])
    op.drop_index("override_request_created_at_id_idx", "override_request")
    for table in reversed(APPENDED):
        op.drop_table(table)
    op.drop_table("override_cap")
