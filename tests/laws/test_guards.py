"""What PostgreSQL guards by itself: every lifecycle against unlogged moves, every ledger against changes."""

import asyncpg
import pytest
from tests.stories.shop import SHIRT, Shop, shirts

from orderway.database import all_tables
from orderway.machines import CHARTS

LEDGERS = (
    "transition_log", "catalogue_change", "movement", "credit_entry", "payable", "override_cap_change",
    "account_credit_entry", "credit_terms_change", "credit_tier_change", "rider_coverage_change",
    "rider_ledger", "customer_change", "reseller_decision", "outbox", "outbound_change",
)  # fmt: skip
RECORDS = (
    "payment_receipt", "payment_reference", "setting_change", "delivery_address", "reorder_point_change",
    "stock_transfer_line", "people_change",
)  # fmt: skip
EXPOSURE = {"credit_entry_counted", "credit_profile_opened", "credit_profile_entered"}
"""What moves a customer's exposure, and refuses whatever else would."""

ACCOUNTS = {"account_credit_entry_counted", "account_credit_opened", "account_credit_entered"}
"""The same for what the account of a buyer holds."""

PAID = {"rider_ledger_covered"}
"""What refuses to pay a rider more than is due."""

SIGNED = {"system_setting_signed", "system_setting_whole", "system_setting_changed"}
"""What signs each change of a setting, keeps it and tells of it."""

SHELVES = {"stock_transfer_decided", "stock_transfer_kept", "stock_freed"}
"""What lets a transfer be decided once, and wakes those who wait for a shelf."""

SOUGHT = {"fulfillment_sought_km", "sale_order_sought_km", "store_sought_km"}
"""What keeps how far a delivery goes beside it while it seeks a rider."""

CAME_IN = {"parked_money_resolved", "parked_money_kept", "webhook_event_altered", "webhook_event_kept"}
"""What keeps reports of payments, and the money that fits nothing, but for their one end."""

APPLIED = {"reseller_application_kept"}
"""What keeps the application of a reseller as it was handed in, but for its one decision."""

LISTED = {f"{table}_listed" for table in ("quotation", "sale", "fulfillment", "payment")}
"""What keeps beside a state by whom and when it is listed."""

PROMISED = {f"{table}_promised_at" for table in ("sale_order", "sale", "fulfillment")}
"""What keeps the day that is promised beside what it is promised for."""

PARTED = {"fulfillment_parted"}
"""What says of each part of an order that it has others."""


PINS = {"fulfillment_pin_forgotten"}
"""What deletes the PIN of a receiver when it has served."""


ARCHIVED = {"archived_order_entered", "archived_order_appended", "sale_order_archived"} | {
    f"{table}_left"
    for table in (
        *CHARTS, "transition_log", "outbox", "movement", "credit_entry", "payable", "account_credit_entry",
        "delivery_address", "payment_receipt", "rider_ledger",
    )
}  # fmt: skip
"""What lets an order leave whole, and nothing of any other with it."""

WITHDRAWN = {f"withdrawn_order_{each}" for each in ("entered", "taken_out", "appended")} | {
    "payment_reference_left", "parked_money_left",
}  # fmt: skip
"""What takes an order out that a backfill alone has moved, and each sum back."""

BETWEEN_VERSIONS = {"machine_migration_kept"}
"""What keeps the runs that bring a machine to another version."""


async def triggers(pool: asyncpg.Pool) -> set[str]:
    return {row["tgname"] for row in await pool.fetch("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")}


async def test_every_table_that_lives_by_a_machine_is_guarded(pool: asyncpg.Pool):
    lifecycles = {name for name, table in all_tables().tables.items() if table.info.get("lifecycle")}
    assert lifecycles == set(CHARTS)
    guards = {f"{table}_{guard}" for table in lifecycles for guard in ("unlogged", "kept")}
    appended = {f"{ledger}_appended" for ledger in (*LEDGERS, *RECORDS)}
    others = EXPOSURE | ACCOUNTS | PAID | SIGNED | SHELVES | SOUGHT | CAME_IN | APPLIED | LISTED | ARCHIVED
    others |= PARTED | PROMISED | PINS | WITHDRAWN | BETWEEN_VERSIONS
    assert await triggers(pool) == guards | appended | others


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """A shop that owes a buyer something."""
    shop = Shop(pool)
    await shop.furnish()
    await shop.stock((SHIRT, 5))
    await (await shop.paid(shirts(2))).pay(7)
    await shop.limit(10)
    return shop


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_a_ledger_says_is_neither_changed_nor_deleted(pool: asyncpg.Pool, ledger: str, change: str):
    with pytest.raises(asyncpg.PostgresError, match="are only ever added"):
        await pool.execute(change.format(ledger))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", sorted(CHARTS))
async def test_no_instance_is_deleted(pool: asyncpg.Pool, table: str, change: str):
    with pytest.raises(asyncpg.PostgresError, match=r"are never deleted|are only ever added"):
        await pool.execute(change.format(table))


@pytest.mark.usefixtures("shop")
async def test_no_instance_moves_to_another_order(pool: asyncpg.Pool):
    with pytest.raises(asyncpg.PostgresError, match="was not moved"):
        await pool.execute("UPDATE sale SET order_id = gen_random_uuid(), step = step + 1")
