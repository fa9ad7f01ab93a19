"""Settings in the database, with who changed them from what to what; and timers that failed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)

# Whoever changes a setting says so for the transaction; who does not is called by their role in the database.
BY = "coalesce(nullif(current_setting('orderway.by', true), ''), 'database:' || session_user)"
AT = "coalesce(nullif(current_setting('orderway.at', true), '')::timestamptz, clock_timestamp())"
REASON = "coalesce(current_setting('orderway.reason', true), '')"

SIGN = f"""
CREATE FUNCTION orderway_sign_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' OR TG_OP = 'UPDATE' AND NEW.name IS DISTINCT FROM OLD.name THEN
        RAISE EXCEPTION 'Settings are changed and deleted by name, so that each change is kept.'
            USING ERRCODE = 'restrict_violation', HINT = 'Delete the row of the one name, and insert the other.';
    END IF;
    NEW.changed_by := {BY};
    NEW.changed_at := {AT};
    RETURN NEW;
END $$
"""

KEEP = f"""
CREATE FUNCTION orderway_keep_setting_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text := coalesce(NEW.name, OLD.name);
BEGIN
    INSERT INTO setting_change (name, step, from_value, to_value, changed_by, changed_at, reason)
    SELECT changed, coalesce(max(step), 0) + 1, OLD.value, NEW.value, {BY}, {AT}, {REASON}
    FROM setting_change WHERE name = changed;
    PERFORM pg_notify('orderway_settings', changed);
    RETURN NULL;
END $$
"""  # noqa: S608  (texts of this file alone)


def upgrade() -> None:
    op.create_table(
        "system_setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("system_setting_name_check")),
    )
    op.create_table(
        "setting_change",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_value", sa.Text),
        sa.Column("to_value", sa.Text),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("step > 0", name=op.f("setting_change_step_check")),
    )
    op.execute(SIGN)
    op.execute(KEEP)
    op.execute(
        "CREATE TRIGGER system_setting_signed BEFORE INSERT OR UPDATE ON system_setting"
        " FOR EACH ROW EXECUTE FUNCTION orderway_sign_setting()"
    )
    op.execute(
        "CREATE TRIGGER system_setting_whole BEFORE TRUNCATE ON system_setting EXECUTE FUNCTION orderway_sign_setting()"
    )
    op.execute(
        "CREATE TRIGGER system_setting_changed AFTER INSERT OR UPDATE OR DELETE ON system_setting"
        " FOR EACH ROW EXECUTE FUNCTION orderway_keep_setting_change()"
    )
    op.execute(
        "CREATE TRIGGER setting_change_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_change"
        " EXECUTE FUNCTION orderway_refuse_change()"
    )
    op.create_table(
        "failed_timer",
        sa.Column("store_id", UUID, primary_key=True),
        sa.Column("instance_id", UUID, primary_key=True),
        sa.Column("order_id", UUID, nullable=False),
        sa.Column("machine", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id", "order_id"],
            ["sale_order.store_id", "sale_order.id"],
            name=op.f("failed_timer_store_id_order_id_fkey"),
        ),
        sa.CheckConstraint("tries > 0", name=op.f("failed_timer_tries_check")),
    )
    op.create_index("failed_timer_store_id_order_id_idx", "failed_timer", ["store_id", "order_id"])


def downgrade() -> None:
    op.drop_table("failed_timer")
    op.drop_table("setting_change")
    op.drop_table("system_setting")
    op.execute("DROP FUNCTION orderway_keep_setting_change()")
    op.execute("DROP FUNCTION orderway_sign_setting()")
