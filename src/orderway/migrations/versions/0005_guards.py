"""What PostgreSQL refuses by itself: changing what is only ever added to, and moving an instance past its log."""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LIFECYCLES = ("quotation", "sale", "override_request", "payment", "fulfillment", "rider_interest")
APPENDED = ("transition_log", "movement", "credit_entry", "payable")

REFUSE_CHANGE = """
CREATE FUNCTION orderway_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are only ever added: none is changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Add a row that corrects the earlier one.';
END $$
"""

REFUSE_UNLOGGED = """
CREATE FUNCTION orderway_refuse_unlogged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.store_id, NEW.id, NEW.order_id, NEW.state, NEW.step, NEW.hash, NEW.version, NEW.context::text,
            NEW.history::text)
        IS DISTINCT FROM (OLD.store_id, OLD.id, OLD.order_id, OLD.state, OLD.step, OLD.hash, OLD.version,
            OLD.context::text, OLD.history::text)
    THEN
        RAISE EXCEPTION 'The % % was not moved: a move takes one step, with a row in transition_log.',
            TG_TABLE_NAME, OLD.id USING ERRCODE = 'restrict_violation', HINT = 'Send it an event.';
    END IF;
    RETURN NEW;
END $$
"""

REFUSE_DELETION = """
CREATE FUNCTION orderway_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never deleted: the log tells of them.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Send an event that ends it.';
END $$
"""

# PostgreSQL reads this condition anew for every move: it is short, and the function looks closer.
UNLOGGED = """
CREATE TRIGGER {table}_unlogged BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (NEW.step <> OLD.step + 1 OR NEW.order_id <> OLD.order_id OR NEW.id <> OLD.id OR NEW.store_id <> OLD.store_id)
EXECUTE FUNCTION orderway_refuse_unlogged()
"""

# The phase of an order is seen, never set.
ORDER_PHASE = """
CREATE VIEW order_phase AS
SELECT o.store_id, o.id AS order_id,
    CASE
        WHEN EXISTS (SELECT FROM fulfillment f WHERE f.store_id = o.store_id AND f.order_id = o.id) THEN 'FULFILLMENT'
        WHEN EXISTS (SELECT FROM sale s WHERE s.store_id = o.store_id AND s.order_id = o.id) THEN 'SALE'
        ELSE 'QUOTATION'
    END AS phase
FROM sale_order o
"""

# Naira in kobo: what a tier takes in earned credit, and the most it allows.
TIERS = """
INSERT INTO credit_tier (currency, name, minimum, maximum) VALUES
    ('NGN', 'BRONZE', 0, 100000000),
    ('NGN', 'SILVER', 100000100, 500000000),
    ('NGN', 'GOLD', 500000100, 1000000000),
    ('NGN', 'PLATINUM', 1000000100, 1500000000)
"""


def upgrade() -> None:
    op.execute(REFUSE_CHANGE)
    op.execute(REFUSE_UNLOGGED)
    op.execute(REFUSE_DELETION)
    for table in APPENDED:
        op.execute(
            f"CREATE TRIGGER {table}_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_change()"
        )
    for table in LIFECYCLES:
        op.execute(UNLOGGED.format(table=table))
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION orderway_refuse_deletion()"
        )
    op.execute(ORDER_PHASE)
    op.execute(TIERS)


def downgrade() -> None:
    op.execute("DELETE FROM credit_tier")
    op.execute("DROP VIEW order_phase")
    for table in LIFECYCLES:
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
        op.execute(f"DROP TRIGGER {table}_unlogged ON {table}")
    for table in APPENDED:
        op.execute(f"DROP TRIGGER {table}_appended ON {table}")
    op.execute("DROP FUNCTION orderway_refuse_deletion()")
    op.execute("DROP FUNCTION orderway_refuse_unlogged()")
    op.execute("DROP FUNCTION orderway_refuse_change()")
