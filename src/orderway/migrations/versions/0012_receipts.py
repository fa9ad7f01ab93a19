"""Receipts of payments, those that are being written, and the keys that their links are signed with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payment_receipt",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("id", UUID, primary_key=True),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("payment_id", UUID, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("uploaded_by", sa.Text, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        sa.UniqueConstraint(
            "store_id", "payment_id", "sha256", name=op.f("payment_receipt_store_id_payment_id_sha256_key")
        ),
        sa.UniqueConstraint("bucket", "key", name=op.f("payment_receipt_bucket_key_key")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("payment_receipt_sha256_check")),
        sa.CheckConstraint("size > 0", name=op.f("payment_receipt_size_check")),
        sa.CheckConstraint(
            "content_type IN ('image/png', 'image/jpeg', 'image/webp', 'application/pdf')",
            name=op.f("payment_receipt_content_type_check"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name=op.f("payment_receipt_store_id_order_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["store_id", "payment_id"],
            ["payment.store_id", "payment.id"],
            name=op.f("payment_receipt_store_id_payment_id_fkey"),
        ),
    )
    op.create_index("payment_receipt_store_id_order_id_idx", "payment_receipt", ["store_id", "order_id"])
    op.execute(
        "CREATE TRIGGER payment_receipt_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_receipt"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.create_table(
        "receipt_begun",
        sa.Column("bucket", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("begun_at", MOMENT, nullable=False),
    )
    op.create_index("receipt_begun_begun_at_idx", "receipt_begun", ["begun_at"])
    op.create_table(
        "signing_key",
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("signing_key_key_check")),
    )


def downgrade() -> None:
    op.drop_table("signing_key")
    op.drop_table("receipt_begun")
    op.drop_table("payment_receipt")
