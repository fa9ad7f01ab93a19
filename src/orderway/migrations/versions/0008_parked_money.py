"""Money that nobody could say by rule what it is for: parked with its evidence, resolved once, never rewritten."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

HOLDS = "amount > 0 AND kind IN ('orphan', 'short', 'over', 'duplicate', 'wrong_currency', 'unverified')"

CHECKS = {
    "kind": "kind IN ('orphan', 'late', 'short', 'over', 'surplus', 'duplicate', 'wrong_currency', 'disputed', 'early',"
    " 'unverified')",
    "currency": "currency ~ '^[A-Z]{3}$'",
    "words": "provider <> '' AND why <> ''",
    "order": "(store_id IS NULL) = (order_id IS NULL) AND (payment_id IS NULL OR order_id IS NOT NULL)",
    "payment": "kind NOT IN ('late', 'surplus', 'disputed') OR payment_id IS NOT NULL",
    "resolution": """CASE WHEN holds THEN resolution IN ('attached', 'returned', 'accepted')
        WHEN kind IN ('late', 'surplus') THEN resolution IN ('attached', 'refunded', 'lost')
        WHEN kind = 'disputed' THEN resolution IN ('won', 'lost')
        ELSE resolution IN ('attached', 'dismissed') END""",
    "resolved": "num_nulls(resolution, resolved_at, resolved_by, reason) IN (0, 4)"
    " AND (sent_reference IS NULL OR resolution = 'returned')",
    "to": "num_nulls(to_store_id, to_order_id, to_payment_id)"
    " = CASE WHEN resolution IN ('attached', 'accepted') THEN 0 ELSE 3 END",
}

NAMED = {
    "sale_order": (("store_id", "order_id"), ("to_store_id", "to_order_id")),
    "payment": (("store_id", "payment_id"), ("to_store_id", "to_payment_id")),
}

PLAIN: tuple[tuple[list[str], str | None], ...] = (
    (["store_id", "order_id"], None),
    (["provider", "reference"], None),
    (["id"], "resolution IS NULL"),
)
UNIQUE = (
    ("transaction", ["provider", "transaction"], "holds"),
    ("payment", ["store_id", "payment_id", "kind"],
     "resolution IS NULL AND kind IN ('late', 'surplus', 'disputed')"),
    ("to_payment", ["to_store_id", "to_payment_id"], "to_payment_id IS NOT NULL AND kind <> 'early'"),
)  # fmt: skip

# What is found out about the money is one row's own end; what was known when it came is never rewritten.
REFUSE_REWRITING = """
CREATE FUNCTION orderway_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.resolution IS NOT NULL OR NEW.resolution IS NULL
        OR (NEW.id, NEW.kind, NEW.provider, NEW.transaction, NEW.reference, NEW.amount, NEW.currency, NEW.event_id,
            NEW.store_id, NEW.order_id, NEW.payment_id, NEW.parked_at, NEW.why)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.provider, OLD.transaction, OLD.reference, OLD.amount, OLD.currency,
            OLD.event_id, OLD.store_id, OLD.order_id, OLD.payment_id, OLD.parked_at, OLD.why)
    THEN
        RAISE EXCEPTION 'The parked money % is resolved once, and nothing else of it changes.', OLD.id
            USING ERRCODE = 'restrict_violation', HINT = 'Resolve it while it is open.';
    END IF;
    RETURN NEW;
END $$
"""

# Roles that are there already are given what is new: nobody can have taken it from them.
GRANTED = {
    "payment.reconcile": ("SUPERADMIN", "ADMIN", "ACCOUNTANT"),
    "reconciliation.see": ("SUPERADMIN", "ADMIN", "MANAGER", "ACCOUNTANT"),
}


def upgrade() -> None:
    op.create_table(
        "parked_money",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("transaction", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("holds", sa.Boolean, sa.Computed(HOLDS, persisted=True), nullable=False),
        *(sa.Column(name, UUID) for name in ("event_id", "store_id", "order_id", "payment_id")),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("resolution", sa.Text),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.Text) for name in ("resolved_by", "reason", "sent_reference")),
        *(sa.Column(name, UUID) for name in ("to_store_id", "to_order_id", "to_payment_id")),
        *(sa.CheckConstraint(sql, name=op.f(f"parked_money_{name}_check")) for name, sql in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint(
                [store, its],
                [f"{table}.store_id", f"{table}.id"],
                name=op.f(f"parked_money_{store}_{its}_fkey"),
            )
            for table, pairs in NAMED.items()
            for store, its in pairs
        ),
    )
    make_indexes()
    op.execute(REFUSE_REWRITING)
    op.execute(
        "CREATE TRIGGER parked_money_resolved BEFORE UPDATE ON parked_money FOR EACH ROW"
        " EXECUTE FUNCTION orderway_refuse_rewriting()"
    )
    op.execute(
        "CREATE TRIGGER parked_money_kept BEFORE DELETE OR TRUNCATE ON parked_money"
        " EXECUTE FUNCTION orderway_refuse_deletion()"
    )
    for permission, roles in GRANTED.items():
        op.execute(
            f"UPDATE role SET permissions = permissions || '{permission}'::text"  # noqa: S608  (words of this module)
            f" WHERE is_seeded AND name IN {roles} AND NOT '{permission}' = ANY (permissions)"
        )


def make_indexes() -> None:
    for columns, where in PLAIN:
        name = "open" if where else "_".join(columns)
        op.create_index(f"parked_money_{name}_idx", "parked_money", columns, postgresql_where=where)
    for name, columns, where in UNIQUE:
        op.create_index(f"parked_money_{name}_key", "parked_money", columns, unique=True, postgresql_where=where)


def downgrade() -> None:
    for permission in GRANTED:
        op.execute(
            f"UPDATE role SET permissions = array_remove(permissions, '{permission}')"  # noqa: S608  (as above)
            f" WHERE '{permission}' = ANY (permissions)"
        )
    op.drop_table("parked_money")
    op.execute("DROP FUNCTION orderway_refuse_rewriting()")
