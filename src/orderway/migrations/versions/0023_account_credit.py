"""The buyer's account: what refunds left there, and what paid orders out of it or was paid out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KINDS = (
    "CASE kind WHEN 'REFUNDED' THEN amount > 0 AND num_nulls(order_id, payment_id) = 0"
    " WHEN 'SPENT' THEN amount < 0 AND num_nulls(order_id, payment_id) = 0"
    " WHEN 'PAID_OUT' THEN amount < 0 AND num_nonnulls(order_id, payment_id) = 0 AND note IS NOT NULL"
    " ELSE false END"
)
ACCOUNT = ["store_id", "customer_id", "currency"]

# What an account holds is what its ledger adds up to, by construction: the entry itself moves it.
COUNT_CREDIT = """
CREATE FUNCTION orderway_count_account_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account_credit SET balance = balance + NEW.amount
    WHERE store_id = NEW.store_id AND customer_id = NEW.customer_id AND currency = NEW.currency;
    RETURN NULL;
END $$
"""

REFUSE_UNENTERED = """
CREATE FUNCTION orderway_refuse_unentered_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What the account of a buyer holds is the sum of its entries: it is never set.'
        USING ERRCODE = 'restrict_violation', HINT = 'Add a row to account_credit_entry.';
END $$
"""

TRIGGERS = """
CREATE TRIGGER account_credit_entry_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON account_credit_entry
EXECUTE FUNCTION orderway_refuse_change();
CREATE TRIGGER account_credit_entry_counted AFTER INSERT ON account_credit_entry
FOR EACH ROW EXECUTE FUNCTION orderway_count_account_credit();
CREATE TRIGGER account_credit_opened BEFORE INSERT ON account_credit
FOR EACH ROW WHEN (NEW.balance <> 0) EXECUTE FUNCTION orderway_refuse_unentered_credit();
CREATE TRIGGER account_credit_entered BEFORE UPDATE ON account_credit
FOR EACH ROW WHEN (NEW.balance <> OLD.balance AND pg_trigger_depth() = 0)
EXECUTE FUNCTION orderway_refuse_unentered_credit();
"""

PERMISSION = "account.spend"
GRANTED = ("SUPERADMIN", "ADMIN", "MANAGER", "ACCOUNTANT", "BILLER", "RESELLER", "CUSTOMER")


def upgrade() -> None:
    op.create_table(
        "account_credit",
        *(sa.Column(name, sa.Text if name == "currency" else UUID, primary_key=True) for name in ACCOUNT),
        sa.Column("balance", sa.BigInteger, nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("account_credit_store_id_fkey")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("account_credit_customer_id_fkey")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("account_credit_currency_check")),
        sa.CheckConstraint("balance >= 0", name=op.f("account_credit_balance_check")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("account_credit_customer_id_idx", "account_credit", ["customer_id"])
    make_ledger()
    op.execute(COUNT_CREDIT)
    op.execute(REFUSE_UNENTERED)
    for trigger in TRIGGERS.strip().split(";\n"):
        op.execute(trigger)
    # Roles that are there already are given what is new: nobody can have taken it from them.
    op.execute(
        f"UPDATE role SET permissions = permissions || '{PERMISSION}'::text"  # noqa: S608  (words of this module)
        f" WHERE is_seeded AND name IN {GRANTED} AND NOT '{PERMISSION}' = ANY (permissions)"
    )


def make_ledger() -> None:
    op.create_table(
        "account_credit_entry",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True, server_default=sa.text("orderway_id()")),
        sa.Column("customer_id", UUID, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("order_id", UUID),
        sa.Column("payment_id", UUID),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("account_credit_entry_kind_check")),
        sa.ForeignKeyConstraint(
            ACCOUNT,
            [f"account_credit.{name}" for name in ACCOUNT],
            name=op.f("account_credit_entry_store_id_customer_id_currency_fkey"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["store_id", f"{name}_id"],
                [f"{table}.store_id", f"{table}.id"],
                name=op.f(f"account_credit_entry_store_id_{name}_id_fkey"),
            )
            for name, table in (("order", "sale_order"), ("payment", "payment"))
        ),
    )
    op.create_index(
        "account_credit_entry_store_id_customer_id_currency_at_id_idx", "account_credit_entry", [*ACCOUNT, "at", "id"]
    )
    op.create_index(
        "account_credit_entry_spent_key",
        "account_credit_entry",
        ["store_id", "payment_id"],
        unique=True,
        postgresql_where="kind = 'SPENT'",
    )
    op.create_index("account_credit_entry_store_id_payment_id_idx", "account_credit_entry", ["store_id", "payment_id"])


def downgrade() -> None:
    op.execute(
        f"UPDATE role SET permissions = array_remove(permissions, '{PERMISSION}')"  # noqa: S608  (as above)
        f" WHERE '{PERMISSION}' = ANY (permissions)"
    )
    op.drop_table("account_credit_entry")
    op.drop_table("account_credit")
    op.execute("DROP FUNCTION orderway_refuse_unentered_credit()")
    op.execute("DROP FUNCTION orderway_count_account_credit()")
