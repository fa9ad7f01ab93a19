"""Goods move from store to store by two people's word, and a shelf says when it is time to order more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CHECKS = {
    "stores": "from_store_id <> to_store_id",
    "asking_store_id": "asking_store_id IN (from_store_id, to_store_id)",
    "status": "status IN ('REQUESTED', 'CONFIRMED', 'DECLINED')",
    "decided": "num_nulls(decided_at, decided_by) = CASE status WHEN 'REQUESTED' THEN 2 ELSE 0 END",
    "reason": "(reason IS NOT NULL) = (status = 'DECLINED')",
    "two_people": "status <> 'CONFIRMED' OR decided_by <> requested_by",
}

MOVEMENT_CHECKS = {
    "transfer": "(kind = 'TRANSFER') = (transfer_id IS NOT NULL)",
    "adjustment": "kind <> 'ADJUSTMENT' OR coalesce(note, '') <> ''",
}

APPENDED = ("stock_transfer_line", "reorder_point_change")

# What was asked for is never rewritten, and a decision is one row's own end.
REFUSE_SECOND_DECISION = """
CREATE FUNCTION orderway_refuse_second_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'REQUESTED' OR NEW.status = 'REQUESTED'
        OR (NEW.id, NEW.from_store_id, NEW.to_store_id, NEW.asking_store_id, NEW.note, NEW.requested_at,
            NEW.requested_by)
        IS DISTINCT FROM (OLD.id, OLD.from_store_id, OLD.to_store_id, OLD.asking_store_id, OLD.note,
            OLD.requested_at, OLD.requested_by)
    THEN
        RAISE EXCEPTION 'The stock transfer % is decided once, and nothing else of it changes.', OLD.id
            USING ERRCODE = 'restrict_violation', HINT = 'Ask for another transfer.';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.add_column("stock", sa.Column("reorder_point", sa.BigInteger))
    op.create_check_constraint(op.f("stock_reorder_point_check"), "stock", "reorder_point >= 0")
    op.create_index(
        "stock_watched_idx", "stock", ["store_id", "variant_id"], postgresql_where="reorder_point IS NOT NULL"
    )
    make_transfers()
    make_changes()
    alter_movements()
    op.execute(REFUSE_SECOND_DECISION)
    op.execute(
        "CREATE TRIGGER stock_transfer_decided BEFORE UPDATE ON stock_transfer FOR EACH ROW"
        " EXECUTE FUNCTION orderway_refuse_second_decision()"
    )
    op.execute(
        "CREATE TRIGGER stock_transfer_kept BEFORE DELETE OR TRUNCATE ON stock_transfer"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_change()"
        )


def make_transfers() -> None:
    op.create_table(
        "stock_transfer",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("from_store_id", UUID, nullable=False),
        sa.Column("to_store_id", UUID, nullable=False),
        sa.Column("asking_store_id", UUID, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="REQUESTED"),
        sa.Column("note", sa.Text),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text),
        sa.Column("reason", sa.Text),
        *(sa.CheckConstraint(sql, name=op.f(f"stock_transfer_{name}_check")) for name, sql in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], ["store.id"], name=op.f(f"stock_transfer_{column}_fkey"))
            for column in ("from_store_id", "to_store_id")
        ),
    )
    for column in ("from_store_id", "to_store_id"):
        op.create_index(f"stock_transfer_{column}_id_idx", "stock_transfer", [column, "id"])
    op.create_table(
        "stock_transfer_line",
        sa.Column("transfer_id", UUID, primary_key=True),
        sa.Column("variant_id", UUID, primary_key=True),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("stock_transfer_line_quantity_check")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["stock_transfer.id"], name=op.f("stock_transfer_line_transfer_id_fkey")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("stock_transfer_line_variant_id_fkey")),
    )


def make_changes() -> None:
    op.create_table(
        "reorder_point_change",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True, server_default=sa.text("orderway_id()")),
        sa.Column("variant_id", UUID, nullable=False),
        sa.Column("was", sa.BigInteger),
        sa.Column("became", sa.BigInteger),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.CheckConstraint("was IS DISTINCT FROM became", name=op.f("reorder_point_change_change_check")),
        sa.ForeignKeyConstraint(
            ["store_id", "variant_id"],
            ["stock.store_id", "stock.variant_id"],
            name=op.f("reorder_point_change_store_id_variant_id_fkey"),
        ),
    )
    op.create_index(
        "reorder_point_change_store_id_variant_id_id_idx", "reorder_point_change", ["store_id", "variant_id", "id"]
    )


def alter_movements() -> None:
    op.add_column("movement", sa.Column("transfer_id", UUID))
    op.create_foreign_key(op.f("movement_transfer_id_fkey"), "movement", "stock_transfer", ["transfer_id"], ["id"])
    for name, sql in MOVEMENT_CHECKS.items():
        op.create_check_constraint(op.f(f"movement_{name}_check"), "movement", sql)
    op.drop_index("movement_store_id_variant_id_at_idx", "movement")
    op.create_index("movement_store_id_variant_id_id_idx", "movement", ["store_id", "variant_id", "id"])
    op.create_index(
        "movement_transfer_key",
        "movement",
        ["store_id", "transfer_id", "variant_id"],
        unique=True,
        postgresql_where="transfer_id IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("movement_transfer_key", "movement")
    op.drop_index("movement_store_id_variant_id_id_idx", "movement")
    op.create_index("movement_store_id_variant_id_at_idx", "movement", ["store_id", "variant_id", "at"])
    for name in MOVEMENT_CHECKS:
        op.drop_constraint(op.f(f"movement_{name}_check"), "movement")
    op.drop_column("movement", "transfer_id")
    op.drop_table("reorder_point_change")
    op.drop_table("stock_transfer_line")
    op.drop_table("stock_transfer")
    op.execute("DROP FUNCTION orderway_refuse_second_decision()")
    op.drop_index("stock_watched_idx", "stock")
    op.drop_constraint(op.f("stock_reorder_point_check"), "stock")
    op.drop_column("stock", "reorder_point")
