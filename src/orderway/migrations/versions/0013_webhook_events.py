"""What payment providers reported: stored as it came before anything follows from it, and settled once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON, UUID

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)

CHECKS = {
    "bucket": "bucket IN ('applied', 'already applied', 'parked', 'ignored')",
    "settled": "(bucket IS NULL) = (settled_at IS NULL) AND (bucket IS NULL) = (due_at IS NOT NULL)"
    " AND (bucket IS NULL OR why <> '')",
    "buyer_kind": "buyer_kind IN ('CONSUMER', 'RESELLER')",
    "order": "(store_id IS NULL) = (order_id IS NULL) AND (payment_id IS NULL OR order_id IS NOT NULL)",
}

# What was reported is evidence; what it did not tell may be added once the provider, or its charge, has told it. What
# became of it is settled once; only what was parked may still be applied.
REFUSE_ALTERING = """
CREATE FUNCTION orderway_refuse_altering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The report % of % is evidence: what it says and what became of it are not altered.',
        OLD.event_id, OLD.provider USING ERRCODE = 'restrict_violation', HINT = 'Resolve what it was parked as.';
END $$
"""

ALTERED = """
CREATE TRIGGER webhook_event_altered BEFORE UPDATE ON webhook_event FOR EACH ROW
WHEN (OLD.bucket <> 'parked' OR (OLD.movement IS NOT NULL AND OLD.movement IS DISTINCT FROM NEW.movement)
    OR (OLD.bucket IS NOT NULL AND NEW.bucket IS NULL)
    OR (NEW.id, NEW.provider, NEW.event_id, NEW.received_at, NEW.body, NEW.headers::text, NEW.kind, NEW.transaction,
        NEW.reference, NEW.order_ref, NEW.subject, NEW.amount, NEW.major, NEW.total, NEW.currency, NEW.method,
        NEW.reason, NEW.occurred_at, NEW.buyer_kind)
    IS DISTINCT FROM (OLD.id, OLD.provider, OLD.event_id, OLD.received_at, OLD.body, OLD.headers::text, OLD.kind,
        OLD.transaction, coalesce(OLD.reference, NEW.reference), coalesce(OLD.order_ref, NEW.order_ref), OLD.subject,
        coalesce(OLD.amount, NEW.amount), OLD.major, OLD.total, coalesce(OLD.currency, NEW.currency), OLD.method,
        OLD.reason, OLD.occurred_at, OLD.buyer_kind))
EXECUTE FUNCTION orderway_refuse_altering()
"""


def upgrade() -> None:
    op.create_table(
        "webhook_event",
        sa.Column("id", UUID, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("provider", "event_id")),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("transaction", "reference", "order_ref", "subject")),
        sa.Column("amount", sa.BigInteger),
        sa.Column("major", sa.Numeric),
        sa.Column("total", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("occurred_at", MOMENT),
        sa.Column("needs_verification", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("buyer_kind", "bucket", "why")),
        *(sa.Column(name, UUID) for name in ("store_id", "order_id", "payment_id")),
        *(sa.Column(name, MOMENT) for name in ("settled_at", "due_at")),
        sa.Column("movement", sa.Text),
        sa.UniqueConstraint("provider", "event_id", name=op.f("webhook_event_provider_event_id_key")),
        *(sa.CheckConstraint(sql, name=op.f(f"webhook_event_{name}_check")) for name, sql in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint(
                ["store_id", its],
                [f"{table}.store_id", f"{table}.id"],
                name=op.f(f"webhook_event_store_id_{its}_fkey"),
            )
            for table, its in (("sale_order", "order_id"), ("payment", "payment_id"))
        ),
        postgresql_with={"fillfactor": 70},
    )
    for name, columns, where in (
        ("movement_key", ("provider", "movement"), "movement IS NOT NULL"),
        ("subject_idx", ("provider", "subject"), "subject IS NOT NULL"),
        ("payment_idx", ("store_id", "payment_id"), "payment_id IS NOT NULL"),
        ("due_idx", ("due_at",), "bucket IS NULL"),
    ):
        op.create_index(
            f"webhook_event_{name}", "webhook_event", columns, unique=name.endswith("key"), postgresql_where=where
        )
    op.execute(REFUSE_ALTERING)
    op.execute(ALTERED)
    op.execute(
        "CREATE TRIGGER webhook_event_kept BEFORE DELETE OR TRUNCATE ON webhook_event"
        " EXECUTE FUNCTION orderway_refuse_deletion()"
    )


def downgrade() -> None:
    op.drop_table("webhook_event")
    op.execute("DROP FUNCTION orderway_refuse_altering()")
