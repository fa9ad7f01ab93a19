"""Finished orders may leave: one function removes them, and what is only ever added to lets it alone pass."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from orderway.workflow.rows import XID8

revision: str = "0047"
down_revision: str | None = "0060"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
LIFECYCLES = ("quotation", "sale", "override_request", "payment", "fulfillment", "rider_interest")
APPENDED = (
    "transition_log", "outbox", "movement", "credit_entry", "payable", "account_credit_entry", "delivery_address",
    "payment_receipt", "rider_ledger",
)  # fmt: skip
OF_RETURNS = ("return_line", "returned_goods")
OTHERS = (
    "order_line", "reservation", "sales_return", "order_comment", "notification", "mail", "outbound_progress",
    "failed_timer", "imported_order", "import_finding", "import_review",
)  # fmt: skip

# What names a row of an order, and stays when that leaves: a law asks then.
FREED = (
    ("payment_reference", "payment", "payment_id"), ("webhook_event", "payment", "payment_id"),
    ("webhook_event", "sale_order", "order_id"), ("sale_order", "sale_order", "copied_from"),
)  # fmt: skip

# Why an order has to stay; null for one that may leave. What may still move, be paid, be told or be counted stays.
STAYS = """
CREATE FUNCTION orderway_order_stays(of_store uuid, of_order uuid) RETURNS text LANGUAGE sql STABLE AS $$
SELECT CASE
    WHEN EXISTS (
        SELECT FROM (
            SELECT due_at, state IN ('MUTUALLY_APPROVED', 'REJECTED', 'CANCELLED', 'EXPIRED') AS rests
            FROM quotation WHERE store_id = of_store AND order_id = of_order
            UNION ALL SELECT due_at, state IN ('COMPLETED', 'CANCELLED', 'EXPIRED', 'REFUNDED')
            FROM sale WHERE store_id = of_store AND order_id = of_order
            UNION ALL SELECT due_at, state IN ('COMPLETED', 'REFUNDED', 'CANCELLED', 'FAILED')
            FROM fulfillment WHERE store_id = of_store AND order_id = of_order
            UNION ALL SELECT due_at, state IN ('ASSIGNED', 'WITHDRAWN', 'REJECTED', 'EXPIRED')
            FROM rider_interest WHERE store_id = of_store AND order_id = of_order
            UNION ALL SELECT due_at, state IN ('APPROVED', 'DENIED', 'EXPIRED', 'REVOKED')
            FROM override_request WHERE store_id = of_store AND order_id = of_order
            UNION ALL SELECT due_at, state IN ('CONFIRMED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'REVERSED', 'FAILED')
            FROM payment WHERE store_id = of_store AND order_id = of_order
        ) life WHERE NOT rests OR due_at IS NOT NULL
    ) THEN 'open'
    WHEN EXISTS (SELECT FROM failed_timer WHERE store_id = of_store AND order_id = of_order) THEN 'open'
    WHEN EXISTS (SELECT FROM import_review WHERE store_id = of_store AND order_id = of_order AND decided_at IS NULL)
        THEN 'doubt'
    WHEN (SELECT greatest(sum(amount), sum(amount) FILTER (WHERE kind <> 'LOST')) FROM payable
        WHERE store_id = of_store AND order_id = of_order) > 0 THEN 'refund'
    WHEN EXISTS (SELECT FROM account_credit_entry e JOIN account_credit a ON a.store_id = e.store_id
        AND a.customer_id = e.customer_id AND a.currency = e.currency
        WHERE e.store_id = of_store AND e.order_id = of_order AND a.balance > 0) THEN 'account'
    WHEN (SELECT coalesce(sum(amount), 0) FROM credit_entry WHERE store_id = of_store AND order_id = of_order) <> 0
        THEN 'credit'
    WHEN EXISTS (SELECT FROM rider_ledger WHERE store_id = of_store AND order_id = of_order
        GROUP BY fulfillment_id, rider_id HAVING sum(amount) <> 0) THEN 'rider'
    WHEN EXISTS (SELECT FROM parked_money WHERE store_id = of_store AND order_id = of_order)
        OR EXISTS (SELECT FROM parked_money WHERE to_store_id = of_store AND to_order_id = of_order) THEN 'inbox'
    WHEN EXISTS (SELECT FROM payment p JOIN webhook_event e ON e.store_id = p.store_id AND e.payment_id = p.id
        WHERE p.store_id = of_store AND p.order_id = of_order AND e.bucket IS NULL) THEN 'inbox'
    WHEN EXISTS (SELECT FROM mail WHERE store_id = of_store AND order_id = of_order
        AND (due_at IS NOT NULL OR dead_at IS NOT NULL)) THEN 'told'
    WHEN EXISTS (SELECT FROM webhook_errand WHERE store_id = of_store AND order_id = of_order) THEN 'told'
    WHEN EXISTS (
        SELECT FROM outbound_sink s CROSS JOIN LATERAL (
            SELECT max(number) AS last FROM outbox b
            WHERE b.store_id = of_store AND b.order_id = of_order AND b.xid > s.begun
        ) e LEFT JOIN outbound_progress p ON p.store_id = of_store AND p.order_id = of_order AND p.sink = s.sink
        WHERE e.last > coalesce(p.done, 0) OR p.done < p.known
    ) THEN 'told'
    WHEN NOT EXISTS (
        SELECT FROM insight_place i WHERE i.cluster = (SELECT system_identifier FROM pg_control_system())
        AND NOT EXISTS (SELECT FROM outbox b JOIN transition_log l
            ON l.store_id = b.store_id AND l.instance_id = b.instance_id AND l.step = b.step
            WHERE b.store_id = of_store AND b.order_id = of_order AND b.xid > i.xid AND l.recorded_at > i.since)
    ) THEN 'figures'
END
$$
"""

# The row by which an order leaves is taken for one alone that is there and may.
ENTER = """
CREATE FUNCTION orderway_enter_archived() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    why text;
BEGIN
    PERFORM FROM sale_order WHERE store_id = NEW.store_id AND id = NEW.order_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'There is no order % to archive.', NEW.order_id USING ERRCODE = 'restrict_violation';
    END IF;
    why := orderway_order_stays(NEW.store_id, NEW.order_id);
    IF why IS NOT NULL OR NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'The order % is not finished: %.', NEW.order_id, coalesce(why, 'xid')
            USING ERRCODE = 'restrict_violation', HINT = 'Only what is settled, told and counted leaves.';
    END IF;
    RETURN NEW;
END $$
"""

# A number or a reference of a source is given once, whether its order is here or has left. This looks after the row is
# there: where the order left meanwhile, that has come to light by then.
TAKEN = """
CREATE FUNCTION orderway_refuse_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM archived_order WHERE store_id = NEW.store_id AND number = NEW.number) THEN
        RAISE EXCEPTION 'The number % is of an order that was archived.', NEW.number
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'sale_order_store_id_number_key', TABLE = 'sale_order';
    END IF;
    IF EXISTS (SELECT FROM archived_order WHERE store_id = NEW.store_id AND source = NEW.source
        AND source_ref = NEW.source_ref) THEN
        RAISE EXCEPTION 'The reference % is of an order that was archived.', NEW.source_ref
            USING ERRCODE = 'unique_violation', TABLE = 'sale_order',
            CONSTRAINT = 'sale_order_store_id_source_source_ref_key';
    END IF;
    RETURN NULL;
END $$
"""

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION orderway_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{passing}
    RAISE EXCEPTION 'Rows of % are only ever added: none is changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Add a row that corrects the earlier one.';
END $$
"""
REFUSE_DELETION = """
CREATE OR REPLACE FUNCTION orderway_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{passing}
    RAISE EXCEPTION 'Rows of % are never deleted: the log tells of them.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Send an event that ends it.';
END $$
"""
PASSING = """
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND EXISTS (SELECT FROM archived_order WHERE xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;"""

# Of the tables that let an archiving transaction pass, each row that went is looked at.
REFUSE_LOSS = """
CREATE FUNCTION orderway_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g WHERE NOT EXISTS (
        SELECT FROM archived_order a
        WHERE a.store_id = g.store_id AND a.order_id = g.order_id AND a.xid = pg_current_xact_id()))
    THEN
        RAISE EXCEPTION 'Rows of % leave with their whole order alone.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', HINT = 'Archive the order.';
    END IF;
    RETURN NULL;
END $$
"""

# All in one statement: what names each other goes together. Gives how many rows of each table went.
ARCHIVE = """
CREATE FUNCTION orderway_archive(
    of_store uuid, of_order uuid, in_bucket text, under_key text, digest bytea, last_hashes jsonb, sums jsonb,
    moment timestamptz
) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    gone jsonb;
BEGIN
    INSERT INTO archived_order (store_id, order_id, number, customer_id, biller_id, currency, placed_at, source,
        source_ref, bucket, key, sha256, ends, carried, archived_at)
    SELECT store_id, id, number, customer_id, biller_id, currency, placed_at, source, source_ref, in_bucket, under_key,
        digest, last_hashes, sums, moment
    FROM sale_order WHERE store_id = of_store AND id = of_order;
    WITH %CUTS%
    SELECT jsonb_build_object(%COUNTS%) INTO gone;
    RETURN gone;
END $$
"""
CUT = "cut_{0} AS (DELETE FROM {0} WHERE store_id = of_store AND {1} RETURNING 1)"
CONDITIONS = {
    **dict.fromkeys((*LIFECYCLES, *APPENDED, *OTHERS), "order_id = of_order"),
    **dict.fromkeys(
        OF_RETURNS, "return_id IN (SELECT id FROM sales_return WHERE store_id = of_store AND order_id = of_order)"
    ),
    "fulfillment_pin": "fulfillment_id IN (SELECT id FROM fulfillment WHERE store_id = of_store"
    " AND order_id = of_order)",
    "sale_order": "id = of_order",
}

ARCHIVED_PAYMENT = """
CREATE VIEW archived_payment AS
SELECT a.store_id, a.order_id, p.* FROM archived_order a CROSS JOIN LATERAL jsonb_to_recordset(a.carried -> 'payments')
    AS p (id uuid, provider text, reference text, amount bigint, currency text, gone bigint, is_confirmed boolean)
"""

# As conditions of what somebody sees ask of an order.
AS_ORDER = """
CREATE VIEW archived_as_order AS
SELECT store_id, order_id AS id, number, customer_id, biller_id, currency, placed_at, archived_at, carried
FROM archived_order
"""


def upgrade() -> None:
    op.create_table(
        "archived_order",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("customer_id", UUID, nullable=False),
        sa.Column("biller_id", UUID),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("source_ref", sa.Text),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sha256", sa.LargeBinary, nullable=False),
        sa.Column("ends", JSONB, nullable=False),
        sa.Column("carried", JSONB, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=False),
        sa.Column("xid", XID8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
        sa.UniqueConstraint("store_id", "number"),
        sa.UniqueConstraint("store_id", "source", "source_ref"),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("archived_order_sha256_check")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"]),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.ForeignKeyConstraint(["biller_id"], ["person.id"]),
    )
    op.create_index("archived_order_xid_idx", "archived_order", ["xid"])
    op.create_index(
        "archived_order_riders_idx", "archived_order", [sa.text("(carried -> 'riders') jsonb_path_ops")],
        postgresql_using="gin",
    )  # fmt: skip
    for function in (STAYS, ENTER, TAKEN, REFUSE_LOSS, archive()):
        op.execute(function)
    for refusing in (REFUSE_CHANGE, REFUSE_DELETION):
        op.execute(refusing.replace("{passing}", PASSING))
    guard("('archived')")
    for table in (*APPENDED, *LIFECYCLES):
        op.execute(
            f"CREATE TRIGGER {table}_left AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone"
            " EXECUTE FUNCTION orderway_refuse_loss()"
        )
    op.execute(
        "CREATE TRIGGER archived_order_entered BEFORE INSERT ON archived_order FOR EACH ROW"
        " EXECUTE FUNCTION orderway_enter_archived()"
    )
    op.execute(
        "CREATE TRIGGER archived_order_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON archived_order"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER sale_order_archived AFTER INSERT ON sale_order FOR EACH ROW"
        " EXECUTE FUNCTION orderway_refuse_archived()"
    )
    for table, _, column in FREED:
        op.drop_constraint(op.f(f"{table}_store_id_{column}_fkey"), table)
    op.execute(ARCHIVED_PAYMENT)
    op.execute(AS_ORDER)


def archive() -> str:
    """The function that removes an order, with each of its tables."""
    cuts = ",\n    ".join(CUT.format(table, condition) for table, condition in CONDITIONS.items())
    counts = ", ".join(f"'{table}', (SELECT count(*) FROM cut_{table})" for table in CONDITIONS)  # noqa: S608
    return ARCHIVE.replace("%CUTS%", cuts).replace("%COUNTS%", counts)


def guard(given: str) -> None:
    """Guard what an order's rows may not lose, with or without the word that lets an archiving transaction pass."""
    for table in APPENDED:
        op.execute(
            f"CREATE OR REPLACE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" EXECUTE FUNCTION orderway_refuse_change{given}"
        )
    for table in LIFECYCLES:
        op.execute(
            f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table}"
            f" EXECUTE FUNCTION orderway_refuse_deletion{given}"
        )


def downgrade() -> None:
    op.execute("DROP VIEW archived_as_order, archived_payment")
    for table, of, column in FREED:
        name = op.f(f"{table}_store_id_{column}_fkey")
        op.create_foreign_key(name, table, of, ["store_id", column], ["store_id", "id"])
    op.execute("DROP TRIGGER sale_order_archived ON sale_order")
    for table in (*APPENDED, *LIFECYCLES):
        op.execute(f"DROP TRIGGER {table}_left ON {table}")
    guard("()")
    for refusing in (REFUSE_CHANGE, REFUSE_DELETION):
        op.execute(refusing.replace("{passing}", ""))
    op.execute("DROP FUNCTION orderway_archive")
    op.drop_table("archived_order")
    for function in ("refuse_loss", "refuse_archived", "enter_archived", "order_stays"):
        op.execute(f"DROP FUNCTION orderway_{function}")
