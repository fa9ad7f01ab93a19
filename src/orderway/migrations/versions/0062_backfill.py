"""Orders of the predecessor may be read before they are brought over, and what a backfill brought may go out again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

from orderway.workflow.rows import XID8

revision: str = "0062"
down_revision: str | None = "0061"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)

OF_ORDER = (
    "quotation", "sale", "override_request", "payment", "fulfillment", "rider_interest", "transition_log", "outbox",
    "movement", "credit_entry", "payable", "account_credit_entry", "delivery_address", "payment_receipt",
    "rider_ledger", "order_line", "reservation", "sales_return", "order_comment", "notification", "mail",
    "outbound_progress", "failed_timer", "imported_order", "import_finding", "import_review", "parked_money",
)  # fmt: skip
MINE = "store_id = NEW.store_id AND order_id = NEW.order_id"
CONDITIONS = {
    **dict.fromkeys(OF_ORDER, "order_id = NEW.order_id"),
    **dict.fromkeys(
        ("return_line", "returned_goods"), f"return_id IN (SELECT id FROM sales_return WHERE {MINE})"  # noqa: S608  (names of this module)
    ),
    "fulfillment_pin": f"fulfillment_id IN (SELECT id FROM fulfillment WHERE {MINE})",  # noqa: S608  (names of this module)
    "payment_reference": f"payment_id IN (SELECT id FROM payment WHERE {MINE})",  # noqa: S608  (names of this module)
    "sale_order": "id = NEW.order_id",
}  # fmt: skip
CUT = "cut_{0} AS (DELETE FROM {0} WHERE store_id = NEW.store_id AND {1})"

# Why an order of a backfill has to stay; null for one that may go out. It is all from one transaction: whatever another
# one told of it, or people added beside the log, is not to be lost.
HINDERED = """
CREATE FUNCTION orderway_withdrawal_hindered(of_store uuid, of_order uuid, of_run uuid) RETURNS text
LANGUAGE sql STABLE AS $$
SELECT CASE
    WHEN NOT EXISTS (SELECT FROM legacy_order l JOIN backfill_run r ON r.id = l.run
        WHERE l.store_id = of_store AND l.order_id = of_order AND l.run = of_run) THEN 'other'
    WHEN NOT EXISTS (SELECT FROM sale_order WHERE store_id = of_store AND id = of_order) THEN 'archived'
    WHEN EXISTS (SELECT FROM outbox b WHERE b.store_id = of_store AND b.order_id = of_order
        AND b.xid <> (SELECT f.xid FROM outbox f WHERE f.store_id = of_store AND f.order_id = of_order
            ORDER BY f.number LIMIT 1)) THEN 'moved'
    WHEN EXISTS (SELECT FROM import_review WHERE store_id = of_store AND order_id = of_order
            AND decided_at IS NOT NULL)
        OR EXISTS (SELECT FROM order_comment WHERE store_id = of_store AND order_id = of_order)
        OR EXISTS (SELECT FROM payment_receipt WHERE store_id = of_store AND order_id = of_order)
        OR EXISTS (SELECT FROM rider_ledger WHERE store_id = of_store AND order_id = of_order
            AND kind <> 'EARNED' AND actor NOT IN ('import:legacy', 'source:legacy'))
        OR EXISTS (SELECT FROM parked_money WHERE store_id = of_store AND order_id = of_order
            AND (resolution IS NOT NULL OR provider <> 'legacy'))
        OR EXISTS (SELECT FROM parked_money WHERE to_store_id = of_store AND to_order_id = of_order)
        OR EXISTS (SELECT FROM webhook_errand WHERE store_id = of_store AND order_id = of_order)
        OR EXISTS (SELECT FROM payment p JOIN webhook_event e ON e.store_id = p.store_id AND e.payment_id = p.id
            WHERE p.store_id = of_store AND p.order_id = of_order)
        OR EXISTS (SELECT FROM sale_order WHERE store_id = of_store AND copied_from = of_order) THEN 'touched'
END
$$
"""

# The row by which an order goes out is taken for one alone that is of the run, and may.
ENTER = """
CREATE FUNCTION orderway_enter_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    why text;
BEGIN
    PERFORM FROM sale_order WHERE store_id = NEW.store_id AND id = NEW.order_id FOR UPDATE;
    why := orderway_withdrawal_hindered(NEW.store_id, NEW.order_id, NEW.run);
    IF why IS NOT NULL OR NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'The order % does not go out again: %.', NEW.order_id, coalesce(why, 'xid')
            USING ERRCODE = 'restrict_violation', HINT = 'Only what a backfill alone has moved does.';
    END IF;
    RETURN NEW;
END $$
"""

# Entering that row takes the order out: each sum first, as sums are moved by rows alone, then all that it has, in one
# statement, as its parts name each other. What was read of it is to be brought over again.
WITHDRAW = """
CREATE FUNCTION orderway_withdraw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM stock s WHERE s.store_id = NEW.store_id AND s.variant_id IN (
        SELECT variant_id FROM movement WHERE %MINE% UNION SELECT variant_id FROM reservation WHERE %MINE%
    ) ORDER BY s.variant_id FOR NO KEY UPDATE;
    UPDATE stock s SET quantity = s.quantity - p.came, reserved = s.reserved - p.held
    FROM (
        SELECT variant_id, sum(came)::bigint AS came, sum(held)::bigint AS held FROM (
            SELECT variant_id, quantity AS came, 0 AS held FROM movement WHERE %MINE%
            UNION ALL SELECT variant_id, 0, quantity FROM reservation WHERE %MINE% AND status = 'HELD'
        ) each GROUP BY variant_id
    ) p WHERE s.store_id = NEW.store_id AND s.variant_id = p.variant_id AND (p.came, p.held) <> (0, 0);
    UPDATE credit_profile c SET exposure = c.exposure - e.amount
    FROM (
        SELECT customer_id, currency, sum(amount)::bigint AS amount FROM credit_entry WHERE %MINE% GROUP BY 1, 2
    ) e WHERE c.customer_id = e.customer_id AND c.currency = e.currency AND e.amount <> 0;
    UPDATE account_credit a SET balance = a.balance - e.amount
    FROM (
        SELECT customer_id, currency, sum(amount)::bigint AS amount FROM account_credit_entry WHERE %MINE% GROUP BY 1, 2
    ) e WHERE a.store_id = NEW.store_id AND a.customer_id = e.customer_id AND a.currency = e.currency AND e.amount <> 0;
    UPDATE customer_sales_agg g SET sales = g.sales - 1, cumulative = g.cumulative - (
        greatest(0, (s.context ->> 'grand_total')::bigint - (s.context ->> 'returned_total')::bigint
            - (s.context ->> 'allowance')::bigint) - (s.context ->> 'written_off')::bigint)
    FROM sale s JOIN sale_order o ON o.store_id = s.store_id AND o.id = s.order_id
    WHERE s.store_id = NEW.store_id AND s.order_id = NEW.order_id AND s.state = 'COMPLETED'
        AND g.customer_id = o.customer_id AND g.currency = o.currency;
    DELETE FROM customer_sales_agg g USING sale_order o WHERE o.store_id = NEW.store_id AND o.id = NEW.order_id
        AND g.customer_id = o.customer_id AND g.currency = o.currency AND g.sales = 0;
    WITH %CUTS%
    UPDATE legacy_order SET came = 'READ', why = NULL, store_id = NULL, order_id = NULL, moves = '{}', verdict = NULL,
        at = NEW.at
    WHERE store_id = NEW.store_id AND order_id = NEW.order_id;
    RETURN NULL;
END $$
"""

# What lets orders go by the row that takes them out: an archived one, or, `withdrawn` too, one of a backfill.
PASSING = """
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND (
        EXISTS (SELECT FROM withdrawn_order WHERE xid = pg_current_xact_id())
        OR TG_ARGV[0] = 'archived' AND EXISTS (SELECT FROM archived_order WHERE xid = pg_current_xact_id())
    ) THEN
        RETURN NULL;
    END IF;"""
PASSING_BEFORE = """
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 AND EXISTS (SELECT FROM archived_order WHERE xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;"""
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
LEFT = """
        SELECT FROM {0} a
        WHERE a.store_id = g.store_id AND a.order_id = g.order_id AND a.xid = pg_current_xact_id()"""
REFUSE_LOSS = """
CREATE OR REPLACE FUNCTION orderway_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g WHERE {missing})
    THEN
        RAISE EXCEPTION 'Rows of % leave with their whole order alone.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', HINT = 'Archive the order.';
    END IF;
    RETURN NULL;
END $$
"""
REFUSE_REFERENCE_LOSS = """
CREATE FUNCTION orderway_refuse_reference_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g JOIN payment p ON p.store_id = g.store_id AND p.id = g.payment_id) THEN
        RAISE EXCEPTION 'The reference of a payment goes out with it alone.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "backfill_run",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("brought", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.Text),
        sa.CheckConstraint("brought >= 0 AND failed >= 0", name=op.f("backfill_run_counts_check")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("backfill_run_undone_check")),
    )
    op.create_table(
        "withdrawn_order",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, primary_key=True),
        sa.Column("run", UUID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("xid", XID8, nullable=False, server_default=sa.text("pg_current_xact_id()")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"]),
        sa.ForeignKeyConstraint(["run"], ["backfill_run.id"]),
    )
    op.create_index("withdrawn_order_xid_idx", "withdrawn_order", ["xid"])
    op.create_index("withdrawn_order_run_idx", "withdrawn_order", ["run"])
    read("'READ', ", "came IN ('FAILED', 'READ')", "came IN ('IN', 'READ')")
    op.alter_column("legacy_order", "verdict", nullable=True)
    cuts = ",\n    ".join(CUT.format(table, condition) for table, condition in CONDITIONS.items())
    for function in (HINDERED, ENTER, REFUSE_REFERENCE_LOSS):
        op.execute(function)
    op.execute(WITHDRAW.replace("%CUTS%", cuts).replace("%MINE%", MINE))
    for refusing in (REFUSE_CHANGE, REFUSE_DELETION):
        op.execute(refusing.replace("{passing}", PASSING))
    both = " AND ".join(f"NOT EXISTS ({LEFT.format(table)})" for table in ("archived_order", "withdrawn_order"))
    op.execute(REFUSE_LOSS.replace("{missing}", both))
    guard("('withdrawn')")
    op.execute(
        "CREATE TRIGGER parked_money_left AFTER DELETE ON parked_money REFERENCING OLD TABLE AS gone"
        " EXECUTE FUNCTION orderway_refuse_loss()"
    )
    op.execute(
        "CREATE TRIGGER payment_reference_left AFTER DELETE ON payment_reference REFERENCING OLD TABLE AS gone"
        " EXECUTE FUNCTION orderway_refuse_reference_loss()"
    )
    op.execute(
        "CREATE TRIGGER withdrawn_order_entered BEFORE INSERT ON withdrawn_order FOR EACH ROW"
        " EXECUTE FUNCTION orderway_enter_withdrawn()"
    )
    op.execute(
        "CREATE TRIGGER withdrawn_order_taken_out AFTER INSERT ON withdrawn_order FOR EACH ROW"
        " EXECUTE FUNCTION orderway_withdraw()"
    )
    op.execute(
        "CREATE TRIGGER withdrawn_order_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawn_order"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )


def guard(given: str) -> None:
    """Guard what an archived order leaves behind, with or without the word that lets a withdrawn one take it along."""
    op.execute(
        "CREATE OR REPLACE TRIGGER payment_reference_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_reference"
        f" EXECUTE FUNCTION orderway_refuse_change{given}"
    )
    op.execute(
        "CREATE OR REPLACE TRIGGER parked_money_kept BEFORE DELETE OR TRUNCATE ON parked_money"
        f" EXECUTE FUNCTION orderway_refuse_deletion{given}"
    )


def read(word: str, is_out: str, is_plain: str) -> None:
    """Say anew what a kept order may be, with or without one that was only read."""
    checks = {
        "came": f"came IN ({word}'IN', 'RESTS', 'REWRITTEN', 'FAILED')",
        "is_in": f"{is_out} OR order_id IS NOT NULL",
        "why": f"({is_plain}) = (why IS NULL)",
    }
    for name, check in checks.items():
        op.drop_constraint(op.f(f"legacy_order_{name}_check"), "legacy_order")
        op.create_check_constraint(op.f(f"legacy_order_{name}_check"), "legacy_order", check)
    if word:
        op.create_check_constraint(
            op.f("legacy_order_judged_check"), "legacy_order", "(came = 'READ') = (verdict IS NULL)"
        )


def downgrade() -> None:
    op.execute("DROP TRIGGER payment_reference_left ON payment_reference")
    op.execute("DROP TRIGGER parked_money_left ON parked_money")
    guard("()")
    for refusing in (REFUSE_CHANGE, REFUSE_DELETION):
        op.execute(refusing.replace("{passing}", PASSING_BEFORE))
    op.execute(REFUSE_LOSS.replace("{missing}", f"NOT EXISTS ({LEFT.format('archived_order')})"))
    op.drop_table("withdrawn_order")
    op.drop_table("backfill_run")
    for function in ("withdraw", "enter_withdrawn", "withdrawal_hindered", "refuse_reference_loss"):
        op.execute(f"DROP FUNCTION orderway_{function}")
    op.execute("DELETE FROM legacy_order WHERE came = 'READ'")
    op.drop_constraint(op.f("legacy_order_judged_check"), "legacy_order")
    op.alter_column("legacy_order", "verdict", nullable=False)
    read("", "came = 'FAILED'", "came = 'IN'")
